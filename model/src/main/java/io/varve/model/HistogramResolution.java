package io.varve.model;

/// Reduces the resolution of exponential histograms.
public final class HistogramResolution {
  private HistogramResolution() {}

  /// The same observations in the buckets of {@link HistogramSchema#MAX_EXPONENTIAL}, if the schema
  /// is above that; else the histogram itself.
  ///
  /// @throws IllegalArgumentException if spans and buckets do not agree
  public static Histogram reduce(Histogram histogram) {
    throw new UnsupportedOperationException();
  }

  /// As {@link #reduce(Histogram)}.
  public static FloatHistogram reduce(FloatHistogram histogram) {
    throw new UnsupportedOperationException();
  }
}
