package io.varve;

import io.varve.model.Labels;
import java.util.Map;

/// What the head takes at most, so that labels with too many values cost samples and not the
/// process. A series that is in the head goes on whatever the limits say; a new one above a limit
/// is refused with {@link AppendOutcome#OVER_LIMIT}, and not made. Once enough series have left the
/// head (with those of a block cut off it), new ones are taken again. Replay refuses nothing.
///
/// Immutable; 0 stands for no limit everywhere.
///
/// @param series series in the head
/// @param seriesPerMetric series in the head of the same metric name
/// @param seriesPerLabelValue label names, each with how many series of the head may have the same
///   value of it. Counted by value, so that one `pod` or `tenant` cannot take the room of all
/// @param labels labels of a series, its name counted
/// @param labelNameBytes bytes of a label name, in UTF-8
/// @param labelValueBytes bytes of a label value, in UTF-8
public record Limits(
    long series,
    long seriesPerMetric,
    Map<String, Long> seriesPerLabelValue,
    int labels,
    int labelNameBytes,
    int labelValueBytes) {
  /// No limit at all.
  public static final Limits NONE = new Limits(0, 0, Map.of(), 0, 0, 0);

  public Limits {
    seriesPerLabelValue = Map.copyOf(seriesPerLabelValue);
    requireNotNegative(Limit.SERIES, series);
    requireNotNegative(Limit.SERIES_PER_METRIC, seriesPerMetric);
    requireNotNegative(Limit.LABELS, labels);
    requireNotNegative(Limit.LABEL_NAME_BYTES, labelNameBytes);
    requireNotNegative(Limit.LABEL_VALUE_BYTES, labelValueBytes);
    seriesPerLabelValue.forEach((name, most) -> {
      requireNotNegative(Limit.SERIES_PER_LABEL_VALUE, most);
      if (name.isEmpty() || name.equals(Labels.METRIC_NAME)) {
        throw new IllegalArgumentException(
            Limit.SERIES_PER_LABEL_VALUE
                + " cannot be set for \""
                + name
                + "\", only for labels other than the metric name");
      }
    });
  }

  private static void requireNotNegative(Limit limit, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(limit + " is negative: " + value);
    }
  }

  public Limits withSeries(long series) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }

  public Limits withSeriesPerMetric(long seriesPerMetric) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }

  public Limits withSeriesPerLabelValue(Map<String, Long> seriesPerLabelValue) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }

  public Limits withLabels(int labels) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }

  public Limits withLabelNameBytes(int labelNameBytes) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }

  public Limits withLabelValueBytes(int labelValueBytes) {
    return new Limits(
        series, seriesPerMetric, seriesPerLabelValue, labels, labelNameBytes, labelValueBytes);
  }
}
