package io.varve.model;

import java.util.Arrays;

/// A native histogram with counts that need not be whole.
///
/// Equal are those with equal bits of all floats, whatever they say about resets. Immutable; arrays
/// are neither copied when taken nor when given.
///
/// @param zeroCount observations in the zero bucket
/// @param count all observations
/// @param positiveBuckets observations in each of the buckets of {@code positiveSpans}
/// @param negativeBuckets likewise for negative observations; the first is the one nearest zero
@SuppressWarnings("ArrayRecordComponent") // shared on purpose: one for each sample read
public record FloatHistogram(
    CounterReset counterReset,
    int schema,
    double zeroThreshold,
    double zeroCount,
    double count,
    double sum,
    Spans positiveSpans,
    Spans negativeSpans,
    double[] positiveBuckets,
    double[] negativeBuckets,
    double[] customValues)
    implements NativeHistogram {
  private static final double[] NONE = {};

  /// The histogram that marks the end of a series.
  public static final FloatHistogram STALE =
      new FloatHistogram(
          CounterReset.UNKNOWN,
          0,
          0,
          0,
          0,
          Double.longBitsToDouble(SampleValue.STALE_NAN_BITS),
          Spans.NONE,
          Spans.NONE,
          NONE,
          NONE,
          NONE);

  @Override
  public FloatHistogram withCounterReset(CounterReset counterReset) {
    return counterReset == this.counterReset
        ? this
        : new FloatHistogram(
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

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatHistogram that
        && schema == that.schema
        && Histogram.sameBits(zeroThreshold, that.zeroThreshold)
        && Histogram.sameBits(zeroCount, that.zeroCount)
        && Histogram.sameBits(count, that.count)
        && Histogram.sameBits(sum, that.sum)
        && positiveSpans.equals(that.positiveSpans)
        && negativeSpans.equals(that.negativeSpans)
        && Arrays.equals(positiveBuckets, that.positiveBuckets)
        && Arrays.equals(negativeBuckets, that.negativeBuckets)
        && Arrays.equals(customValues, that.customValues);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(Double.doubleToRawLongBits(count)) * 31
        + Long.hashCode(Double.doubleToRawLongBits(sum));
  }

  @Override
  public String toString() {
    return "FloatHistogram[schema=%d count=%s sum=%s zero=%s:%s positive=%s%s negative=%s%s custom=%s %s]"
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
