package io.varve.model;

/// Walks the samples of one series in ascending order of time. Starts before the first sample.
///
/// Confined to one thread. Reading may throw {@link io.varve.io.CorruptionException}.
public interface SampleCursor extends AutoCloseable {
  /// Moves to the next sample.
  ///
  /// @return false when there is none
  boolean next();

  /// Moves forward to the first sample at or after {@code timestamp}; stays if the present sample
  /// is one. Never moves back.
  ///
  /// @param timestamp milliseconds since the epoch
  /// @return false when there is none
  boolean seek(long timestamp);

  /// Time of the present sample, milliseconds since the epoch.
  long timestamp();

  /// What the present sample is: {@link #value} is for floats, {@link #histogram} and {@link
  /// #floatHistogram} for the others; asking for another kind is an {@link IllegalStateException}.
  default SampleKind kind() {
    return SampleKind.FLOAT;
  }

  /// When what the present sample counts began to be counted, milliseconds since the epoch; 0 if
  /// that is not known.
  default long startTimestamp() {
    return 0;
  }

  /// The present sample, if its kind is {@link SampleKind#HISTOGRAM}. What it says about counter
  /// resets holds against the sample before it in this cursor's order.
  default Histogram histogram() {
    throw new IllegalStateException("the sample is no histogram");
  }

  /// The present sample, if it is a histogram of either kind.
  default FloatHistogram floatHistogram() {
    return histogram().toFloat();
  }

  /// Value of the present sample, bit for bit as written: NaN payloads (the stale marker
  /// `0x7ff0000000000002` among them) are kept. Compare with {@link Double#doubleToRawLongBits}.
  double value();

  /// Releases what the cursor holds; idempotent. Cursors of a {@code Querier} hold nothing of their
  /// own, so closing them is a courtesy.
  @Override
  default void close() {}
}
