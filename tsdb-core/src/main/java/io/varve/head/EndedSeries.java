package io.varve.head;

import java.util.Arrays;

/// When the series ended that left the head although it still takes samples of that time. If one of
/// them comes back it goes on from there: the log cannot tell its older samples from those that are
/// in blocks, and nobody could tell which of two samples with the same time counts.
///
/// A hash stands for the labels: 16 to 32 bytes for each series, until the head takes no samples of
/// that time any more. Thread-safe.
final class EndedSeries {
  private static final int INITIAL_CAPACITY = 64;
  private static final long NONE = Long.MIN_VALUE;

  private long[] hashes = new long[INITIAL_CAPACITY];

  /// {@link #NONE} where there is no series.
  private long[] times = none(INITIAL_CAPACITY);

  private int size;

  private static long[] none(int capacity) {
    long[] times = new long[capacity];
    Arrays.fill(times, NONE);
    return times;
  }

  /// @param hash of the labels of a series
  /// @param time of its last sample, milliseconds
  synchronized void put(long hash, long time) {
    if (size >= hashes.length / 2) {
      rebuild(2 * hashes.length, NONE);
    }
    add(hash, time);
  }

  private void add(long hash, long time) {
    int at = find(hash);
    if (times[at] == NONE) {
      hashes[at] = hash;
      size++;
    }
    times[at] = Math.max(times[at], time);
  }

  /// When a series ended, milliseconds; {@link Long#MIN_VALUE} if that is not known.
  synchronized long time(long hash) {
    return times[find(hash)];
  }

  /// Calls {@code action} with each hash and time.
  synchronized void forEach(Action action) {
    for (int i = 0; i < hashes.length; i++) {
      if (times[i] != NONE) {
        action.accept(hashes[i], times[i]);
      }
    }
  }

  /// Takes a series that has ended.
  interface Action {
    /// @param hash of its labels
    /// @param time of its last sample, milliseconds
    void accept(long hash, long time);
  }

  private int find(long hash) {
    int mask = hashes.length - 1;
    int at = (int) hash & mask;
    while (times[at] != NONE && hashes[at] != hash) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /// Forgets the series that ended before {@code mint}, milliseconds.
  synchronized void dropBefore(long mint) {
    int left = 0;
    for (long time : times) {
      left += time >= mint && time != NONE ? 1 : 0;
    }
    if (left < size) {
      int capacity = INITIAL_CAPACITY;
      while (capacity / 2 <= left) {
        capacity *= 2;
      }
      rebuild(capacity, mint);
    }
  }

  private void rebuild(int capacity, long mint) {
    long[] oldHashes = hashes;
    long[] oldTimes = times;
    hashes = new long[capacity];
    times = none(capacity);
    size = 0;
    for (int i = 0; i < oldTimes.length; i++) {
      if (oldTimes[i] != NONE && oldTimes[i] >= mint) {
        add(oldHashes[i], oldTimes[i]);
      }
    }
  }
}
