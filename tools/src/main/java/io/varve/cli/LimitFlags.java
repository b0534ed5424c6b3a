package io.varve.cli;

import io.varve.Limits;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What a server lets in, see {@link Limits}. The limits on labels have Prometheus' names, and
/// twice what other stores that take remote write have for defaults: those are there to keep out
/// mistakes, not labels.
final class LimitFlags {
  @Reloadable
  @Option(
      names = "--limits.max-series",
      paramLabel = "N",
      defaultValue = "auto",
      converter = SeriesCount.class,
      description =
          "Most series in memory; 0 sets no limit, auto takes one for each KiB of the heap that"
              + " requests leave, about 3/4 of it. Series that are there go on, new ones above a"
              + " limit are refused. Default: ${DEFAULT-VALUE}.")
  private long maxSeries;

  @Reloadable
  @Option(
      names = "--limits.max-series-per-metric",
      paramLabel = "N",
      defaultValue = "0",
      converter = Count.class,
      description =
          "Most series in memory of the same metric name; 0 sets no limit. Default:"
              + " ${DEFAULT-VALUE}.")
  private long maxSeriesPerMetric;

  @Reloadable
  @Option(
      names = "--limits.max-series-per-label-value",
      paramLabel = "LABEL=N",
      split = ",",
      converter = LabelCap.Converter.class,
      description =
          "Most series in memory that have the same value of a label, as in tenant=100000; may be"
              + " given several times. Default: no limits.")
  private List<LabelCap> maxSeriesPerLabelValue = List.of();

  @Reloadable
  @Option(
      names = "--limits.label-limit",
      paramLabel = "N",
      defaultValue = "64",
      converter = SmallCount.class,
      description = "Most labels of a series; 0 sets no limit. Default: ${DEFAULT-VALUE}.")
  private int labelLimit;

  @Reloadable
  @Option(
      names = "--limits.label-name-length-limit",
      paramLabel = "N",
      defaultValue = "1024",
      converter = SmallCount.class,
      description = "Most bytes of a label name; 0 sets no limit. Default: ${DEFAULT-VALUE}.")
  private int labelNameLengthLimit;

  @Reloadable
  @Option(
      names = "--limits.label-value-length-limit",
      paramLabel = "N",
      defaultValue = "4096",
      converter = SmallCount.class,
      description = "Most bytes of a label value; 0 sets no limit. Default: ${DEFAULT-VALUE}.")
  private int labelValueLengthLimit;

  Limits limits() {
    Map<String, Long> perLabelValue =
        maxSeriesPerLabelValue.stream()
            .collect(Collectors.toMap(LabelCap::label, LabelCap::most, (_, last) -> last));
    return new Limits(
        maxSeries,
        maxSeriesPerMetric,
        perLabelValue,
        labelLimit,
        labelNameLengthLimit,
        labelValueLengthLimit);
  }

  /// How many series may share a value of a label.
  record LabelCap(String label, long most) {
    /// Reads `LABEL=N`.
    static final class Converter implements ITypeConverter<LabelCap> {
      @Override
      public LabelCap convert(String text) {
        int equals = text.lastIndexOf('=');
        if (equals <= 0) {
          throw new TypeConversionException("'" + text + "' is not of the form LABEL=N");
        }
        var cap = new LabelCap(text.substring(0, equals), count(text.substring(equals + 1)));
        try {
          var ignored = Limits.NONE.withSeriesPerLabelValue(Map.of(cap.label, cap.most));
        } catch (IllegalArgumentException e) {
          throw new TypeConversionException(e.getMessage());
        }
        return cap;
      }
    }
  }

  private static long count(String text) {
    return new Count().convert(text);
  }

  /// Reads a count that fits an int; a larger one is as good as the largest.
  private static final class SmallCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) Math.min(count(text), Integer.MAX_VALUE);
    }
  }

  /// Reads a count of series, or `auto`.
  static final class SeriesCount implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      if (text.equals("auto")) {
        return HeapShares.ofThisProcess().series();
      }
      try {
        return count(text);
      } catch (TypeConversionException e) {
        throw new TypeConversionException(e.getMessage() + ", nor auto");
      }
    }
  }
}
