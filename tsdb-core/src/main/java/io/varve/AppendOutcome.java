package io.varve;

/// What became of one sample. Everything but {@link #ACCEPTED} and {@link #DUPLICATE} means that it
/// was not taken, and will not be when it is sent again (unless a limit was in its way, and there
/// is room by then).
public enum AppendOutcome {
  /// Taken; kept for good once the commit returns.
  ACCEPTED("accepted"),
  /// The series already has this very sample as its newest: nothing to do, no fault.
  DUPLICATE("duplicate sample"),
  /// The newest sample of the series has the same time and another value.
  DUPLICATE_FOR_TIMESTAMP("duplicate sample for timestamp"),
  /// Older than the newest sample of the series.
  OUT_OF_ORDER("out of order sample"),
  /// Older than what the head still takes: its range is already in blocks, or more than half a
  /// block range behind the newest sample of all.
  OUT_OF_BOUNDS("out of bounds"),
  /// Older than the out-of-order window allows.
  TOO_OLD("too old sample"),
  /// A native histogram whose schema, spans, buckets and counts do not go together.
  INVALID_HISTOGRAM("invalid histogram"),
  /// The Prometheus version that the store has to stay compatible with could not read it.
  INCOMPATIBLE("not readable by the Prometheus version to be compatible with"),
  /// Of a new series, for which one of the {@link Limits} leaves no room.
  OVER_LIMIT("over limit");

  private final String text;

  AppendOutcome(String text) {
    this.text = text;
  }

  /// Whether the sample is stored, by this append or by an earlier one.
  public boolean stored() {
    return this == ACCEPTED || this == DUPLICATE;
  }

  /// As a user reads it.
  @Override
  public String toString() {
    return text;
  }
}
