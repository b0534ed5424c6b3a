package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Varve;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Spans;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A made-up target of scraping, some of whose samples arrive late: up to {@link #WINDOW_HOURS}
/// after others. Stores are given its scrapes, the same ones to each. Confined to one thread.
final class LateTarget {
  static final int WINDOW_HOURS = 3;

  /// Scrapes in one hour.
  static final int HOUR = 60;

  private static final int INTERVAL = 60_000;
  private static final int SERIES = 12;

  private final RandomGenerator random;
  private final boolean histograms;
  private final List<List<Point>> scrapes = new ArrayList<>();

  /// Of each series, by time.
  private final Map<Labels, TreeMap<Long, Samples.Sample>> all = new TreeMap<>();

  private record Point(Labels labels, long time, double value, boolean histogram) {
    Histogram asHistogram() {
      long count = (long) value;
      return new Histogram(
          CounterReset.GAUGE,
          0,
          0.001,
          0,
          count,
          value,
          new Spans(new int[] {0}, new int[] {1}),
          Spans.NONE,
          new long[] {count},
          new long[0],
          new double[0]);
    }

    Samples.Sample stored() {
      return histogram
          ? new Samples.Sample(time, asHistogram())
          : new Samples.Sample(time, Double.doubleToRawLongBits(value));
    }
  }

  /// @param histograms whether every third series is one of native histograms
  LateTarget(RandomGenerator random, int count, boolean histograms) {
    this.random = random;
    this.histograms = histograms;
    for (int scrape = 0; scrape < count; scrape++) {
      var points = new ArrayList<Point>();
      for (int series = 0; series < SERIES; series++) {
        addPoints(series, scrape, points);
      }
      scrapes.add(points);
    }
  }

  private void addPoints(int series, int scrape, List<Point> to) {
    Labels labels = Labels.of(Labels.METRIC_NAME, "late", "number", "" + series);
    long now = MadeUpTarget.START + (long) scrape * INTERVAL;
    // One series has nothing but late samples after its first one.
    if (series > 0 || scrape == 0) {
      add(new Point(labels, now, 1 + scrape, isHistogram(series)), to);
    }
    long window = Math.min(scrape, WINDOW_HOURS * HOUR - 1) * (long) INTERVAL;
    for (int i = scrape < 2 || series % 4 == 3 ? 0 : random.nextInt(4); i > 0; i--) {
      // Never at the time of one in order.
      long late =
          now - random.nextLong(1, window) / INTERVAL * INTERVAL - random.nextInt(1, 60_000);
      add(new Point(labels, late, random.nextInt(1, 1000), isHistogram(series)), to);
    }
  }

  private boolean isHistogram(int series) {
    return histograms && series % 3 == 2;
  }

  private void add(Point point, List<Point> to) {
    TreeMap<Long, Samples.Sample> own =
        all.computeIfAbsent(point.labels, labels -> new TreeMap<>());
    if (own.putIfAbsent(point.time, point.stored()) == null) {
      to.add(point);
    }
  }

  /// Gives scrapes from {@code from} to before {@code to} to a store.
  void append(Varve store, int from, int to) {
    try (Appender appender = store.appender()) {
      for (List<Point> points : scrapes.subList(from, to)) {
        for (Point point : points) {
          AppendOutcome outcome =
              point.histogram
                  ? appender.append(point.labels, point.time, point.asHistogram()).outcome()
                  : appender.append(point.labels, point.time, point.value).outcome();
          assertThat(outcome).isEqualTo(AppendOutcome.ACCEPTED);
        }
        assertThat(appender.commit().accepted()).isEqualTo(points.size());
      }
    }
  }

  /// Sends scrapes from {@code from} to before {@code to} to a server.
  void send(URI server, int from, int to) throws IOException {
    for (List<Point> points : scrapes.subList(from, to)) {
      var request = new RemoteWrite();
      for (Point point : points) {
        if (point.histogram) {
          request.add(point.labels, point.time, point.asHistogram());
        } else {
          request.add(point.labels, point.time, point.value);
        }
      }
      request.send(server);
    }
  }

  /// What all scrapes before {@code to} brought.
  Samples samples(int to) {
    Map<Labels, TreeMap<Long, Samples.Sample>> brought = new TreeMap<>();
    for (List<Point> points : scrapes.subList(0, to)) {
      for (Point point : points) {
        brought
            .computeIfAbsent(point.labels, labels -> new TreeMap<>())
            .put(point.time, point.stored());
      }
    }
    var samples = new Samples();
    brought.forEach((labels, own) -> samples.add(labels, List.copyOf(own.values())));
    return samples;
  }
}
