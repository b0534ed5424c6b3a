package io.varve.model;

/// What a sample is.
public enum SampleKind {
  FLOAT,
  /// A native histogram with whole counts.
  HISTOGRAM,
  /// A native histogram with counts that need not be whole.
  FLOAT_HISTOGRAM
}
