package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A made-up target of scraping whose series are native histograms of all sorts, and floats beside
/// them. Stores are given its scrapes, the same ones to each. Confined to one thread.
final class MadeUpHistograms {
  /// Time of the first scrape: the start of a block of two hours, and past by any clock.
  static final long START = MadeUpTarget.START;

  static final int INTERVAL = 60_000;

  /// Scrapes in one hour.
  static final int HOUR = 3_600_000 / INTERVAL;

  private static final int SERIES_OF_EACH_KIND = 3;
  private static final int[] SCHEMAS = {3, 0, 8, -2};
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  /// What a series is made of: its metric is `made_up_` with this name.
  private enum Kind {
    FLOAT,
    COUNTER,
    FLOAT_COUNTER,
    GAUGE,
    FLOAT_GAUGE,
    /// Ends now and then.
    STALE,
    FLOAT_STALE,
    /// Is now whole, now float histograms, and now floats.
    MIXED,
    /// Changes its schema and zero threshold.
    LAYOUT,
    CUSTOM,
    FLOAT_CUSTOM,
    /// Changes its bounds.
    CUSTOM_LAYOUT;

    boolean hasCustomBuckets() {
      return compareTo(CUSTOM) >= 0;
    }
  }

  /// A sample as it is scraped, and as a store has to give it back.
  private record Point(Labels labels, Object value, Samples.Sample stored) {}

  private final class Series {
    private final Labels labels;
    private final Kind kind;
    private final int number;
    private Observations observed;
    private int scrape;
    private int absent;

    Series(Kind kind, int number) {
      this.kind = kind;
      this.number = number;
      String name = kind.name().toLowerCase(Locale.ROOT);
      this.labels =
          Labels.of(
              Labels.METRIC_NAME,
              "made_up_" + name,
              "kind",
              name,
              "number",
              String.valueOf(number));
      this.observed = start(0);
    }

    private Observations start(int layout) {
      if (kind.hasCustomBuckets()) {
        return layout % 2 == 0
            ? Observations.custom(0.1, 0.25, 1, 2.5, 10, 1234.5678)
            : Observations.custom(0.5, 1, 2.5);
      }
      return Observations.exponential(
          SCHEMAS[(number + layout) % SCHEMAS.length], layout % 2 == 0 ? 0.01 : 0.001);
    }

    Stream<Point> scrape(long time) {
      scrape++;
      if (absent > 0) {
        absent--;
        return Stream.of();
      }
      if (ends()) {
        absent = random.nextInt(30);
        observed = start(0);
        boolean whole = kind == Kind.STALE;
        NativeHistogram end = whole ? Histogram.STALE : FloatHistogram.STALE;
        return Stream.of(new Point(labels, STALE, new Samples.Sample(time, end)));
      }
      return Stream.of(
          switch (value()) {
            case NativeHistogram h -> new Point(labels, h, new Samples.Sample(time, h));
            case Double d ->
                new Point(labels, d, new Samples.Sample(time, Double.doubleToRawLongBits(d)));
            case Object other -> throw new AssertionError(other);
          });
    }

    private boolean ends() {
      return (kind == Kind.STALE || kind == Kind.FLOAT_STALE)
          && scrape > 1
          && random.nextInt(40) == 0;
    }

    private Object value() {
      CounterReset reset = random.nextInt(90) == 0 ? startAnew() : CounterReset.UNKNOWN;
      observed.observe(random, 1 + random.nextInt(5));
      return switch (kind) {
        case FLOAT -> (double) scrape;
        case COUNTER, STALE, LAYOUT, CUSTOM, CUSTOM_LAYOUT -> observed.whole(reset);
        case FLOAT_COUNTER, FLOAT_STALE, FLOAT_CUSTOM -> observed.halves(reset);
        case GAUGE -> gauge().whole(CounterReset.GAUGE);
        case FLOAT_GAUGE -> gauge().halves(CounterReset.GAUGE);
        case MIXED ->
            switch (scrape / 25 % 4) {
              case 0 -> (double) scrape;
              case 1 -> observed.halves(reset);
              case 2 -> observed.whole(reset);
              default -> gauge().whole(CounterReset.GAUGE);
            };
      };
    }

    /// What the first histogram after a restart says of it: nothing, as a rule, or that it was one.
    private CounterReset startAnew() {
      boolean changes = kind == Kind.LAYOUT || kind == Kind.CUSTOM_LAYOUT;
      observed = start(changes ? scrape : 0);
      return random.nextBoolean() ? CounterReset.RESET : CounterReset.UNKNOWN;
    }

    private Observations gauge() {
      Observations now = start(0);
      now.observe(random, 1 + random.nextInt(10));
      return now;
    }
  }

  private final RandomGenerator random;
  private final List<List<Point>> scrapes = new ArrayList<>();

  /// @param customBuckets whether there are histograms with such
  MadeUpHistograms(RandomGenerator random, int scrapes, boolean customBuckets) {
    this.random = random;
    var series = new ArrayList<Series>();
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < SERIES_OF_EACH_KIND && (customBuckets || !kind.hasCustomBuckets()); i++) {
        series.add(new Series(kind, i));
      }
    }
    for (int i = 0; i < scrapes; i++) {
      long time = time(i);
      this.scrapes.add(series.stream().flatMap(each -> each.scrape(time)).toList());
    }
  }

  /// Milliseconds since the epoch.
  static long time(int scrape) {
    return START + (long) scrape * INTERVAL;
  }

  /// Appends scrapes from {@code from} to before {@code to}.
  ///
  /// @param together how many of them are one commit
  void append(Varve store, int from, int to, int together) {
    try (Appender appender = store.appender()) {
      for (int i = from; i < to; i++) {
        for (Point point : scrapes.get(i)) {
          var ignored =
              point.value instanceof NativeHistogram histogram
                  ? appender.append(point.labels, time(i), histogram)
                  : appender.append(point.labels, time(i), (double) point.value);
        }
        if ((i + 1) % together == 0 || i + 1 == to) {
          assertThat(appender.commit().rejections()).isEmpty();
        }
      }
    }
  }

  /// Sends scrapes from {@code from} to before {@code to}, each in a request of its own.
  void send(URI server, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      var request = new RemoteWrite();
      for (Point point : scrapes.get(i)) {
        if (point.value instanceof NativeHistogram histogram) {
          request.add(point.labels, time(i), histogram);
        } else {
          request.add(point.labels, time(i), (double) point.value);
        }
      }
      request.send(server);
    }
  }

  /// What a store has to hold after scrapes before {@code to}.
  Samples samples(int to) {
    var samples = new Samples();
    for (List<Point> scrape : scrapes.subList(0, to)) {
      scrape.forEach(point -> samples.add(point.labels, List.of(point.stored)));
    }
    return samples;
  }
}
