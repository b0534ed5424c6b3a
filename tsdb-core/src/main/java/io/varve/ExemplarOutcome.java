package io.varve;

/// What became of one exemplar. Whatever it is, samples are not affected.
public enum ExemplarOutcome {
  /// Taken.
  ACCEPTED("accepted"),
  /// The series already has this very exemplar at its newest time: nothing to do, no fault.
  DUPLICATE("duplicate exemplar"),
  /// Older than the newest exemplar of the series; or of the same time and lower value.
  OUT_OF_ORDER("out of order exemplar"),
  /// Its labels are longer than {@link io.varve.model.Exemplar#MAX_LABEL_CHARACTERS}.
  LABELS_TOO_LONG("label length for exemplar exceeds maximum of 128 UTF-8 characters"),
  /// Its series is not in the head: a limit keeps it out, or it has left it.
  UNKNOWN_SERIES("unknown series"),
  /// The store keeps no exemplars, see {@link VarveOptions#maxExemplars()}.
  DISABLED("exemplar storage is disabled");

  private final String text;

  ExemplarOutcome(String text) {
    this.text = text;
  }

  /// Whether the exemplar is stored, by this append or by an earlier one.
  public boolean stored() {
    return this == ACCEPTED || this == DUPLICATE;
  }

  /// As a user reads it.
  @Override
  public String toString() {
    return text;
  }
}
