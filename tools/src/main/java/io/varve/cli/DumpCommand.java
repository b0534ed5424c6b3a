package io.varve.cli;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SelectorParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/// Prints what `promtool tsdb dump` prints, with series always in the order of their labels.
@Command(
    name = "dump",
    header = "Prints the samples of a data directory.",
    description =
        "%nPrints what promtool tsdb dump prints: one line per sample with labels, value and time"
            + " in milliseconds; series in the order of their labels. Reads only, and may be used"
            + " while a server has the directory open.")
final class DumpCommand implements Callable<Integer> {
  /// Flushing after every line would cost more than the lines, but the reader of a pipe may be
  /// gone.
  private static final int LINES_BETWEEN_CHECKS = 4096;

  private final Streams streams;

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The data directory. Default: data.")
  private Path directory = Path.of("data");

  @Option(
      names = "--match",
      paramLabel = "SELECTOR",
      converter = Selector.Converter.class,
      description = {
        "Series selector, as in --match='up{job=~\"node.*\"}'. May be given several times: a series"
            + " that any of them selects is printed, once. Default: all series."
      })
  private List<Selector> selectors = List.of(Selector.ALL);

  @Option(
      names = "--min-time",
      paramLabel = "MS",
      description = "First time to print, milliseconds since the epoch. Default: the first.")
  private long minTime = Long.MIN_VALUE;

  @Option(
      names = "--max-time",
      paramLabel = "MS",
      description = "Last time to print, milliseconds since the epoch. Default: the last.")
  private long maxTime = Long.MAX_VALUE;

  private int lines;

  DumpCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (minTime > maxTime) {
      throw new UsageException("--min-time " + minTime + " is after --max-time " + maxTime);
    }
    try (Varve db = Varve.openReadOnly(directory, VarveOptions.defaults());
        Querier querier = db.querier(minTime, maxTime)) {
      print(selectors.stream().map(selector -> selector.of(querier)).toList());
    }
    return 0;
  }

  /// Prints the union of sets that are in the order of labels.
  private void print(List<SeriesSet> sets) {
    var present = new ArrayList<>(sets);
    present.removeIf(set -> !set.next());
    while (!present.isEmpty()) {
      SeriesSet first = present.getFirst();
      for (SeriesSet set : present) {
        if (set.labels().compareTo(first.labels()) < 0) {
          first = set;
        }
      }
      Labels labels = first.labels();
      if (!print(labels, first.samples())) {
        return;
      }
      present.removeIf(set -> set.labels().equals(labels) && !set.next());
    }
  }

  /// @return false if nobody reads what is printed
  private boolean print(Labels labels, SampleCursor samples) {
    PrintWriter out = streams.out();
    var line = new StringBuilder(labels.toString()).append(' ');
    int prefix = line.length();
    while (samples.next()) {
      line.setLength(prefix);
      switch (samples.kind()) {
        case FLOAT -> GoFloat.append(line, samples.value());
        case HISTOGRAM -> HistogramText.append(line, samples.histogram());
        case FLOAT_HISTOGRAM -> HistogramText.append(line, samples.floatHistogram());
      }
      out.append(line.append(' ').append(samples.timestamp()).append('\n'));
      if (++lines % LINES_BETWEEN_CHECKS == 0 && out.checkError()) {
        return false;
      }
    }
    return true;
  }

  /// What `--match` selects.
  private record Selector(List<Matcher> matchers) {
    static final Selector ALL = new Selector(List.of(Matcher.regex(Labels.METRIC_NAME, ".*")));

    SeriesSet of(Querier querier) {
      return querier.select(matchers.toArray(Matcher[]::new));
    }

    /// The empty selector, `{}`, selects everything, as it does for promtool.
    private static final class Converter implements ITypeConverter<Selector> {
      @Override
      public Selector convert(String text) {
        try {
          List<Matcher> matchers = SelectorParser.parse(text);
          return matchers.isEmpty() ? ALL : new Selector(matchers);
        } catch (IllegalArgumentException e) {
          throw new TypeConversionException(e.getMessage());
        }
      }
    }
  }
}
