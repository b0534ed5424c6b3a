package io.varve.model;

/// What is known of a metric besides its samples. Immutable.
///
/// @param unit perhaps empty
/// @param help perhaps empty
public record Metadata(MetricType type, String unit, String help) implements Comparable<Metadata> {
  @Override
  public int compareTo(Metadata other) {
    int order = type.compareTo(other.type);
    order = order == 0 ? unit.compareTo(other.unit) : order;
    return order == 0 ? help.compareTo(other.help) : order;
  }
}
