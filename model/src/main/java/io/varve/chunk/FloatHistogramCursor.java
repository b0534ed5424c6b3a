package io.varve.chunk;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.SampleKind;
import io.varve.model.SampleValue;
import java.util.Arrays;

/// The samples of one chunk of histograms with counts as floats, see {@link HistogramFormat}, one
/// by one. To be used again for the next chunk. Confined to one thread.
final class FloatHistogramCursor extends NativeHistogramCursor<FloatHistogram> {
  // Places in `values`.
  private static final int COUNT = 0;
  private static final int ZERO_COUNT = 1;
  private static final int SUM = 2;
  private static final int BUCKETS = 3;

  /// Floats of a sample of the chunk.
  private int size = BUCKETS;

  /// Bits of the floats of the present sample, in the order they are written in.
  private long[] values = new long[BUCKETS];

  /// The window of each, see {@link BitReader#takeChange}.
  private short[] windows = new short[BUCKETS];

  FloatHistogramCursor() {
    super(Long.SIZE);
  }

  @Override
  void readFirst(int buckets) {
    size = BUCKETS + buckets;
    if (values.length < size) {
      values = new long[size];
      windows = new short[size];
    }
    Arrays.fill(windows, 0, size, (short) 0);
    for (int i = 0; i < size; i++) {
      values[i] = take(Long.SIZE);
    }
  }

  @Override
  void readLater() {
    readChanges(0, BUCKETS);
    if (!isStale()) {
      readChanges(BUCKETS, size);
    }
  }

  private void readChanges(int from, int to) {
    long[] values = this.values;
    short[] windows = this.windows;
    for (int i = from; i < to; i++) {
      values[i] ^= takeChange(windows, i);
    }
  }

  private boolean isStale() {
    return values[SUM] == SampleValue.STALE_NAN_BITS;
  }

  @Override
  public SampleKind kind() {
    return SampleKind.FLOAT_HISTOGRAM;
  }

  @Override
  public Histogram histogram() {
    throw new IllegalStateException("the counts of the histogram are floats");
  }

  @Override
  public FloatHistogram floatHistogram() {
    return HistogramResolution.reduce(exact());
  }

  @Override
  FloatHistogram exact() {
    if (isStale()) {
      return FloatHistogram.STALE;
    }
    HistogramLayout layout = layout();
    int negative = BUCKETS + layout.positive().buckets();
    return new FloatHistogram(
        counterReset(),
        layout.schema(),
        layout.zeroThreshold(),
        value(ZERO_COUNT),
        value(COUNT),
        value(SUM),
        layout.positive(),
        layout.negative(),
        values(BUCKETS, negative),
        values(negative, size),
        layout.customValues());
  }

  private double value(int at) {
    return Double.longBitsToDouble(values[at]);
  }

  private double[] values(int from, int to) {
    double[] floats = new double[to - from];
    for (int i = from; i < to; i++) {
      floats[i - from] = value(i);
    }
    return floats;
  }
}
