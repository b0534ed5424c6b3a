package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.model.Labels;
import io.varve.model.SampleValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/// A made-up target of scraping, with counters, gauges, values and labels of all sorts, series that
/// come and go, and scrapes that come a little late. It writes what it is scraped for into a store,
/// and remembers it. Confined to one thread.
final class MadeUpTarget {
  /// Time of the first scrape: the start of a block of two hours, and past by any clock.
  static final long START = 1_704_067_200_000L;

  private static final int INTERVAL = 30_000;

  /// Scrapes in one hour.
  static final int HOUR = 3_600_000 / INTERVAL;

  /// Values of labels that are easily got wrong. The two before the last are in the order of UTF-8,
  /// which is not that of Java's strings.
  private static final List<String> ODD_VALUES =
      List.of(
          "quote\"d",
          "back\\slash",
          "line\nfeed",
          "tab\tand\rreturn",
          "bell\u0007 and \u0001, \u007f",
          "grün, 測試, ไทย",
          "e\u0301 composed, \u200b zero width, \u00a0 hard space",
          " space at both ends ",
          "{a=\"b\", c=~\"d|e\"} # + %s",
          "\uff5e",
          "\ud83e\udd94",
          "long " + "value ".repeat(200));

  private static final long[] ODD_BITS = {
    Double.doubleToRawLongBits(0.0),
    Double.doubleToRawLongBits(-0.0),
    Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
    Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
    SampleValue.NORMAL_NAN_BITS,
    SampleValue.STALE_NAN_BITS,
    0xfff8_0000_dead_beefL,
    Double.doubleToRawLongBits(Double.MIN_VALUE),
    Double.doubleToRawLongBits(-Double.MIN_NORMAL),
    Double.doubleToRawLongBits(Double.MAX_VALUE),
    Double.doubleToRawLongBits(999_999),
    Double.doubleToRawLongBits(1_000_000),
    Double.doubleToRawLongBits(123_456_789),
    Double.doubleToRawLongBits(1e20),
    Double.doubleToRawLongBits(1e21),
    Double.doubleToRawLongBits(0.0001),
    Double.doubleToRawLongBits(0.00001234),
    Double.doubleToRawLongBits(0.1 + 0.2),
    Double.doubleToRawLongBits(1L << 53)
  };

  private enum Kind {
    COUNTER,
    GAUGE,
    CONSTANT,
    ANY_BITS,
    ODD_BITS,
    COMES_AND_GOES
  }

  private final class Series {
    private final Labels labels;
    private final Kind kind;
    private double value;
    private int absent;
    private SeriesRef ref;

    Series(Labels labels, Kind kind) {
      this.labels = labels;
      this.kind = kind;
      this.value = random.nextInt(1000);
    }

    void scrape(Appender appender, long timestamp) {
      if (absent > 0) {
        absent--;
        return;
      }
      value = next();
      append(appender, timestamp);
      written.add(labels, timestamp, value);
      if (SampleValue.isStale(value)) {
        absent = random.nextInt(60);
      }
    }

    private double next() {
      return switch (kind) {
        case COUNTER -> random.nextInt(300) == 0 ? 0 : value + random.nextInt(100);
        case GAUGE -> value + random.nextGaussian();
        case CONSTANT -> value;
        case ANY_BITS -> Double.longBitsToDouble(random.nextLong());
        case ODD_BITS -> Double.longBitsToDouble(ODD_BITS[random.nextInt(ODD_BITS.length)]);
        case COMES_AND_GOES ->
            random.nextInt(30) == 0
                ? Double.longBitsToDouble(SampleValue.STALE_NAN_BITS)
                : random.nextInt(10);
      };
    }

    /// By labels, or by reference if there is one already.
    private void append(Appender appender, long timestamp) {
      if (ref == null) {
        AppendResult result = appender.append(labels, timestamp, value);
        assertThat(result.outcome()).isEqualTo(AppendOutcome.ACCEPTED);
        ref = result.ref();
      } else {
        assertThat(appender.append(ref, timestamp, value)).isEqualTo(AppendOutcome.ACCEPTED);
      }
    }
  }

  private final RandomGenerator random;
  private final List<Series> series = new ArrayList<>();
  private final Samples written = new Samples();
  private long now = START;

  MadeUpTarget(RandomGenerator random, int size) {
    this.random = random;
    for (int i = 0; i < size; i++) {
      Kind kind = Kind.values()[i % Kind.values().length];
      series.add(new Series(labels(i, kind), kind));
    }
  }

  private static Labels labels(int number, Kind kind) {
    Labels.Builder labels =
        Labels.builder()
            .set(Labels.METRIC_NAME, "made_up_" + kind.name().toLowerCase(Locale.ROOT))
            .set("instance", "127.0.0.1:" + (9100 + number % 7))
            .set("number", String.valueOf(number));
    if (number % 3 == 0) {
      labels.set("odd", ODD_VALUES.get(number / 3 % ODD_VALUES.size()));
    }
    if (number % 25 == 0) {
      labels.set("service.name", "a name that wants quotes");
      for (int i = 0; i < 30; i++) {
        labels.set("label_" + i, "value " + i * number);
      }
    }
    return labels.build();
  }

  /// Has itself scraped into a store, each scrape being one commit. What was appended by another
  /// store before is found there by its labels.
  void scrape(Varve store, int scrapes) {
    series.forEach(each -> each.ref = null);
    try (Appender appender = store.appender()) {
      for (int i = 0; i < scrapes; i++) {
        long timestamp = now + random.nextInt(20);
        series.forEach(each -> each.scrape(appender, timestamp));
        assertThat(appender.commit().rejections()).isEmpty();
        now += INTERVAL;
      }
    }
  }

  /// All samples written so far.
  Samples written() {
    return written;
  }
}
