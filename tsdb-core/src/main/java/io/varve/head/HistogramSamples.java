package io.varve.head;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The histograms of one commit, as columns, in the order in which they were added. Confined to one
/// thread at a time.
final class HistogramSamples {
  private static final int INITIAL_CAPACITY = 16;
  private static final int KEEP_CAPACITY = 16 << 10;

  MemSeries[] series = {};
  long[] refs = {};
  long[] times = {};

  /// Start timestamps, 0 where not known.
  long[] starts = {};

  NativeHistogram[] values = {};

  /// How many floats of the commit were added before each.
  private int[] floatsBefore = {};

  int size;

  /// A part of a commit that is logged and applied kind by kind. No series has samples of two kinds
  /// in it, so that this is no other order for any series than the one in which its samples were
  /// added.
  ///
  /// @param fromFloat its first float
  /// @param toFloat after its last float
  /// @param from its first histogram
  /// @param to after its last histogram
  record Batch(int fromFloat, int toFloat, int from, int to) {}

  void add(MemSeries owner, long start, long time, NativeHistogram value, int floats) {
    int at = size;
    if (at == series.length) {
      grow(Math.max(INITIAL_CAPACITY, 2 * at));
    }
    series[at] = owner;
    refs[at] = owner.id();
    times[at] = time;
    starts[at] = start;
    values[at] = value;
    floatsBefore[at] = floats;
    size = at + 1;
  }

  private void grow(int capacity) {
    series = Arrays.copyOf(series, capacity);
    refs = Arrays.copyOf(refs, capacity);
    times = Arrays.copyOf(times, capacity);
    starts = Arrays.copyOf(starts, capacity);
    values = Arrays.copyOf(values, capacity);
    floatsBefore = Arrays.copyOf(floatsBefore, capacity);
  }

  /// Replaces series that have left the head since.
  ///
  /// @return whether the records of all series are logged
  boolean resolve(HeadSeries head) {
    boolean logged = true;
    for (int i = 0; i < size; i++) {
      if (series[i].removed) {
        series[i] = head.replacement(series[i]);
        refs[i] = series[i].id();
      }
      logged &= series[i].logged;
    }
    return logged;
  }

  /// Divides a commit.
  ///
  /// @param floats the series of its floats
  List<Batch> batches(MemSeries[] floats, int floatCount) {
    return size == 0
        ? List.of(new Batch(0, floatCount, 0, 0))
        : new Division(floats).divide(floatCount);
  }

  /// Goes through all samples in the order in which they were added.
  private final class Division {
    private final MemSeries[] floats;
    private final List<Batch> batches = new ArrayList<>();
    private final Map<MemSeries, RecordKind> kinds = new HashMap<>();
    private Batch open = new Batch(0, 0, 0, 0);

    Division(MemSeries[] floats) {
      this.floats = floats;
    }

    List<Batch> divide(int floatCount) {
      for (int i = 0; i < size; i++) {
        takeFloats(floatsBefore[i]);
        take(series[i], kind(values[i]));
        open = new Batch(open.fromFloat, open.toFloat, open.from, i + 1);
      }
      takeFloats(floatCount);
      batches.add(open);
      return batches;
    }

    private void takeFloats(int to) {
      for (int i = open.toFloat; i < to; i++) {
        take(floats[i], RecordKind.FLOAT);
        open = new Batch(open.fromFloat, i + 1, open.from, open.to);
      }
    }

    /// Begins a batch if the series has samples of another kind in the present one.
    private void take(MemSeries owner, RecordKind kind) {
      RecordKind other = kinds.put(owner, kind);
      if (other != null && other != kind) {
        batches.add(open);
        open = new Batch(open.toFloat, open.toFloat, open.to, open.to);
        kinds.clear();
        kinds.put(owner, kind);
      }
    }
  }

  /// What has a record of its own in a commit.
  private enum RecordKind {
    FLOAT,
    HISTOGRAM,
    CUSTOM_HISTOGRAM,
    FLOAT_HISTOGRAM,
    CUSTOM_FLOAT_HISTOGRAM
  }

  private static RecordKind kind(NativeHistogram value) {
    boolean custom = HistogramSchema.isCustom(value.schema());
    return switch (value) {
      case Histogram ignored -> custom ? RecordKind.CUSTOM_HISTOGRAM : RecordKind.HISTOGRAM;
      case FloatHistogram ignored ->
          custom ? RecordKind.CUSTOM_FLOAT_HISTOGRAM : RecordKind.FLOAT_HISTOGRAM;
    };
  }

  void clear() {
    Arrays.fill(series, 0, size, null);
    Arrays.fill(values, 0, size, null);
    size = 0;
  }

  boolean worthKeeping() {
    return series.length <= KEEP_CAPACITY;
  }
}
