package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.CommitResult;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.DirectoryInUseException;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);
  private static final Labels UP = Labels.of("__name__", "up", "job", "node");
  private static final Labels DOWN = Labels.of("__name__", "down", "job", "node");

  @TempDir Path directory;

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false).withWalSegmentBytes(64 << 10);
  }

  private Varve open() throws Exception {
    return Varve.open(directory, options());
  }

  /// Adds a sample every minute in the half-open range, in one commit per hour.
  private static void fill(Varve db, Labels labels, long from, long to) {
    try (Appender app = db.appender()) {
      SeriesRef ref = app.series(labels.encoded(), 0, labels.encoded().length);
      for (long t = from; t < to; t += 60_000) {
        assertThat(app.append(ref, t, t / 1000.0)).isEqualTo(AppendOutcome.ACCEPTED);
        if ((t - from) % HOUR == 0) {
          assertThat(app.commit().rejected()).isZero();
        }
      }
      assertThat(app.commit().rejected()).isZero();
    }
  }

  private static Map<Long, Double> samples(Varve db, Labels labels, long from, long to) {
    var found = new TreeMap<Long, Double>();
    try (Querier q = db.querier(from, to)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "" + labels.get("__name__")));
      while (set.next()) {
        assertThat(set.labels()).isEqualTo(labels);
        SampleCursor c = set.samples();
        while (c.next()) {
          assertThat(found.put(c.timestamp(), c.value())).isNull();
        }
      }
    }
    return found;
  }

  private static Map<Long, Double> minutes(long from, long to) {
    var expected = new TreeMap<Long, Double>();
    for (long t = from; t < to; t += 60_000) {
      expected.put(t, t / 1000.0);
    }
    return expected;
  }

  @Test
  void keepsSamplesAcrossReopening() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + HOUR);
    }

    try (Varve db = open()) {
      assertThat(samples(db, UP, 0, Long.MAX_VALUE)).isEqualTo(minutes(START, START + HOUR));
      fill(db, UP, START + HOUR, START + 2 * HOUR);
      assertThat(samples(db, UP, 0, Long.MAX_VALUE)).isEqualTo(minutes(START, START + 2 * HOUR));
    }
  }

  @Test
  void cutsBlocksAndQueriesThemTogetherWithTheHead() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START + 10 * 60_000, START + 9 * HOUR);
      db.maintain();

      assertThat(db.blocks())
          .extracting("minTime")
          .containsExactly(START + 10 * 60_000, START + 2 * HOUR, START + 4 * HOUR);
      assertThat(db.blocks())
          .extracting("maxTime")
          .containsExactly(START + 2 * HOUR, START + 4 * HOUR, START + 6 * HOUR);
      assertThat(db.stats().headMinTime()).isEqualTo(START + 6 * HOUR);
      assertThat(samples(db, UP, 0, Long.MAX_VALUE))
          .isEqualTo(minutes(START + 10 * 60_000, START + 9 * HOUR));
      assertThat(samples(db, UP, START + HOUR + 1, START + 7 * HOUR))
          .isEqualTo(minutes(START + HOUR + 60_000, START + 7 * HOUR + 1));
    }

    try (Varve db = open()) {
      assertThat(samples(db, UP, 0, Long.MAX_VALUE))
          .isEqualTo(minutes(START + 10 * 60_000, START + 9 * HOUR));
    }
  }

  @Test
  void samplesOfBlockedRangeAreOutOfBounds() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 4 * HOUR);
      db.maintain();
      try (Appender app = db.appender()) {
        assertThat(app.append(DOWN, START + HOUR, 1).outcome())
            .isEqualTo(AppendOutcome.OUT_OF_BOUNDS);
        assertThat(app.append(DOWN, START + 4 * HOUR - 60_000, 1).outcome())
            .isEqualTo(AppendOutcome.ACCEPTED);
        CommitResult result = app.commit();
        assertThat(result.accepted()).isEqualTo(1);
        assertThat(result.rejections())
            .containsExactly(
                new CommitResult.Rejection(
                    AppendOutcome.OUT_OF_BOUNDS, 1, DOWN, START + HOUR, "out of bounds"));
      }
    }
  }

  @Test
  void saysWhyASampleIsRefused() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, START + 10, 5).ref();
      app.commit();

      assertThat(app.append(up, START + 10, 5)).isEqualTo(AppendOutcome.DUPLICATE);
      assertThat(app.append(up, START + 10, 6)).isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
      assertThat(app.append(up, START + 9, 5)).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      assertThat(app.append(up, START - HOUR + 20, 5)).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      assertThat(app.append(up, START - 2 * HOUR, 5)).isEqualTo(AppendOutcome.OUT_OF_BOUNDS);
      CommitResult result = app.commit();
      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.rejected()).isEqualTo(4);
    }
  }

  @Test
  void duplicateOfTheLastSampleInAFullChunkIsKnownAfterReopening() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 2 * HOUR);
      fill(db, UP, START + 2 * HOUR, START + 2 * HOUR + 60_000);
    }
    try (Varve db = open();
        Appender app = db.appender()) {
      long last = START + 2 * HOUR;
      assertThat(app.append(UP, last, last / 1000.0).outcome()).isEqualTo(AppendOutcome.DUPLICATE);
      assertThat(app.append(UP, last, 1).outcome())
          .isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
    }
  }

  @Test
  void disorderWithinOneCommitIsReportedByTheCommit() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      app.append(UP, START + 10, 5);
      app.append(UP, START + 5, 5);
      app.append(UP, START + 10, 5);
      CommitResult result = app.commit();

      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.rejections())
          .containsExactly(
              new CommitResult.Rejection(
                  AppendOutcome.OUT_OF_ORDER, 1, UP, START + 5, "out of order sample"));
    }
  }

  @Test
  void rolledBackSamplesAreGone() throws Exception {
    try (Varve db = open()) {
      try (Appender app = db.appender()) {
        app.append(UP, START, 1);
        app.rollback();
        app.append(UP, START + 1, 2);
        app.commit();
        app.append(UP, START + 2, 3);
      }
      assertThat(samples(db, UP, 0, Long.MAX_VALUE)).containsOnlyKeys(START + 1);
    }
    try (Varve db = open()) {
      assertThat(samples(db, UP, 0, Long.MAX_VALUE)).containsOnlyKeys(START + 1);
    }
  }

  @Test
  void seriesThatLeftTheHeadCanBeAppendedToByItsOldReference() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef down = app.append(DOWN, START, 1).ref();
      app.commit();
      fill(db, UP, START, START + 4 * HOUR);
      db.maintain();
      assertThat(db.stats().headSeries()).isEqualTo(1);

      assertThat(app.append(down, START + 4 * HOUR, 2)).isEqualTo(AppendOutcome.ACCEPTED);
      app.commit();
      assertThat(samples(db, DOWN, 0, Long.MAX_VALUE)).containsOnlyKeys(START, START + 4 * HOUR);
    }
    try (Varve db = open()) {
      assertThat(samples(db, DOWN, 0, Long.MAX_VALUE)).containsOnlyKeys(START, START + 4 * HOUR);
    }
  }

  @Test
  void nanPayloadsSurviveBitForBit() throws Exception {
    long[] payloads = {
      SampleValue.STALE_NAN_BITS, SampleValue.NORMAL_NAN_BITS, 0xfff0000000000003L, 1L << 63
    };
    try (Varve db = open();
        Appender app = db.appender()) {
      for (int i = 0; i < payloads.length; i++) {
        app.append(UP, START + i, Double.longBitsToDouble(payloads[i]));
      }
      app.commit();
    }
    try (Varve db = open();
        Querier q = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "up"));
      assertThat(set.next()).isTrue();
      SampleCursor c = set.samples();
      for (long payload : payloads) {
        assertThat(c.next()).isTrue();
        assertThat(Double.doubleToRawLongBits(c.value())).isEqualTo(payload);
      }
    }
  }

  @Test
  void retentionDropsBlocksOlderThanTheNewestByThatMuch() throws Exception {
    VarveOptions options = options().withRetention(Duration.ofHours(4));
    try (Varve db = Varve.open(directory, options)) {
      fill(db, UP, START, START + 12 * HOUR);
      db.maintain();

      assertThat(db.blocks())
          .extracting("minTime")
          .containsExactly(START + 6 * HOUR, START + 8 * HOUR);
      assertThat(samples(db, UP, 0, Long.MAX_VALUE))
          .isEqualTo(minutes(START + 6 * HOUR, START + 12 * HOUR));
    }
  }

  @Test
  void querierKeepsReadingABlockThatRetentionDrops() throws Exception {
    VarveOptions options = options().withRetention(Duration.ofHours(2));
    try (Varve db = Varve.open(directory, options)) {
      fill(db, UP, START, START + 4 * HOUR);
      db.maintain();
      try (Querier q = db.querier(START, START + 2 * HOUR - 1)) {
        SeriesSet set = q.select(Matcher.equal("__name__", "up"));
        fill(db, UP, START + 4 * HOUR, START + 8 * HOUR);
        db.maintain();
        assertThat(db.blocks()).noneMatch(block -> block.minTime() < START + 2 * HOUR);

        int count = 0;
        while (set.next()) {
          SampleCursor c = set.samples();
          while (c.next()) {
            count++;
          }
        }
        assertThat(count).isEqualTo(120);
      }
    }
  }

  @Test
  void logIsTruncatedBehindACheckpointAndStillReplays() throws Exception {
    try (Varve db = open()) {
      for (int i = 0; i < 40; i++) {
        Labels labels = Labels.of("__name__", "up", "i", "" + i);
        fill(db, labels, START, START + HOUR);
      }
      for (int h = 1; h < 10; h++) {
        for (int i = 0; i < 40; i++) {
          fill(
              db,
              Labels.of("__name__", "up", "i", "" + i),
              START + h * HOUR,
              START + (h + 1) * HOUR);
        }
        db.maintain();
      }
      assertThat(db.stats().checkpoints()).isPositive();
    }
    assertThat(directory.resolve("wal")).isDirectoryContaining("glob:**checkpoint.*");
    try (Varve db = open();
        Querier q = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "up"));
      int series = 0;
      while (set.next()) {
        int count = 0;
        SampleCursor c = set.samples();
        while (c.next()) {
          count++;
        }
        assertThat(count).isEqualTo(600);
        series++;
      }
      assertThat(series).isEqualTo(40);
      assertThat(db.stats().walReplayUnknownRefs()).isZero();
    }
  }

  @Test
  void secondOpenIsRefusedUntilTheFirstCloses() throws Exception {
    try (Varve db = open()) {
      assertThatThrownBy(this::open).isInstanceOf(DirectoryInUseException.class);
      assertThat(db.blocks()).isEmpty();
    }
    open().close();
  }

  @Test
  void readOnlySeesALiveDirectoryAndChangesNothing() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 5 * HOUR);
      db.maintain();
      List<String> before = tree();
      try (Varve reader = Varve.openReadOnly(directory, options())) {
        assertThat(samples(reader, UP, 0, Long.MAX_VALUE))
            .isEqualTo(minutes(START, START + 5 * HOUR));
        assertThatThrownBy(reader::appender).isInstanceOf(UnsupportedOperationException.class);
      }
      assertThat(tree()).isEqualTo(before);
      fill(db, UP, START + 5 * HOUR, START + 6 * HOUR);
    }
  }

  private List<String> tree() throws Exception {
    var names = new ArrayList<String>();
    try (var walk = java.nio.file.Files.walk(directory)) {
      walk.forEach(path -> names.add(path + " " + path.toFile().length()));
    }
    names.sort(null);
    return names;
  }

  @Test
  void labelQueriesSpanHeadAndBlocks() throws Exception {
    try (Varve db = open()) {
      fill(db, DOWN, START, START + HOUR);
      fill(db, UP, START + HOUR, START + 5 * HOUR);
      db.maintain();
      try (Querier q = db.querier(0, Long.MAX_VALUE)) {
        assertThat(q.labelNames()).containsExactly("__name__", "job");
        assertThat(q.labelValues("__name__")).containsExactly("down", "up");
        assertThat(q.labelValues("__name__", Matcher.regex("__name__", "u.*")))
            .containsExactly("up");
        assertThat(q.series(Matcher.equal("job", "node"))).containsExactly(DOWN, UP);
      }
    }
  }

  @Test
  void wholeChunksArePassedOnAndOthersAreCutToTheRange() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 5 * HOUR);
      db.maintain();
      long from = START + HOUR;
      long to = START + 4 * HOUR + 30 * 60_000;
      var found = new TreeMap<Long, Double>();
      try (Querier q = db.querier(from, to)) {
        ChunkSeriesSet set = q.selectChunks(Matcher.equal("__name__", "up"));
        assertThat(set.next()).isTrue();
        while (set.nextChunk()) {
          var cursor = new io.varve.chunk.XorCursor();
          cursor.reset(set.chunk(), "test", 0);
          long first = Long.MAX_VALUE;
          while (cursor.next()) {
            first = Math.min(first, cursor.timestamp());
            found.put(cursor.timestamp(), cursor.value());
          }
          assertThat(set.chunkMinTime()).isEqualTo(first);
          assertThat(set.chunkMaxTime()).isEqualTo(found.lastKey());
        }
        assertThat(set.next()).isFalse();
      }
      assertThat(found).isEqualTo(minutes(from, to + 1));
    }
  }

  @Test
  void seekMovesToTheFirstSampleAtOrAfter() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 5 * HOUR);
      db.maintain();
      try (Querier q = db.querier(0, Long.MAX_VALUE)) {
        SeriesSet set = q.select(Matcher.equal("__name__", "up"));
        assertThat(set.next()).isTrue();
        SampleCursor c = set.samples();
        assertThat(c.seek(START + 3 * HOUR - 1)).isTrue();
        assertThat(c.timestamp()).isEqualTo(START + 3 * HOUR);
        assertThat(c.seek(START)).isTrue();
        assertThat(c.timestamp()).isEqualTo(START + 3 * HOUR);
        assertThat(c.next()).isTrue();
        assertThat(c.timestamp()).isEqualTo(START + 3 * HOUR + 60_000);
        assertThat(c.seek(START + 5 * HOUR)).isFalse();
      }
    }
  }

  @Test
  void givesNoSeriesTheReferenceOfChunksWhoseSeriesTheLogHasLost() throws Exception {
    try (Varve db = open()) {
      fill(db, UP, START, START + 3 * HOUR);
      fill(db, UP, START + 3 * HOUR, START + 5 * HOUR);
    }
    Disk disk = new LocalDisk();
    assertThat(disk.list(directory.resolve("chunks_head"))).isNotEmpty();
    disk.deleteRecursively(directory.resolve("wal"));

    try (Varve db = open()) {
      fill(db, DOWN, START + 5 * HOUR, START + 6 * HOUR);
    }

    try (Varve db = open()) {
      assertThat(samples(db, DOWN, 0, Long.MAX_VALUE))
          .isEqualTo(minutes(START + 5 * HOUR, START + 6 * HOUR));
    }
  }
}
