package io.varve.model;

import java.util.List;

/// What kind of metric a family is. In the order of the numbers that the log and remote write have
/// for them.
public enum MetricType {
  UNKNOWN("unknown", false, ""),
  COUNTER("counter", false, "", "_total"),
  GAUGE("gauge", false, ""),
  HISTOGRAM("histogram", true, "", "_count", "_sum", "_bucket"),
  GAUGE_HISTOGRAM("gaugehistogram", true, "", "_gcount", "_gsum", "_bucket"),
  SUMMARY("summary", true, "", "_count", "_sum"),
  INFO("info", false, "", "_info"),
  STATE_SET("stateset", false, "");

  private static final List<MetricType> ALL = List.of(values());

  private final String text;
  private final boolean parted;
  private final List<String> suffixes;

  /// @param parted whether the names of the series are never that of the family, if they have a
  ///   suffix. A counter's may be: whether `_total` belongs to the name of the family depends on
  ///   the format in which it was exposed.
  /// @param suffixes what the names of its series have behind that of the family
  MetricType(String text, boolean parted, String... suffixes) {
    this.text = text;
    this.parted = parted;
    this.suffixes = List.of(suffixes);
  }

  /// The type of a number, {@link #UNKNOWN} if there is none.
  public static MetricType of(long number) {
    return number >= 0 && number < ALL.size() ? ALL.get((int) number) : UNKNOWN;
  }

  /// The number that stands for it.
  public int number() {
    return ordinal();
  }

  /// What the series of a family may be called.
  public List<String> seriesOf(String family) {
    return suffixes.stream().map(suffix -> family + suffix).toList();
  }

  /// What the family of a series may be called.
  public List<String> familiesOf(String series) {
    return suffixes.stream()
        .filter(suffix -> series.endsWith(suffix) && series.length() > suffix.length())
        .map(suffix -> series.substring(0, series.length() - suffix.length()))
        .toList();
  }

  /// What the family of a series is called most likely.
  public String familyOf(String series) {
    List<String> families = familiesOf(series);
    return parted && !families.isEmpty() ? families.getLast() : series;
  }

  /// As Prometheus writes it.
  @Override
  public String toString() {
    return text;
  }
}
