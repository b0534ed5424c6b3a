package io.varve.head;

import io.varve.model.NativeHistogram;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Samples that the log has behind newer ones of their series. They may have been taken all the
/// same: logging and applying is not one step, so of two commits the one that was logged first may
/// have been applied last; and a sample that went out of order, being older than what its appender
/// was to take in order, may still have been newer than its series. So they are put among the
/// samples out of order, unless they are in a chunk that was found: between log and chunk files,
/// most of what a replay reads is there twice.
///
/// Some of them came out of order, and are in the log of those, too, or in a block already. That
/// does no harm, as with everything out of order that is there twice.
///
/// Confined to the thread that reads the log.
final class OvertakenSamples {
  private static final int INITIAL_SERIES = 1024;

  private final Head head;

  /// By slot, two for each series: times of the first and of the last sample of the newest chunk
  /// that was found of it, milliseconds.
  private long[] found = {};

  /// References of the chunks that had to be made of them. Where files were lost, these may be
  /// those of lost chunks.
  private final Set<Long> made = new HashSet<>();

  OvertakenSamples(Head head) {
    this.head = head;
  }

  /// Notes that a series got a chunk that was found in the chunk files.
  void adopted(int slot, long mint, long maxt) {
    int at = 2 * slot;
    if (at >= found.length) {
      int from = found.length;
      found = Arrays.copyOf(found, Math.max(INITIAL_SERIES, 2 * at + 2));
      for (int i = from; i < found.length; i += 2) {
        found[i] = Long.MAX_VALUE;
        found[i + 1] = Long.MIN_VALUE;
      }
    }
    found[at] = mint;
    found[at + 1] = maxt;
  }

  /// Adds a sample older than the newest of its series that the log had before it.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param bits the value of a float
  /// @param histogram the sample if it is no float
  void add(int slot, long start, long t, long bits, @Nullable NativeHistogram histogram) {
    if (isFound(slot, t) || t < head.minValidTime()) {
      return;
    }
    MemSeries series = head.series().at(slot);
    if (series.removed || isFoundOutOfOrder(series, t)) {
      return;
    }
    OutOfOrderHead outOfOrder = head.outOfOrder();
    for (long chunk : outOfOrder.makeRoom(series)) {
      made.add(chunk);
    }
    outOfOrder.insert(series, start, t, bits, histogram);
  }

  /// Whether a chunk was made of them, and not found.
  boolean hasMade(long chunk) {
    return made.contains(chunk);
  }

  private boolean isFound(int slot, long t) {
    int at = 2 * slot;
    return at < found.length && t >= found[at] && t <= found[at + 1];
  }

  private static boolean isFoundOutOfOrder(MemSeries series, long t) {
    synchronized (series) {
      OutOfOrderChunks own = series.outOfOrder;
      return own != null && own.covers(t);
    }
  }
}
