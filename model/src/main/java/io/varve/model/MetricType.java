package io.varve.model;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What kind of metric a family is. In the order of the numbers that the log and remote write have
/// for them.
public enum MetricType {
  UNKNOWN(0, "unknown", false, ""),
  COUNTER(1, "counter", false, " _total"),
  GAUGE(2, "gauge", false, ""),
  HISTOGRAM(3, "histogram", true, " _count _sum _bucket"),
  GAUGE_HISTOGRAM(4, "gaugehistogram", true, " _gcount _gsum _bucket"),
  SUMMARY(5, "summary", true, " _count _sum"),
  INFO(6, "info", false, " _info"),
  STATE_SET(7, "stateset", false, "");

  private static final List<MetricType> ALL = List.of(values());

  private final int number;
  private final String text;
  private final boolean parted;

  /// What the names of its series have behind that of the family; several are divided by blanks,
  /// and nothing is one of them.
  private final String suffixes;

  /// @param parted whether the names of the series are never that of the family, if they have a
  ///   suffix. A counter's may be: whether `_total` belongs to the name of the family depends on
  ///   the format in which it was exposed.
  MetricType(int number, String text, boolean parted, String suffixes) {
    this.number = number;
    this.text = text;
    this.parted = parted;
    this.suffixes = suffixes;
  }

  /// The type of a number, {@link #UNKNOWN} if there is none.
  public static MetricType of(long number) {
    return number >= 0 && number < ALL.size() ? ALL.get((int) number) : UNKNOWN;
  }

  /// The number that stands for it.
  public int number() {
    return number;
  }

  private Stream<String> suffixes() {
    return Pattern.compile(" ").splitAsStream(suffixes);
  }

  /// What the series of a family may be called.
  public List<String> seriesOf(String family) {
    return suffixes().map(suffix -> family + suffix).toList();
  }

  /// What the family of a series may be called.
  public List<String> familiesOf(String series) {
    return suffixes()
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
