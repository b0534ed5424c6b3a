package io.varve.chunk;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.SampleKind;
import io.varve.model.SampleValue;
import java.util.Arrays;

/// The samples of one chunk of histograms with whole counts, see {@link HistogramFormat}, one by
/// one. To be used again for the next chunk. Confined to one thread.
final class HistogramCursor extends NativeHistogramCursor<Histogram> {
  private final short[] sumWindow = new short[1];
  private long count;
  private long zeroCount;
  private long countDelta;
  private long zeroCountDelta;
  private long sumBits;

  /// Buckets of the chunk, of both sides.
  private int size;

  private long[] buckets = new long[0];
  private long[] bucketDeltas = new long[0];

  HistogramCursor() {
    super(1);
  }

  @Override
  void readFirst(int size) {
    count = takeUvarbit();
    zeroCount = takeUvarbit();
    countDelta = 0;
    zeroCountDelta = 0;
    sumBits = take(Long.SIZE);
    sumWindow[0] = 0;
    this.size = size;
    if (buckets.length < size) {
      buckets = new long[size];
      bucketDeltas = new long[size];
    }
    Arrays.fill(bucketDeltas, 0, size, 0);
    for (int i = 0; i < size; i++) {
      buckets[i] = takeVarbit();
    }
  }

  @Override
  void readLater() {
    countDelta += takeVarbit();
    count += countDelta;
    zeroCountDelta += takeVarbit();
    zeroCount += zeroCountDelta;
    sumBits ^= takeChange(sumWindow, 0);
    if (isStale()) {
      return;
    }
    long[] buckets = this.buckets;
    long[] deltas = this.bucketDeltas;
    for (int i = 0; i < size; i++) {
      deltas[i] += takeVarbit();
      buckets[i] += deltas[i];
    }
  }

  private boolean isStale() {
    return sumBits == SampleValue.STALE_NAN_BITS;
  }

  @Override
  public SampleKind kind() {
    return SampleKind.HISTOGRAM;
  }

  @Override
  public Histogram histogram() {
    return HistogramResolution.reduce(exact());
  }

  @Override
  Histogram exact() {
    if (isStale()) {
      return Histogram.STALE;
    }
    HistogramLayout layout = layout();
    int positive = layout.positive().buckets();
    return new Histogram(
        counterReset(),
        layout.schema(),
        layout.zeroThreshold(),
        zeroCount,
        count,
        Double.longBitsToDouble(sumBits),
        layout.positive(),
        layout.negative(),
        Arrays.copyOf(buckets, positive),
        Arrays.copyOfRange(buckets, positive, size),
        layout.customValues());
  }

  @Override
  public FloatHistogram floatHistogram() {
    return isStale() ? FloatHistogram.STALE : histogram().toFloat();
  }
}
