package io.varve;

/// What can keep a new series out of the head, see {@link Limits}. In the order in which they are
/// looked at; named as in the configuration.
public enum Limit {
  /// {@link Limits#labels()}.
  LABELS("label_limit"),
  /// {@link Limits#labelNameBytes()}.
  LABEL_NAME_BYTES("label_name_length_limit"),
  /// {@link Limits#labelValueBytes()}.
  LABEL_VALUE_BYTES("label_value_length_limit"),
  /// {@link Limits#series()}.
  SERIES("max_series"),
  /// {@link Limits#seriesPerMetric()}.
  SERIES_PER_METRIC("max_series_per_metric"),
  /// {@link Limits#seriesPerLabelValue()}.
  SERIES_PER_LABEL_VALUE("max_series_per_label_value");

  private final String text;

  Limit(String text) {
    this.text = text;
  }

  /// As a user reads it.
  @Override
  public String toString() {
    return text;
  }
}
