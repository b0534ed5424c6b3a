package io.varve.model;

/// Whether a native histogram makes sense, and if not, why not. Follows Prometheus 3.13.
public enum HistogramValidation {
  VALID("");

  private final String reason;

  HistogramValidation(String reason) {
    this.reason = reason;
  }

  /// One sentence without a full stop; empty if valid.
  public String reason() {
    return reason;
  }

  public boolean isValid() {
    return this == VALID;
  }

  /// What is wrong with a histogram, the first thing found.
  public static HistogramValidation of(NativeHistogram histogram) {
    throw new UnsupportedOperationException();
  }
}
