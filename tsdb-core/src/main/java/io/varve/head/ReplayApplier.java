package io.varve.head;

import io.varve.head.ReplayBatch.Event;
import io.varve.model.NativeHistogram;
import java.util.Arrays;

/// Applies batches of the log to the head, series by series: a series whose chunk has to be fetched
/// from memory, which takes longer than adding a sample to it, then gets several samples at once.
///
/// Confined to one thread. Guarded by `bench/compare-replay`.
final class ReplayApplier {
  private static final int[] NOTHING = {};

  /// Series whose memory is fetched together.
  private static final int AT_ONCE = 16;

  private final Head head;
  private final MemSeries[] group = new MemSeries[AT_ONCE];
  private final int[] groupEnds = new int[AT_ONCE];

  /// Where the entries of each slot begin, then where they end, counted from the lowest slot.
  private int[] ends = NOTHING;

  /// Indices of the entries, slot by slot.
  private int[] order = NOTHING;

  private long[] times = new long[64];
  private double[] values = new double[64];
  private int run;

  private final Prefetch prefetch = new Prefetch();
  private long oldest;
  private long newest;

  ReplayApplier(Head head) {
    this.head = head;
  }

  /// Applies a batch, in which nothing is older than what its series has by then.
  void apply(ReplayBatch batch) {
    if (batch.size == 0) {
      return;
    }
    oldest = Long.MAX_VALUE;
    newest = Long.MIN_VALUE;
    int lowest = sort(batch.slots, batch.size);
    boolean plain = batch.isPlain();
    for (int from = 0; from < batch.size; ) {
      from = applyGroup(batch, from, lowest, plain);
    }
    if (oldest <= newest) {
      head.extendTimes(oldest, newest);
    }
  }

  /// Applies what some series have; called often, so it is compiled soon.
  ///
  /// @param from where the first one begins
  /// @return where the last one ends
  private int applyGroup(ReplayBatch batch, int from, int lowest, boolean plain) {
    int to = from;
    int count = 0;
    for (; count < AT_ONCE && to < batch.size; count++) {
      int slot = batch.slots[order[to]];
      group[count] = head.series().at(slot);
      to = ends[slot - lowest];
      groupEnds[count] = to;
    }
    prefetch.fetch(group, 0, count);
    int begin = from;
    for (int i = 0; i < count; i++) {
      if (plain) {
        applyFloats(group[i], batch, begin, groupEnds[i]);
      } else {
        applyAny(group[i], batch, begin, groupEnds[i]);
      }
      begin = groupEnds[i];
    }
    return to;
  }

  /// Counts how many entries each slot has, then gives each its place.
  ///
  /// @return the lowest slot
  private int sort(int[] slots, int size) {
    int lowest = Integer.MAX_VALUE;
    int highest = 0;
    for (int i = 0; i < size; i++) {
      lowest = Math.min(lowest, slots[i]);
      highest = Math.max(highest, slots[i]);
    }
    int range = highest - lowest + 1;
    if (ends.length < range) {
      ends = new int[range + range / 2];
    } else {
      Arrays.fill(ends, 0, range, 0);
    }
    if (order.length < size) {
      order = new int[size];
    }
    int[] at = ends;
    for (int i = 0; i < size; i++) {
      at[slots[i] - lowest]++;
    }
    int begin = 0;
    for (int i = 0; i < range; i++) {
      int count = at[i];
      at[i] = begin;
      begin += count;
    }
    for (int i = 0; i < size; i++) {
      order[at[slots[i] - lowest]++] = i;
    }
    return lowest;
  }

  private void applyFloats(MemSeries series, ReplayBatch batch, int from, int to) {
    ensureRun(to - from);
    for (int i = from; i < to; i++) {
      times[i - from] = batch.times[order[i]];
      values[i - from] = batch.values[order[i]];
    }
    run = to - from;
    appendRun(series);
  }

  private void ensureRun(int length) {
    if (times.length < length) {
      times = new long[2 * length];
      values = new double[2 * length];
    }
  }

  private void appendRun(MemSeries series) {
    if (run > 0) {
      series.appendAll(times, values, run, head.chunking());
      note(times[0], times[run - 1]);
      run = 0;
    }
  }

  private void note(long first, long last) {
    oldest = Math.min(oldest, first);
    newest = Math.max(newest, last);
  }

  private void applyAny(MemSeries series, ReplayBatch batch, int from, int to) {
    ensureRun(to - from);
    for (int i = from; i < to; i++) {
      int at = order[i];
      Event event = batch.event(at);
      if (event == null && batch.start(at) == 0) {
        times[run] = batch.times[at];
        values[run++] = batch.values[at];
        continue;
      }
      appendRun(series);
      if (event == null) {
        series.append(batch.start(at), batch.times[at], batch.values[at], head.chunking());
        note(batch.times[at], batch.times[at]);
      } else {
        apply(series, batch.start(at), batch.times[at], event);
      }
    }
    appendRun(series);
  }

  private void apply(MemSeries series, long start, long t, Event event) {
    switch (event) {
      case Event.Sample(NativeHistogram value) -> {
        series.append(start, t, value, head.chunking());
        note(t, t);
      }
      case Event.Chunk(var chunk) -> {
        series.adopt(chunk.ref(), chunk.mint(), chunk.maxt(), head.chunking());
        note(chunk.mint(), chunk.maxt());
      }
      case Event.Deletion(long mint, long maxt) -> head.replayDeletion(series, mint, maxt);
    }
  }
}
