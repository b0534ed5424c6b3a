package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.OutOfOrderStats;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.Ulid;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Samples out of order in a store: which are taken, what queries see of them, and the blocks they
/// become.
class OutOfOrderTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);
  private static final Labels UP = Labels.of("__name__", "up", "job", "node");
  private static final Labels LATE = Labels.of("__name__", "up", "job", "late");

  @TempDir Path directory;

  private Varve open(Duration window) throws IOException {
    return Varve.open(
        directory,
        VarveOptions.defaults()
            .withMaintenance(false)
            .withRetention(Duration.ZERO)
            .withMaxBlockDuration(Duration.ofHours(2))
            .withOutOfOrderWindow(window));
  }

  private static AppendOutcome append(Varve db, Labels labels, long t, double v) {
    try (Appender app = db.appender()) {
      AppendOutcome outcome = app.append(labels, t, v).outcome();
      CommitResult result = app.commit();
      assertThat(result.accepted()).isEqualTo(outcome.stored() ? 1 : 0);
      return outcome;
    }
  }

  /// Adds a sample every minute in the half-open range, in one commit.
  private static void fill(Varve db, Labels labels, long from, long to) {
    try (Appender app = db.appender()) {
      SeriesRef ref = app.series(labels.encoded(), 0, labels.encoded().length);
      for (long t = from; t < to; t += MINUTE) {
        assertThat(app.append(ref, t, (double) t)).isEqualTo(AppendOutcome.ACCEPTED);
      }
      assertThat(app.commit().rejected()).isZero();
    }
  }

  private static Map<Long, Double> samples(Querier q, Labels labels) {
    var found = new TreeMap<Long, Double>();
    SeriesSet set = q.select(Matcher.equal("job", "" + labels.get("job")));
    while (set.next()) {
      SampleCursor c = set.samples();
      while (c.next()) {
        assertThat(found.put(c.timestamp(), c.value())).isNull();
      }
    }
    return found;
  }

  private static Map<Long, Double> samples(Varve db, Labels labels) {
    try (Querier q = db.querier(0, Long.MAX_VALUE)) {
      return samples(q, labels);
    }
  }

  private static Map<Long, Double> minutes(long from, long to) {
    var expected = new TreeMap<Long, Double>();
    for (long t = from; t < to; t += MINUTE) {
      expected.put(t, (double) t);
    }
    return expected;
  }

  private List<String> files(String name) throws IOException {
    Path path = directory.resolve(name);
    if (Files.notExists(path)) {
      return List.of();
    }
    try (var list = Files.list(path)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static List<BlockMeta> outOfOrderBlocks(Varve db) {
    return db.blocks().stream().filter(block -> !block.compaction().endsHead()).toList();
  }

  @Test
  void withoutAWindowNoneIsTaken() throws Exception {
    try (Varve db = open(Duration.ZERO)) {
      append(db, UP, START + 2 * HOUR, 1);

      assertThat(append(db, UP, START + 2 * HOUR - 1, 1)).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      assertThat(append(db, UP, START + HOUR - 1, 1)).isEqualTo(AppendOutcome.OUT_OF_BOUNDS);
    }

    assertThat(files("wbl")).isEmpty();
  }

  @Test
  void theWindowIsMeasuredFromTheNewestSampleOfAll() throws Exception {
    try (Varve db = open(Duration.ofHours(3))) {
      append(db, UP, START + 10 * HOUR, 1);

      assertThat(append(db, LATE, START + 7 * HOUR, 2)).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(append(db, LATE, START + 7 * HOUR - 1, 3)).isEqualTo(AppendOutcome.TOO_OLD);
      assertThat(append(db, UP, START + 10 * HOUR - 1, 4)).isEqualTo(AppendOutcome.ACCEPTED);

      assertThat(samples(db, LATE)).containsExactly(Map.entry(START + 7 * HOUR, 2.0));
      assertThat(samples(db, UP).keySet())
          .containsExactly(START + 10 * HOUR - 1, START + 10 * HOUR);
      assertThat(db.stats().samplesTooOld()).isEqualTo(1);
      assertThat(db.stats().samplesOutOfOrder()).isZero();
      OutOfOrderStats stats = db.stats().outOfOrder();
      assertThat(stats.samplesAppended()).isEqualTo(2);
      assertThat(db.stats().samplesAppended()).isEqualTo(3);
      assertThat(stats.minTime()).isEqualTo(START + 7 * HOUR);
      assertThat(stats.maxTime()).isEqualTo(START + 10 * HOUR - 1);
      assertThat(db.stats().lowestTimestamp()).isEqualTo(START + 7 * HOUR);
      assertThat(stats.wblSegment()).isZero();
      assertThat(stats.wblBytes()).isPositive();
    }
  }

  @Test
  void theWindowChangesForAppendersThatBeginLater() throws Exception {
    try (Varve db = open(Duration.ZERO)) {
      append(db, UP, START + 2 * HOUR, 1);
      try (Appender before = db.appender()) {
        before.append(UP, START + 2 * HOUR + 1, 1);
        db.setOutOfOrderWindow(Duration.ofHours(1));

        assertThat(before.append(UP, START + 2 * HOUR - 1, 1).outcome())
            .isEqualTo(AppendOutcome.OUT_OF_ORDER);
      }
      assertThat(append(db, UP, START + 2 * HOUR - 1, 1)).isEqualTo(AppendOutcome.ACCEPTED);
      db.setOutOfOrderWindow(Duration.ZERO);

      assertThat(append(db, UP, START + 2 * HOUR - 2, 1)).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      assertThat(samples(db, UP)).hasSize(2);
      assertThatThrownBy(() -> db.setOutOfOrderWindow(Duration.ofMillis(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("PT-0.001S");
    }
  }

  @Test
  void theFirstOfTwoWithTheSameTimeStaysAndTheOtherIsNoFault() throws Exception {
    try (Varve db = open(Duration.ofHours(1))) {
      append(db, UP, START + HOUR, 1);
      append(db, UP, START + 7, 2);

      assertThat(append(db, UP, START + 7, 3)).isEqualTo(AppendOutcome.ACCEPTED);

      assertThat(samples(db, UP)).containsEntry(START + 7, 2.0).hasSize(2);
      assertThat(db.stats().outOfOrder().samplesAppended()).isEqualTo(1);
    }
  }

  /// Prometheus 3.5 answers so, too: it leaves a chunk when another one has a sample as old.
  @Test
  void ofASampleInAndOneOutOfOrderWithTheSameTimeTheLatterIsSeen() throws Exception {
    try (Varve db = open(Duration.ofHours(1))) {
      append(db, UP, START, 1);
      append(db, UP, START + 10, 1);
      append(db, UP, START + 20, 1);
      append(db, UP, START + 10, 2);

      assertThat(samples(db, UP)).isEqualTo(Map.of(START, 1.0, START + 10, 2.0, START + 20, 1.0));
    }
  }

  @Test
  void samplesOfOneCommitGoInAndOutOfOrder() throws Exception {
    try (Varve db = open(Duration.ofHours(1))) {
      try (Appender app = db.appender()) {
        for (long t : new long[] {5, 3, 9, 1, 7}) {
          assertThat(app.append(UP, START + t, (double) t).outcome())
              .isEqualTo(AppendOutcome.ACCEPTED);
        }
        assertThat(app.commit()).isEqualTo(new CommitResult(5, List.of()));
      }

      assertThat(samples(db, UP).keySet())
          .containsExactly(START + 1, START + 3, START + 5, START + 7, START + 9);
      assertThat(db.stats().outOfOrder().samplesAppended()).isEqualTo(3);
    }
  }

  @Test
  void theyBecomeABlockInEachRangeWhenTheHeadIsCut() throws Exception {
    try (Varve db = open(Duration.ofHours(24))) {
      fill(db, UP, START + 6 * HOUR, START + 7 * HOUR);
      fill(db, LATE, START + HOUR, START + 5 * HOUR);
      fill(db, UP, START + HOUR, START + 2 * HOUR);
      fill(db, UP, START + 7 * HOUR, START + 10 * HOUR);
      db.maintain();

      assertThat(outOfOrderBlocks(db))
          .extracting("minTime")
          .containsExactly(START, START + 2 * HOUR, START + 4 * HOUR);
      assertThat(outOfOrderBlocks(db))
          .extracting("maxTime")
          .containsExactly(START + 2 * HOUR, START + 4 * HOUR, START + 6 * HOUR);
      Compaction origin = outOfOrderBlocks(db).getFirst().compaction();
      assertThat(origin.hints()).containsExactly("from-out-of-order");
      assertThat(origin.parents()).extracting("ulid").containsExactly(Ulid.ZERO);
      assertThat(origin.level()).isEqualTo(1);
      assertThat(db.stats().outOfOrder().minTime()).isEqualTo(Long.MAX_VALUE);
      assertThat(files("wbl")).containsExactly("00000001");
      assertThat(db.stats().outOfOrder().wblTruncations()).isEqualTo(1);
      assertThat(samples(db, LATE)).isEqualTo(minutes(START + HOUR, START + 5 * HOUR));
    }

    try (Varve db = open(Duration.ZERO)) {
      var expected = new TreeMap<>(minutes(START + 6 * HOUR, START + 10 * HOUR));
      expected.putAll(minutes(START + HOUR, START + 2 * HOUR));
      assertThat(samples(db, UP)).isEqualTo(expected);
      assertThat(samples(db, LATE)).isEqualTo(minutes(START + HOUR, START + 5 * HOUR));
      // The head goes on where the block before it ended, not where that out of order did.
      assertThat(append(db, UP, START + 10 * HOUR, 1)).isEqualTo(AppendOutcome.ACCEPTED);
    }
  }

  @Test
  void chunksWithNothingInBetweenMakeNoBlocksThere() throws Exception {
    try (Varve db = open(Duration.ofDays(30_000))) {
      fill(db, UP, START, START + MINUTE);
      for (long t : new long[] {-5, 7, START - 1}) {
        assertThat(append(db, UP, t, (double) t)).isEqualTo(AppendOutcome.ACCEPTED);
      }
      fill(db, UP, START + HOUR, START + 4 * HOUR);
      db.maintain();

      assertThat(outOfOrderBlocks(db))
          .extracting("minTime")
          .containsExactly(-2 * HOUR, 0L, START - 2 * HOUR);
      try (Querier q = db.querier(Long.MIN_VALUE, START - 1)) {
        assertThat(samples(q, UP).keySet()).containsExactly(-5L, 7L, START - 1);
      }
    }
  }

  @Test
  void aSeriesThatHasNothingElseStaysInTheHeadUntilItIsInABlock() throws Exception {
    try (Varve db = open(Duration.ofHours(24))) {
      fill(db, UP, START + 10 * HOUR, START + 10 * HOUR + MINUTE);
      fill(db, LATE, START, START + HOUR);
      assertThat(db.stats().headSeries()).isEqualTo(2);
      List<String> chunkFiles = files("chunks_head");
      assertThat(chunkFiles).isNotEmpty();
      fill(db, UP, START + 11 * HOUR, START + 14 * HOUR);
      db.maintain();

      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(files("chunks_head")).doesNotContainAnyElementsOf(chunkFiles);
      assertThat(samples(db, LATE)).isEqualTo(minutes(START, START + HOUR));
    }
  }

  @Test
  void aQueryThatBeganEarlierReadsThemWhereTheyWere() throws Exception {
    try (Varve db = open(Duration.ofHours(24))) {
      fill(db, UP, START + 6 * HOUR, START + 10 * HOUR);
      db.maintain();
      fill(db, LATE, START, START + HOUR);
      fill(db, UP, START + 10 * HOUR, START + 14 * HOUR);
      try (Querier early = db.querier(START, START + HOUR)) {
        db.maintain();
        db.maintain();
        fill(db, LATE, START + HOUR, START + 2 * HOUR);

        assertThat(outOfOrderBlocks(db)).hasSize(1);
        assertThat(samples(db, LATE)).isEqualTo(minutes(START, START + 2 * HOUR));
        assertThat(samples(early, LATE)).isEqualTo(minutes(START, START + HOUR));
        assertThat(db.stats().outOfOrder().minTime()).isEqualTo(START);
      }
      db.maintain();

      assertThat(db.stats().outOfOrder().minTime()).isEqualTo(START + HOUR);
      assertThat(samples(db, LATE)).isEqualTo(minutes(START, START + 2 * HOUR));
    }
  }

  @Test
  void labelsOfASeriesThatHasNothingElseAreFound() throws Exception {
    try (Varve db = open(Duration.ofHours(24))) {
      fill(db, UP, START + 10 * HOUR, START + 13 * HOUR + 2 * MINUTE);
      db.maintain();
      append(db, Labels.of("__name__", "up", "job", "late", "x", "y"), START, 1);

      // Before the head begins.
      try (Querier q = db.querier(START, START + 1)) {
        assertThat(q.labelNames()).contains("x");
        assertThat(q.labelValues("job")).contains("late");
        assertThat(q.labelValues("job", Matcher.equal("x", "y"))).containsExactly("late");
        assertThat(q.series(Matcher.equal("x", "y"))).hasSize(1);
      }
    }
  }

  @Test
  void retentionTakesTheirBlocksToo() throws Exception {
    VarveOptions options =
        VarveOptions.defaults()
            .withMaintenance(false)
            .withRetention(Duration.ofHours(20))
            .withOutOfOrderWindow(Duration.ofHours(100));
    try (Varve db = Varve.open(directory, options)) {
      fill(db, UP, START + 40 * HOUR, START + 41 * HOUR);
      fill(db, LATE, START, START + HOUR);
      fill(db, LATE, START + 30 * HOUR, START + 31 * HOUR);
      fill(db, UP, START + 41 * HOUR, START + 44 * HOUR);
      db.maintain();

      assertThat(samples(db, LATE)).isEqualTo(minutes(START + 30 * HOUR, START + 31 * HOUR));
    }
  }

  @Test
  void readersAndAppendersOfSeveralThreadsSeeAllOfIt() throws Exception {
    try (Varve db = open(Duration.ofHours(100))) {
      append(db, UP, START + 10 * HOUR, 1);
      var failures = new ArrayList<Throwable>();
      var workers = new ArrayList<Thread>();
      for (int n = 0; n < 4; n++) {
        Labels own = Labels.of("__name__", "up", "job", "late" + n);
        workers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    for (int i = 0; i < 300; i++) {
                      long t = START + (i * 7919L % 300) * MINUTE;
                      assertThat(append(db, own, t, (double) t)).isEqualTo(AppendOutcome.ACCEPTED);
                      append(db, LATE, t + own.hashCode() % 1000, 1);
                      assertThat(samples(db, own)).hasSize(i + 1);
                    }
                  } catch (Throwable e) {
                    synchronized (failures) {
                      failures.add(e);
                    }
                  }
                }));
      }
      for (int i = 1; i < 20; i++) {
        fill(db, UP, START + (10 + i) * HOUR, START + (10 + i) * HOUR + MINUTE);
        db.maintain();
      }
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(failures).isEmpty();
    }
    try (Varve db = open(Duration.ZERO)) {
      assertThat(samples(db, Labels.of("job", "late0")))
          .isEqualTo(minutes(START, START + 5 * HOUR));
    }
  }
}
