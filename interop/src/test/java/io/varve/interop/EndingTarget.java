package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Varve;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/// A made-up target of scraping, most of whose series end at the same time, with stale markers; one
/// of them comes back soon and another later. Stores are given its scrapes, the same ones to each.
/// Immutable.
final class EndingTarget {
  /// Scrapes in one hour.
  static final int HOUR = 60;

  /// The scrape at which series end.
  static final int END = 4 * HOUR + 20;

  static final int SERIES = 12;
  static final int ENDING = 8;

  /// The scrape at which series 1 is back.
  static final int BACK_SOON = END + 10;

  /// The scrape at which series 2, which may be of histograms, is back.
  static final int BACK_LATER = END + 50;

  private static final int INTERVAL = 60_000;
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  private final boolean histograms;

  /// @param histograms whether every third series is one of native histograms
  EndingTarget(boolean histograms) {
    this.histograms = histograms;
  }

  private static Labels labels(int series) {
    return Labels.of(Labels.METRIC_NAME, "ending", "number", "" + series);
  }

  private static long time(int scrape) {
    return MadeUpTarget.START + (long) scrape * INTERVAL;
  }

  private boolean isHistogram(int series) {
    return histograms && series % 3 == 2;
  }

  private static boolean isThere(int series, int scrape) {
    return series >= ENDING
        || scrape <= END
        || (series == 1 && scrape >= BACK_SOON)
        || (series == 2 && scrape >= BACK_LATER);
  }

  private static boolean isEnd(int series, int scrape) {
    return series < ENDING && scrape == END;
  }

  private static double value(int series, int scrape) {
    return isEnd(series, scrape) ? STALE : scrape * 100 + series;
  }

  private static Histogram histogram(int series, int scrape) {
    long count = scrape * 100L + series;
    return isEnd(series, scrape)
        ? Histogram.STALE
        : new Histogram(
            CounterReset.GAUGE,
            0,
            0.001,
            0,
            count,
            1.5 * count,
            new Spans(new int[] {0}, new int[] {1}),
            Spans.NONE,
            new long[] {count},
            new long[0],
            new double[0]);
  }

  private static List<Integer> there(int scrape) {
    return IntStream.range(0, SERIES).filter(series -> isThere(series, scrape)).boxed().toList();
  }

  /// Gives scrapes from {@code from} to before {@code to} to a store.
  void append(Varve store, int from, int to) {
    try (Appender appender = store.appender()) {
      for (int scrape = from; scrape < to; scrape++) {
        long t = time(scrape);
        for (int series : there(scrape)) {
          AppendOutcome outcome =
              isHistogram(series)
                  ? appender.append(labels(series), t, histogram(series, scrape)).outcome()
                  : appender.append(labels(series), t, value(series, scrape)).outcome();
          assertThat(outcome).isEqualTo(AppendOutcome.ACCEPTED);
        }
        assertThat(appender.commit().accepted()).isEqualTo(there(scrape).size());
      }
    }
  }

  /// Sends scrapes from {@code from} to before {@code to} to a server.
  void send(URI server, int from, int to) throws IOException {
    for (int scrape = from; scrape < to; scrape++) {
      var request = new RemoteWrite();
      for (int series : there(scrape)) {
        if (isHistogram(series)) {
          request.add(labels(series), time(scrape), histogram(series, scrape));
        } else {
          request.add(labels(series), time(scrape), value(series, scrape));
        }
      }
      request.send(server);
    }
  }

  /// What all scrapes before {@code to} brought.
  Samples samples(int to) {
    var samples = new Samples();
    for (int scrape = 0; scrape < to; scrape++) {
      for (int series : there(scrape)) {
        if (isHistogram(series)) {
          var sample = new Samples.Sample(time(scrape), histogram(series, scrape));
          samples.add(labels(series), List.of(sample));
        } else {
          samples.add(labels(series), time(scrape), value(series, scrape));
        }
      }
    }
    return samples;
  }
}
