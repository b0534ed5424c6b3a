package io.varve.head;

import io.varve.model.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The newest samples of one series that came out of order, of all kinds, in order of their times.
/// Not encoded, so that the next one can go anywhere among them. Of samples with the same time the
/// first one stays. Guarded by the monitor of the series, copies confined to one thread.
final class OutOfOrderBuffer {
  /// Samples that fit, as many as in Prometheus.
  static final int CAPACITY = 32;

  private static final int INITIAL_CAPACITY = 4;

  private long[] times = new long[INITIAL_CAPACITY];
  private long[] valueBits = new long[INITIAL_CAPACITY];

  /// Start timestamps; null if no sample has one.
  private long @Nullable [] starts;

  /// Null where the sample is a float, and as a whole if all are.
  private @Nullable NativeHistogram @Nullable [] histograms;

  private int size;

  OutOfOrderBuffer() {}

  private OutOfOrderBuffer(OutOfOrderBuffer original) {
    times = Arrays.copyOf(original.times, original.size);
    valueBits = Arrays.copyOf(original.valueBits, original.size);
    starts = original.starts == null ? null : Arrays.copyOf(original.starts, original.size);
    histograms =
        original.histograms == null ? null : Arrays.copyOf(original.histograms, original.size);
    size = original.size;
  }

  OutOfOrderBuffer copy() {
    return new OutOfOrderBuffer(this);
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  /// Time of the oldest sample, milliseconds; there must be one.
  long minTime() {
    return times[0];
  }

  /// Time of the newest sample, milliseconds; there must be one.
  long maxTime() {
    return times[size - 1];
  }

  long time(int index) {
    return times[index];
  }

  /// Start timestamp, milliseconds; 0 if not known.
  long start(int index) {
    return starts == null ? 0 : starts[index];
  }

  double value(int index) {
    return Double.longBitsToDouble(valueBits[index]);
  }

  /// The sample if it is no float.
  @Nullable NativeHistogram histogram(int index) {
    return histograms == null ? null : histograms[index];
  }

  /// Adds a sample; there must be room.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param bits the value of a float
  /// @param histogram the sample if it is no float
  /// @return false if there is one with its time
  boolean insert(long start, long t, long bits, @Nullable NativeHistogram histogram) {
    int at = size;
    if (size > 0 && t <= times[size - 1]) {
      int found = Arrays.binarySearch(times, 0, size, t);
      if (found >= 0) {
        return false;
      }
      at = -found - 1;
    }
    makeRoom(at);
    times[at] = t;
    valueBits[at] = bits;
    putStart(at, start);
    putHistogram(at, histogram);
    return true;
  }

  private void makeRoom(int at) {
    if (size == times.length) {
      int capacity = Math.min(CAPACITY, 2 * size);
      times = Arrays.copyOf(times, capacity);
      valueBits = Arrays.copyOf(valueBits, capacity);
      starts = starts == null ? null : Arrays.copyOf(starts, capacity);
      histograms = histograms == null ? null : Arrays.copyOf(histograms, capacity);
    }
    int behind = size - at;
    System.arraycopy(times, at, times, at + 1, behind);
    System.arraycopy(valueBits, at, valueBits, at + 1, behind);
    if (starts != null) {
      System.arraycopy(starts, at, starts, at + 1, behind);
    }
    if (histograms != null) {
      System.arraycopy(histograms, at, histograms, at + 1, behind);
    }
    size++;
  }

  private void putStart(int at, long start) {
    if (starts == null && start != 0) {
      starts = new long[times.length];
    }
    if (starts != null) {
      starts[at] = start;
    }
  }

  private void putHistogram(int at, @Nullable NativeHistogram histogram) {
    if (histograms == null && histogram != null) {
      histograms = new NativeHistogram[times.length];
    }
    if (histograms != null) {
      histograms[at] = histogram;
    }
  }
}
