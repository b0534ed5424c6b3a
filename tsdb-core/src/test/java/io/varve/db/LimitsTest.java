package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.CommitResult.Rejection;
import io.varve.Limit;
import io.varve.Limits;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LimitsTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);

  @TempDir Path directory;

  private Varve open(Limits limits) throws Exception {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false).withLimits(limits));
  }

  private static Labels series(String metric, int pod) {
    return Labels.of("__name__", metric, "pod", "pod-" + pod);
  }

  /// Adds a sample of each of many series.
  private static List<AppendOutcome> append(Varve db, String metric, int from, int to, long time) {
    var outcomes = new ArrayList<AppendOutcome>();
    try (Appender appender = db.appender()) {
      for (int pod = from; pod < to; pod++) {
        outcomes.add(appender.append(series(metric, pod), time, 1).outcome());
      }
      appender.commit();
    }
    return outcomes;
  }

  /// Another thread may have committed the very sample before.
  private static long stored(List<AppendOutcome> outcomes) {
    assertThat(outcomes)
        .isSubsetOf(AppendOutcome.ACCEPTED, AppendOutcome.DUPLICATE, AppendOutcome.OVER_LIMIT);
    return outcomes.stream().filter(AppendOutcome::stored).count();
  }

  private static long samplesOverLimit(Varve db, Limit limit) {
    return db.stats().samplesOverLimit().get(limit);
  }

  @Test
  void explosionOfOneMetricDoesNotStopOthers() throws Exception {
    try (Varve db = open(Limits.NONE.withSeriesPerMetric(100))) {
      assertThat(stored(append(db, "bad", 0, 1000, START))).isEqualTo(100);

      assertThat(append(db, "good", 0, 50, START)).containsOnly(AppendOutcome.ACCEPTED);
      assertThat(append(db, "bad", 0, 100, START + 1)).containsOnly(AppendOutcome.ACCEPTED);
      assertThat(append(db, "bad", 100, 110, START + 1)).containsOnly(AppendOutcome.OVER_LIMIT);
      assertThat(db.stats().headSeries()).isEqualTo(150);
      assertThat(samplesOverLimit(db, Limit.SERIES_PER_METRIC)).isEqualTo(910);
      assertThat(samplesOverLimit(db, Limit.SERIES)).isZero();
    }
  }

  @Test
  void explosionOfOneLabelValueDoesNotStopOthers() throws Exception {
    try (Varve db = open(Limits.NONE.withSeriesPerLabelValue(Map.of("tenant", 2L)));
        Appender appender = db.appender()) {
      for (String metric : List.of("a", "b")) {
        assertThat(
                appender.append(Labels.of("__name__", metric, "tenant", "x"), START, 1).outcome())
            .isEqualTo(AppendOutcome.ACCEPTED);
      }
      AppendResult third = appender.append(Labels.of("__name__", "c", "tenant", "x"), START, 1);
      AppendResult other = appender.append(Labels.of("__name__", "c", "tenant", "y"), START, 1);
      AppendResult without = appender.append(Labels.of("__name__", "c"), START, 1);

      assertThat(third.outcome()).isEqualTo(AppendOutcome.OVER_LIMIT);
      assertThat(other.outcome()).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(without.outcome()).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(appender.commit().rejections())
          .singleElement()
          .extracting(Rejection::reason)
          .isEqualTo(
              "the limit max_series_per_label_value of 2 is reached by tenant=\"x\", metric"
                  + " \"c\"");
    }
  }

  @Test
  void tellsOncePerCommitWhatWasRefusedAndWhy() throws Exception {
    try (Varve db = open(Limits.NONE.withSeries(2));
        Appender appender = db.appender()) {
      for (int pod = 0; pod < 5; pod++) {
        appender.append(series("up", pod), START + pod, 1);
      }

      CommitResult result = appender.commit();

      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.rejections())
          .containsExactly(
              new Rejection(
                  AppendOutcome.OVER_LIMIT,
                  3,
                  series("up", 2),
                  START + 2,
                  "the limit max_series of 2 is reached, metric \"up\""));
      assertThat(appender.commit().rejections()).isEmpty();
    }
  }

  @Test
  void tellsOfACommitOfNothingButRefusals() throws Exception {
    try (Varve db = open(Limits.NONE.withLabels(1));
        Appender appender = db.appender()) {
      appender.append(series("up", 1), START + HOUR, 1);

      assertThat(appender.commit().rejected()).isEqualTo(1);
      // What was refused has not moved the head: an hour earlier is not out of bounds.
      assertThat(appender.append(Labels.of("__name__", "up"), START - 2 * HOUR, 1).outcome())
          .isEqualTo(AppendOutcome.ACCEPTED);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "label_limit               | up   | job | node    | the limit label_limit of 1 is below its"
            + " 2 labels, metric \"up\"",
        "label_name_length_limit   | up   | a_very_long_name | node | the limit"
            + " label_name_length_limit of 8 is below the 16 bytes of a label name, metric \"up\"",
        "label_value_length_limit  | up   | job | aaaaaaaa\u00e9 | the limit"
            + " label_value_length_limit of 9 is below the 10 bytes of a label value, metric"
            + " \"up\"",
      })
  void refusesTooManyAndTooLongLabels(
      String limit, String metric, String name, String value, String reason) throws Exception {
    Limits limits =
        switch (limit) {
          case "label_limit" -> Limits.NONE.withLabels(1);
          case "label_name_length_limit" -> Limits.NONE.withLabelNameBytes(8);
          default -> Limits.NONE.withLabelValueBytes(9);
        };
    Labels over = Labels.of("__name__", metric, name, value);
    try (Varve db = open(limits);
        Appender appender = db.appender()) {
      assertThat(appender.append(over, START, 1).outcome()).isEqualTo(AppendOutcome.OVER_LIMIT);
      assertThat(appender.append(Labels.of("__name__", metric), START, 1).outcome())
          .isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(appender.commit().rejections())
          .singleElement()
          .extracting(Rejection::first, Rejection::reason)
          .containsExactly(over, reason);
    }
  }

  @Test
  void makesNothingOfARefusedSeries() throws Exception {
    try (Varve db = open(Limits.NONE.withSeries(1))) {
      append(db, "up", 0, 100, START);

      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(db.stats().seriesCreated()).isEqualTo(1);
      try (Querier querier = db.querier(0, Long.MAX_VALUE)) {
        assertThat(querier.labelValues("pod")).containsExactly("pod-0");
        assertThat(querier.series(Matcher.equal("__name__", "up"))).hasSize(1);
      }
    }
    try (Varve db = open(Limits.NONE)) {
      assertThat(db.stats().headSeries()).isEqualTo(1);
    }
  }

  @Test
  void limitsCanBeLoweredBelowWhatThereIsAndLifted() throws Exception {
    try (Varve db = open(Limits.NONE)) {
      append(db, "up", 0, 10, START);

      db.setLimits(Limits.NONE.withSeries(5).withLabels(1));
      assertThat(append(db, "up", 0, 10, START + 1)).containsOnly(AppendOutcome.ACCEPTED);
      assertThat(append(db, "up", 10, 11, START + 1)).containsOnly(AppendOutcome.OVER_LIMIT);

      db.setLimits(Limits.NONE);
      assertThat(append(db, "up", 10, 11, START + 2)).containsOnly(AppendOutcome.ACCEPTED);
    }
  }

  @Test
  void aReferenceToARefusedSeriesServesOnceThereIsRoom() throws Exception {
    try (Varve db = open(Limits.NONE.withSeriesPerMetric(1));
        Appender appender = db.appender()) {
      appender.append(series("up", 0), START, 1);
      SeriesRef ref = appender.append(series("up", 1), START, 1).ref();
      appender.append(series("up", 2), START, 1);

      assertThat(ref.id()).isZero();
      assertThat(ref.labels()).isEqualTo(series("up", 1));
      assertThat(appender.append(ref, START + 1, 1)).isEqualTo(AppendOutcome.OVER_LIMIT);
      appender.commit();
      db.setLimits(Limits.NONE);
      assertThat(appender.append(ref, START + 2, 1)).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(appender.commit().accepted()).isEqualTo(1);

      try (Querier querier = db.querier(START + 2, START + 2)) {
        var found = querier.selectChunks(Matcher.equal("__name__", "up"));
        assertThat(found.next()).isTrue();
        assertThat(found.labels()).isEqualTo(series("up", 1));
      }
    }
  }

  @Test
  void takesNewSeriesOnceOldOnesHaveLeftTheHead() throws Exception {
    try (Varve db = open(Limits.NONE.withSeries(10).withSeriesPerMetric(10))) {
      append(db, "up", 0, 10, START);
      append(db, "up", 0, 3, START + 5 * HOUR);
      assertThat(append(db, "up", 10, 11, START + 5 * HOUR)).containsOnly(AppendOutcome.OVER_LIMIT);

      db.maintain();

      assertThat(db.stats().headSeries()).isEqualTo(3);
      assertThat(stored(append(db, "up", 10, 30, START + 5 * HOUR))).isEqualTo(7);
      assertThat(append(db, "other", 0, 1, START + 5 * HOUR))
          .containsOnly(AppendOutcome.OVER_LIMIT);
    }
  }

  @Test
  void aReferenceToASeriesThatLeftTheHeadIsNoWayAroundTheLimit() throws Exception {
    try (Varve db = open(Limits.NONE.withSeries(2));
        Appender appender = db.appender()) {
      SeriesRef gone = appender.append(series("up", 0), START, 1).ref();
      SeriesRef stays = appender.append(series("up", 1), START, 1).ref();
      appender.commit();
      appender.append(stays, START + 5 * HOUR, 1);
      appender.commit();
      db.maintain();
      assertThat(append(db, "up", 2, 3, START + 5 * HOUR)).containsOnly(AppendOutcome.ACCEPTED);

      assertThat(appender.append(gone, START + 5 * HOUR, 1)).isEqualTo(AppendOutcome.OVER_LIMIT);
      assertThat(appender.append(stays, START + 5 * HOUR + 1, 1)).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(appender.commit().rejected()).isEqualTo(1);
      assertThat(db.stats().headSeries()).isEqualTo(2);
    }
  }

  @Test
  void replayRefusesNothing() throws Exception {
    try (Varve db = open(Limits.NONE)) {
      append(db, "up", 0, 20, START);
    }

    try (Varve db = open(new Limits(5, 5, Map.of("pod", 1L), 1, 1, 1))) {
      assertThat(db.stats().headSeries()).isEqualTo(20);
      assertThat(append(db, "up", 0, 20, START + 1)).containsOnly(AppendOutcome.ACCEPTED);
      assertThat(append(db, "up", 20, 21, START + 1)).containsOnly(AppendOutcome.OVER_LIMIT);
    }
  }

  @Test
  void concurrentCreationNeverExceedsTheCaps() throws Exception {
    int threads = 4;
    int each = 500;
    try (Varve db = open(Limits.NONE.withSeries(700).withSeriesPerMetric(300))) {
      var begin = new CountDownLatch(threads);
      var taken = new AtomicLong();
      var failures = new CopyOnWriteArrayList<Throwable>();
      var all = new ArrayList<Thread>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        all.add(
            Thread.ofPlatform()
                .uncaughtExceptionHandler((_, e) -> failures.add(e))
                .start(() -> {
                  begin.countDown();
                  await(begin);
                  // Two threads bring the same series, so one may get what the other makes.
                  taken.addAndGet(stored(append(db, "metric-" + number / 2 * 2, 0, each, START)));
                  taken.addAndGet(stored(append(db, "odd-" + number, 0, each, START)));
                }));
      }
      for (Thread thread : all) {
        thread.join();
      }

      assertThat(failures).isEmpty();
      assertThat(db.stats().headSeries()).isEqualTo(700);
      assertThat(db.stats().seriesCreated()).isEqualTo(700);
      assertThat(taken.get()).isGreaterThanOrEqualTo(700);
      try (Querier querier = db.querier(0, Long.MAX_VALUE)) {
        assertThat(querier.series(Matcher.equal("__name__", "metric-0")))
            .hasSizeLessThanOrEqualTo(300);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsNoLabelSetIsNoMatterOfLimits() throws Exception {
    try (Varve db = open(Limits.NONE.withSeries(1));
        Appender appender = db.appender()) {
      appender.append(series("up", 0), START, 1);
      byte[] twice = {1, 'b', 1, 'x', 1, 'a', 1, 'x'};

      assertThatThrownBy(() -> appender.series(twice, 0, twice.length))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not sorted");
      assertThatThrownBy(() -> appender.series(twice, 0, 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusingAllocatesNothing() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] labels = series("up", 1).encoded();
    try (Varve db = open(Limits.NONE.withSeries(1));
        Appender appender = db.appender()) {
      appender.append(series("up", 0), START, 1);
      refuse(appender, labels, 20_000);
      long before = threads.getCurrentThreadAllocatedBytes();

      refuse(appender, labels, 10_000);

      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
      assertThat(db.stats().headSeries()).isEqualTo(1);
    }
  }

  private static void refuse(Appender appender, byte[] labels, int times) {
    for (int i = 0; i < times; i++) {
      if (appender.append(appender.series(labels, 0, labels.length), START, 1)
          != AppendOutcome.OVER_LIMIT) {
        throw new AssertionError("taken");
      }
    }
  }

  @Test
  void capsAreNotForTheMetricNameOrNegative() {
    assertThatThrownBy(() -> Limits.NONE.withSeriesPerLabelValue(Map.of("__name__", 1L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Limits.NONE.withSeries(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max_series is negative: -1");
  }
}
