package io.varve.head;

import io.varve.wal.RecordBatch;
import java.util.Arrays;

/// The samples of one commit, as columns, and the records they become. Used again by later
/// appenders. Confined to one thread at a time.
final class Samples {
  private static final int INITIAL_CAPACITY = 256;

  /// Samples above which the arrays are not kept for the next appender.
  private static final int KEEP_CAPACITY = 64 << 10;

  MemSeries[] series = new MemSeries[INITIAL_CAPACITY];
  long[] refs = new long[INITIAL_CAPACITY];
  long[] times = new long[INITIAL_CAPACITY];
  long[] valueBits = new long[INITIAL_CAPACITY];
  int size;
  final RecordBatch records = new RecordBatch();

  void add(MemSeries owner, long time, double value) {
    int at = size;
    if (at == series.length) {
      grow(2 * at);
    }
    series[at] = owner;
    refs[at] = owner.id();
    times[at] = time;
    valueBits[at] = Double.doubleToRawLongBits(value);
    size = at + 1;
  }

  private void grow(int capacity) {
    series = Arrays.copyOf(series, capacity);
    refs = Arrays.copyOf(refs, capacity);
    times = Arrays.copyOf(times, capacity);
    valueBits = Arrays.copyOf(valueBits, capacity);
  }

  void clear() {
    Arrays.fill(series, 0, size, null);
    size = 0;
    records.clear();
  }

  boolean worthKeeping() {
    return series.length <= KEEP_CAPACITY;
  }
}
