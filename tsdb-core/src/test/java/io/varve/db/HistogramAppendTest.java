package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistogramAppendTest {
  private static final long T = 1_700_000_000_000L;
  private static final Labels LATENCY = Labels.of("__name__", "latency", "job", "api");
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  @TempDir Path directory;

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false);
  }

  private static Histogram histogram(long count) {
    return exponential(0, count);
  }

  private static Histogram exponential(int schema, long count) {
    return new Histogram(
        CounterReset.UNKNOWN,
        schema,
        0.001,
        0,
        count,
        1.5 * count,
        new Spans(new int[] {1}, new int[] {2}),
        Spans.NONE,
        new long[] {count, -count},
        new long[0],
        new double[0]);
  }

  private static Histogram custom() {
    return new Histogram(
        CounterReset.UNKNOWN,
        HistogramSchema.CUSTOM,
        0,
        0,
        3,
        4,
        new Spans(new int[] {0}, new int[] {1}),
        Spans.NONE,
        new long[] {3},
        new long[0],
        new double[] {1, 2});
  }

  private static SeriesRef series(Appender app) {
    return app.series(LATENCY.encoded(), 0, LATENCY.encoded().length);
  }

  /// What is stored, in order, as text.
  private static List<String> stored(Varve db) {
    var found = new ArrayList<String>();
    try (Querier q = db.querier(T - 1000, T + 1000)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "latency"));
      while (set.next()) {
        SampleCursor c = set.samples();
        while (c.next()) {
          found.add((c.timestamp() - T) + " " + text(c));
        }
      }
    }
    return found;
  }

  private static String text(SampleCursor c) {
    return switch (c.kind()) {
      case FLOAT -> "float " + c.value();
      case HISTOGRAM -> "histogram " + text(c.histogram(), c.histogram().count());
      case FLOAT_HISTOGRAM ->
          "float histogram " + text(c.floatHistogram(), c.floatHistogram().count());
    };
  }

  private static String text(NativeHistogram h, Object count) {
    return h.isStale() ? "stale" : count + " " + h.counterReset();
  }

  @Test
  void keepsTheOrderOfKindsInOneCommitThroughARestart() throws Exception {
    var expected =
        List.of(
            "0 histogram 3 UNKNOWN",
            "1 float 1.0",
            "2 float histogram 4.0 UNKNOWN",
            "3 histogram 5 UNKNOWN",
            "4 histogram 6 NOT_RESET",
            "5 float 2.0");
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      SeriesRef latency = series(app);
      app.append(latency, T, histogram(3));
      app.append(latency, T + 1, 1);
      app.append(latency, T + 2, histogram(4).toFloat());
      app.append(latency, T + 3, histogram(5));
      app.append(latency, T + 4, histogram(6));
      app.append(latency, T + 5, 2);

      assertThat(app.commit()).isEqualTo(new CommitResult(6, List.of()));
      assertThat(stored(db)).isEqualTo(expected);
    }
    try (Varve db = Varve.open(directory, options())) {
      assertThat(stored(db)).isEqualTo(expected);
    }
  }

  @Test
  void keepsTheOrderOfSchemasInOneCommitThroughARestart() throws Exception {
    VarveOptions options = options().withCompatibility(Compatibility.V3_5);
    var expected = List.of("0 histogram 3 UNKNOWN", "1 histogram 7 UNKNOWN");
    try (Varve db = Varve.open(directory, options);
        Appender app = db.appender()) {
      app.append(series(app), T, custom());
      app.append(series(app), T + 1, histogram(7));
      app.commit();
      assertThat(stored(db)).isEqualTo(expected);
    }
    try (Varve db = Varve.open(directory, options)) {
      assertThat(stored(db)).isEqualTo(expected);
    }
  }

  @Test
  void tellsDuplicatesFromConflicts() throws Exception {
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      SeriesRef latency = series(app);
      app.append(latency, T, histogram(3));
      app.commit();

      assertThat(app.append(latency, T, histogram(3))).isEqualTo(AppendOutcome.DUPLICATE);
      assertThat(app.append(latency, T, histogram(4)))
          .isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
      assertThat(app.append(latency, T, 1.0)).isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
      assertThat(app.append(latency, T - 1, histogram(3))).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      assertThat(app.commit().accepted()).isEqualTo(1);
    }
  }

  @Test
  void endsASeriesOfHistogramsWithAHistogram() throws Exception {
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      SeriesRef latency = series(app);
      app.append(latency, T, histogram(3));
      app.commit();
      app.append(latency, T + 1, STALE);
      app.commit();
      app.append(
          latency,
          T + 2,
          new FloatHistogram(
              CounterReset.UNKNOWN,
              0,
              0.001,
              0,
              0,
              0,
              Spans.NONE,
              Spans.NONE,
              new double[0],
              new double[0],
              new double[0]));
      app.commit();
      app.append(latency, T + 3, STALE);
      app.commit();

      assertThat(stored(db))
          .containsExactly(
              "0 histogram 3 UNKNOWN",
              "1 histogram stale",
              "2 float histogram 0.0 UNKNOWN",
              "3 float histogram stale");
    }
  }

  @Test
  void refusesWhatDoesNotAddUpAndKeepsTheRest() throws Exception {
    Histogram wrong =
        new Histogram(
            CounterReset.UNKNOWN,
            0,
            0.001,
            1,
            7,
            0,
            Spans.NONE,
            Spans.NONE,
            new long[0],
            new long[0],
            new double[0]);
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      SeriesRef latency = series(app);
      assertThat(app.append(latency, T, wrong)).isEqualTo(AppendOutcome.INVALID_HISTOGRAM);
      assertThat(app.append(latency, T + 1, histogram(3))).isEqualTo(AppendOutcome.ACCEPTED);

      CommitResult result = app.commit();

      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.rejections())
          .containsExactly(
              new CommitResult.Rejection(
                  AppendOutcome.INVALID_HISTOGRAM,
                  1,
                  LATENCY,
                  T,
                  "the count of observations is not that of all buckets"));
      assertThat(db.stats().histogramsInvalid()).isEqualTo(1);
      assertThat(db.stats().histogramsAppended()).isEqualTo(1);
    }
  }

  @Test
  void reducesResolutionsAboveTheFinest() throws Exception {
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      app.append(series(app), T, exponential(10, 3));
      app.commit();
      try (Querier q = db.querier(T, T)) {
        SeriesSet set = q.select(Matcher.equal("__name__", "latency"));
        assertThat(set.next()).isTrue();
        SampleCursor c = set.samples();
        assertThat(c.next()).isTrue();
        assertThat(c.histogram().schema()).isEqualTo(HistogramSchema.MAX_EXPONENTIAL);
      }
    }
  }

  @Test
  void refusesWhatTheOldestPrometheusCouldNotRead() throws Exception {
    try (Varve db = Varve.open(directory, options());
        Appender app = db.appender()) {
      SeriesRef latency = series(app);

      assertThat(app.append(latency, T, custom())).isEqualTo(AppendOutcome.INCOMPATIBLE);
      assertThat(app.append(latency, T - 1000, T, 1.0)).isEqualTo(AppendOutcome.INCOMPATIBLE);
      assertThat(app.commit().rejections())
          .extracting(CommitResult.Rejection::reason)
          .containsExactly("it has custom buckets");
      assertThat(db.stats().samplesIncompatible()).isEqualTo(2);
    }
    try (Varve db = Varve.open(directory, options().withCompatibility(Compatibility.V3_5));
        Appender app = db.appender()) {
      assertThat(app.append(series(app), T, custom())).isEqualTo(AppendOutcome.ACCEPTED);
    }
  }

  @Test
  void refusesOptionsThatTheOldestPrometheusCouldNotRead() {
    List.of(
            options().withWalCompression(Compression.ZSTD),
            options().withFloatEncoding(FloatEncoding.XOR2),
            options().withStartTimestamps(true))
        .forEach(wrong ->
            assertThatThrownBy(() -> Varve.open(directory, wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Prometheus 2.42 cannot read"));
  }

  @Test
  void keepsStartTimestamps() throws Exception {
    VarveOptions options =
        options()
            .withCompatibility(Compatibility.V3_14)
            .withFloatEncoding(FloatEncoding.XOR2)
            .withStartTimestamps(true);
    try (Varve db = Varve.open(directory, options);
        Appender app = db.appender()) {
      SeriesRef latency = series(app);
      app.append(latency, T - 500, T, 1.0);
      app.append(latency, T - 400, T + 1, histogram(3));
      app.append(latency, T + 2, 2.0);
      assertThat(app.commit().accepted()).isEqualTo(3);
    }
    try (Varve db = Varve.open(directory, options);
        Querier q = db.querier(T, T + 10)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "latency"));
      assertThat(set.next()).isTrue();
      var starts = new ArrayList<Long>();
      for (SampleCursor c = set.samples(); c.next(); ) {
        starts.add(c.startTimestamp());
        assertThat(c.kind() == SampleKind.HISTOGRAM).isEqualTo(c.timestamp() == T + 1);
      }
      assertThat(starts).containsExactly(T - 500, T - 400, 0L);
    }
  }
}
