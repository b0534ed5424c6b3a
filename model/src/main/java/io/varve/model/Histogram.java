package io.varve.model;

import java.util.Arrays;

/// A native histogram with whole counts.
///
/// Equal are those with equal counts, bounds and bits of the floats, whatever they say about
/// resets. Immutable; arrays are neither copied when taken nor when given.
///
/// @param zeroCount observations in the zero bucket, an unsigned number
/// @param count all observations, an unsigned number
/// @param positiveBuckets observations in the buckets of {@code positiveSpans}: the count of the
///   first one, then the difference of each to the one before
/// @param negativeBuckets likewise for negative observations; the first is the one nearest zero
@SuppressWarnings("ArrayRecordComponent") // shared on purpose: one for each sample read
public record Histogram(
    CounterReset counterReset,
    int schema,
    double zeroThreshold,
    long zeroCount,
    long count,
    double sum,
    Spans positiveSpans,
    Spans negativeSpans,
    long[] positiveBuckets,
    long[] negativeBuckets,
    double[] customValues)
    implements NativeHistogram {
  private static final long[] NO_BUCKETS = {};
  private static final double[] NO_VALUES = {};

  /// The histogram that marks the end of a series.
  public static final Histogram STALE =
      new Histogram(
          CounterReset.UNKNOWN,
          0,
          0,
          0,
          0,
          Double.longBitsToDouble(SampleValue.STALE_NAN_BITS),
          Spans.NONE,
          Spans.NONE,
          NO_BUCKETS,
          NO_BUCKETS,
          NO_VALUES);

  @Override
  public Histogram withCounterReset(CounterReset counterReset) {
    return counterReset == this.counterReset
        ? this
        : new Histogram(
            counterReset,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positiveSpans,
            negativeSpans,
            positiveBuckets,
            negativeBuckets,
            customValues);
  }

  /// The same with counts as floats, absolute in each bucket.
  public FloatHistogram toFloat() {
    return new FloatHistogram(
        counterReset,
        schema,
        zeroThreshold,
        unsigned(zeroCount),
        unsigned(count),
        sum,
        positiveSpans,
        negativeSpans,
        absolute(positiveBuckets),
        absolute(negativeBuckets),
        customValues);
  }

  private static double[] absolute(long[] deltas) {
    double[] counts = new double[deltas.length];
    long count = 0;
    for (int i = 0; i < deltas.length; i++) {
      count += deltas[i];
      counts[i] = count;
    }
    return counts;
  }

  /// The nearest double. Halving, and keeping the bit lost for the rounding, makes it signed.
  private static double unsigned(long n) {
    return n >= 0 ? n : ((n >>> 1) | (n & 1)) * 2.0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram that
        && schema == that.schema
        && sameBits(zeroThreshold, that.zeroThreshold)
        && zeroCount == that.zeroCount
        && count == that.count
        && sameBits(sum, that.sum)
        && positiveSpans.equals(that.positiveSpans)
        && negativeSpans.equals(that.negativeSpans)
        && Arrays.equals(positiveBuckets, that.positiveBuckets)
        && Arrays.equals(negativeBuckets, that.negativeBuckets)
        && Arrays.equals(customValues, that.customValues);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count) * 31 + Long.hashCode(Double.doubleToRawLongBits(sum));
  }

  static boolean sameBits(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  @Override
  public String toString() {
    return "Histogram[schema=%d count=%d sum=%s zero=%s:%d positive=%s%s negative=%s%s custom=%s %s]"
        .formatted(
            schema,
            count,
            sum,
            zeroThreshold,
            zeroCount,
            positiveSpans,
            Arrays.toString(positiveBuckets),
            negativeSpans,
            Arrays.toString(negativeBuckets),
            Arrays.toString(customValues),
            counterReset);
  }
}
