package io.varve.head;

import io.varve.wal.RecordBatch;
import java.util.Arrays;

/// The samples of one commit, as columns, and the records they become. Used again by later
/// appenders. Confined to one thread at a time.
final class Samples {
  private static final int INITIAL_CAPACITY = 256;

  /// Samples above which the arrays are not kept for the next appender.
  private static final int KEEP_CAPACITY = 64 << 10;

  private static final long[] NONE = {};

  /// Behind {@link #size}, those of earlier commits.
  MemSeries[] series = new MemSeries[INITIAL_CAPACITY];

  long[] refs = new long[INITIAL_CAPACITY];
  long[] times = new long[INITIAL_CAPACITY];
  long[] valueBits = new long[INITIAL_CAPACITY];

  /// Start timestamps; empty if no sample has one.
  private long[] starts = NONE;

  int size;
  final HistogramSamples histograms = new HistogramSamples();
  final Annotations annotations = new Annotations();
  final RecordBatch records = new RecordBatch();

  void add(MemSeries owner, long time, double value) {
    int at = size;
    if (at == series.length) {
      grow(2 * at);
    }
    // Mostly the same as before: a store would be one more card for the collector to look at.
    if (series[at] != owner) {
      series[at] = owner;
    }
    refs[at] = owner.id();
    times[at] = time;
    valueBits[at] = Double.doubleToRawLongBits(value);
    size = at + 1;
  }

  void add(MemSeries owner, long start, long time, double value) {
    add(owner, time, value);
    if (start != 0) {
      if (starts.length < size) {
        starts = Arrays.copyOf(starts, series.length);
      }
      starts[size - 1] = start;
    }
  }

  private void grow(int capacity) {
    series = Arrays.copyOf(series, capacity);
    refs = Arrays.copyOf(refs, capacity);
    times = Arrays.copyOf(times, capacity);
    valueBits = Arrays.copyOf(valueBits, capacity);
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
    logged &= histograms.resolve(head);
    annotations.resolve(head);
    return logged && annotations.seriesLogged();
  }

  /// Has no other samples of these series committed until those of a series are applied.
  ///
  /// @return false if others are being committed of some
  boolean beginCommit() {
    return beginCommit(series, size) && beginCommit(histograms.series, histograms.size);
  }

  private boolean beginCommit(MemSeries[] all, int count) {
    for (int from = 0; from < count; from += Prefetch.GROUP) {
      int to = Math.min(count, from + Prefetch.GROUP);
      // One after another they would wait for memory; these reads wait together.
      boolean free = true;
      for (int i = from; i < to; i++) {
        free &= all[i].mayBegin(this);
      }
      for (int i = from; free && i < to; i++) {
        free = all[i].beginCommit(this);
      }
      if (!free) {
        return false;
      }
    }
    return true;
  }

  /// To be called if they are not all applied.
  void cancelCommit() {
    cancelCommit(series, size);
    cancelCommit(histograms.series, histograms.size);
  }

  private void cancelCommit(MemSeries[] all, int count) {
    for (int i = 0; i < count; i++) {
      all[i].cancelCommit(this);
    }
  }

  /// Start timestamp of a float, milliseconds; 0 if not known.
  long start(int index) {
    return index < starts.length ? starts[index] : 0;
  }

  /// Start timestamps of all floats.
  long[] starts() {
    if (starts.length < size) {
      starts = Arrays.copyOf(starts, series.length);
    }
    return starts;
  }

  boolean isEmpty() {
    return size == 0 && histograms.size == 0;
  }

  void clear() {
    Arrays.fill(starts, 0, Math.min(size, starts.length), 0);
    size = 0;
    histograms.clear();
    annotations.clear();
    records.clear();
  }

  boolean worthKeeping() {
    return series.length <= KEEP_CAPACITY && histograms.worthKeeping();
  }
}
