package io.varve.model;

/// A native (sparse, exponential or custom-bucket) histogram as one sample: counts of observations
/// in buckets, with the sum of all observations. See Prometheus' native histogram specification.
///
/// The implementations are immutable and lend their arrays: these must not be changed.
public sealed interface NativeHistogram permits Histogram, FloatHistogram {
  CounterReset counterReset();

  /// See {@link HistogramSchema}.
  int schema();

  /// Observations whose absolute value is at most this are in the zero bucket.
  double zeroThreshold();

  /// Sum of all observations; the stale marker ({@link SampleValue#STALE_NAN_BITS}) if the series
  /// ends here.
  double sum();

  Spans positiveSpans();

  Spans negativeSpans();

  /// Upper bounds of the buckets of a custom schema, ascending, without the last, infinite one;
  /// empty for exponential schemas.
  double[] customValues();

  /// Whether this marks the end of the series.
  default boolean isStale() {
    return SampleValue.isStale(sum());
  }

  /// The same counts with other words about resets.
  NativeHistogram withCounterReset(CounterReset counterReset);
}
