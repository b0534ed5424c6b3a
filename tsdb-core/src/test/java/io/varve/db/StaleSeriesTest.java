package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Compatibility;
import io.varve.Limit;
import io.varve.Limits;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.Ulid;
import io.varve.io.LocalDisk;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Series that have ended become blocks and leave the head before its other samples do.
@ParameterizedClass(name = "headSnapshot={0}")
@ValueSource(booleans = {false, true})
class StaleSeriesTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);

  /// When some end.
  private static final long END = START + 5 * HOUR / 2 + 1;

  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);
  private static final int SERIES = 10;
  private static final int ENDED = 6;

  @TempDir Path directory;

  /// Whether a store begins with the snapshot of the one before, or with the log.
  private final boolean snapshot;

  StaleSeriesTest(boolean snapshot) {
    this.snapshot = snapshot;
  }

  private VarveOptions options(Compatibility compatibility) {
    return VarveOptions.defaults()
        .withHeadSnapshot(snapshot)
        .withMaintenance(false)
        .withCompatibility(compatibility)
        .withStaleSeriesCompactionThreshold(0.5);
  }

  private Varve open(Compatibility compatibility) throws IOException {
    return Varve.open(directory, options(compatibility));
  }

  private Varve open() throws IOException {
    return open(Compatibility.V2_42);
  }

  private static Labels labels(int i) {
    return Labels.of("__name__", "up", "i", "" + i);
  }

  private static void append(Varve db, int series, long t, double v) {
    try (Appender app = db.appender()) {
      assertThat(app.append(labels(series), t, v).outcome()).isEqualTo(AppendOutcome.ACCEPTED);
      assertThat(app.commit().accepted()).isEqualTo(1);
    }
  }

  /// Samples of all series over an hour and a half across the end of a block range.
  private static void fill(Varve db) {
    for (long t = START + HOUR; t < END; t += HOUR / 8) {
      for (int i = 0; i < SERIES; i++) {
        append(db, i, t, i);
      }
    }
  }

  /// Ends the first of them.
  private static void end(Varve db) {
    for (int i = 0; i < ENDED; i++) {
      append(db, i, END, STALE);
    }
  }

  private static Map<Long, Long> expected(int series) {
    var samples = new TreeMap<Long, Long>();
    for (long t = START + HOUR; t < END; t += HOUR / 8) {
      samples.put(t, Double.doubleToRawLongBits(series));
    }
    if (series < ENDED) {
      samples.put(END, SampleValue.STALE_NAN_BITS);
    }
    return samples;
  }

  private static Map<Integer, Map<Long, Long>> allExpected() {
    var all = new TreeMap<Integer, Map<Long, Long>>();
    for (int i = 0; i < SERIES; i++) {
      all.put(i, expected(i));
    }
    return all;
  }

  private static Map<Integer, Map<Long, Long>> all(Varve db) {
    try (Querier q = db.querier(0, Long.MAX_VALUE)) {
      return all(q);
    }
  }

  private static Map<Integer, Map<Long, Long>> all(Querier q) {
    var found = new TreeMap<Integer, Map<Long, Long>>();
    SeriesSet set = q.select(Matcher.equal("__name__", "up"));
    while (set.next()) {
      var samples = new TreeMap<Long, Long>();
      SampleCursor c = set.samples();
      while (c.next()) {
        assertThat(samples.put(c.timestamp(), Double.doubleToRawLongBits(c.value()))).isNull();
      }
      found.put(Integer.parseInt(String.valueOf(set.labels().get("i"))), samples);
    }
    return found;
  }

  private static long inHead(Varve db) {
    return db.stats().headSeries();
  }

  @ParameterizedTest
  @EnumSource
  void getBlocksOfTheirOwnAndLeave(Compatibility compatibility) throws Exception {
    try (Varve db = open(compatibility)) {
      fill(db);
      end(db);
      assertThat(db.stats().staleSeries().series()).isEqualTo(ENDED);

      db.maintain();

      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      assertThat(db.stats().staleSeries().series()).isZero();
      assertThat(db.stats().staleSeries().seriesDropped()).isEqualTo(ENDED);
      assertThat(db.stats().staleSeries().compactions()).isEqualTo(1);
      assertThat(db.stats().headChunks()).isEqualTo(2 * (SERIES - ENDED));
      assertThat(db.blocks())
          .extracting(BlockMeta::minTime)
          .containsExactly(START, START + 2 * HOUR);
      assertThat(db.blocks())
          .extracting(BlockMeta::maxTime)
          .containsExactly(START + 2 * HOUR, START + 4 * HOUR);
      for (BlockMeta block : db.blocks()) {
        assertThat(block.stats().numSeries()).isEqualTo(ENDED);
        assertThat(block.compaction().parents())
            .extracting(BlockMeta.Parent::ulid)
            .containsExactly(Ulid.ZERO);
        assertThat(block.compaction().hints())
            .isEqualTo(
                compatibility.staleSeriesBlocks()
                    ? List.of("from-stale-series")
                    : List.of("from-out-of-order", "from-stale-series"));
      }
      assertThat(all(db)).isEqualTo(allExpected());
    }
  }

  @ParameterizedTest
  @EnumSource
  void areNotBackInTheHeadAfterARestart(Compatibility compatibility) throws Exception {
    try (Varve db = open(compatibility)) {
      fill(db);
      end(db);
      db.maintain();
    }

    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = open(compatibility)) {
        assertThat(all(db)).isEqualTo(allExpected());
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
        assertThat(db.blocks()).hasSize(2);
        assertThat(db.stats().staleSeries().series()).isZero();
        assertThat(db.stats().walReplayUnknownRefs()).isZero();
        assertThat(all(db)).isEqualTo(allExpected());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void comeBackAsNewOnesAndLoseNothing(Compatibility compatibility) throws Exception {
    var expected = allExpected();
    try (Varve db = open(compatibility)) {
      fill(db);
      end(db);
      db.maintain();
      long created = db.stats().seriesCreated();
      append(db, 0, END + 10, 7);
      assertThat(db.stats().seriesCreated()).isEqualTo(created + 1);
      expected.get(0).put(END + 10, Double.doubleToRawLongBits(7));
      assertThat(all(db)).isEqualTo(expected);
    }

    for (int opening = 1; opening < 4; opening++) {
      try (Varve db = open(compatibility)) {
        assertThat(all(db)).isEqualTo(expected);
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED + 1);
        assertThat(all(db)).isEqualTo(expected);

        // One that goes on, and one that comes and goes.
        expected.get(0).put(put(db, 0, END + 10 + 100L * opening, 8), bits(8));
        expected.get(1).put(put(db, 1, END + 10 + 100L * opening, 9), bits(9));
        expected.get(1).put(put(db, 1, END + 20 + 100L * opening, STALE), bits(STALE));
        db.setStaleSeriesCompactionThreshold(0.01);
        db.maintain();

        assertThat(inHead(db)).isEqualTo(SERIES - ENDED + 1);
        assertThat(all(db)).isEqualTo(expected);
      }
    }
    try (Varve db = open(compatibility)) {
      expected.get(9).put(put(db, 9, START + 4 * HOUR + 1, 1), bits(1));
      db.maintain();
      assertThat(db.blocks()).anyMatch(block -> block.compaction().endsHead());
      assertThat(all(db)).isEqualTo(expected);
    }
  }

  private static long put(Varve db, int series, long t, double v) {
    append(db, series, t, v);
    return t;
  }

  private static long bits(double v) {
    return Double.doubleToRawLongBits(v);
  }

  @Test
  void stayAsLongAsTheyAreFew() throws Exception {
    try (Varve db = open()) {
      fill(db);
      end(db);

      db.setStaleSeriesCompactionThreshold(0.61);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES);
      db.setStaleSeriesCompactionThreshold(0);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES);
      db.setStaleSeriesCompactionThreshold(0.6);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
    }
  }

  @Test
  void stayWhenBlocksAreAboutToBeCutAnyway() throws Exception {
    try (Varve db = open()) {
      fill(db);
      end(db);
      append(db, 9, START + HOUR + 171 * HOUR / 60, 1);

      db.maintain();

      assertThat(db.blocks()).isEmpty();
      assertThat(inHead(db)).isEqualTo(SERIES);
    }
  }

  @Test
  void thresholdIsAPart() throws Exception {
    try (Varve db = open()) {
      for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
        assertThatThrownBy(() -> db.setStaleSeriesCompactionThreshold(wrong))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VarveOptions.defaults().withStaleSeriesCompactionThreshold(wrong))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThat(VarveOptions.defaults().staleSeriesCompactionThreshold()).isZero();
  }

  @Test
  void areCountedByTheirNewestSample() throws Exception {
    try (Varve db = open()) {
      fill(db);
      append(db, 0, END, STALE);
      append(db, 1, END, STALE);
      append(db, 1, END + 1, 1);
      append(db, 2, END, Double.NaN);
      try (Appender app = db.appender()) {
        NativeHistogram histogram = new RandomHistograms(new Random(1)).next(false);
        app.append(app.series(labels(100)), END, histogram);
        app.append(app.series(labels(101)), END, histogram);
        app.commit();
        app.append(app.series(labels(100)), END + 1, STALE);
        app.append(app.series(labels(101)), END + 1, Histogram.STALE);
        app.commit();
        app.append(app.series(labels(101)), END + 2, histogram);
        app.commit();
      }
      assertThat(db.stats().staleSeries().series()).isEqualTo(2);
    }
    try (Varve db = open()) {
      assertThat(db.stats().staleSeries().series()).isEqualTo(2);
      append(db, 9, START + 5 * HOUR, 1);
      db.maintain();
      append(db, 9, START + 7 * HOUR, 1);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(1);
      assertThat(db.stats().staleSeries().series()).isZero();
    }
  }

  @Test
  void makeRoomForOthers() throws Exception {
    VarveOptions limited = options(Compatibility.V2_42).withLimits(Limits.NONE.withSeries(SERIES));
    try (Varve db = Varve.open(directory, limited)) {
      fill(db);
      end(db);
      try (Appender app = db.appender()) {
        assertThat(app.append(labels(50), END, 1).outcome()).isEqualTo(AppendOutcome.OVER_LIMIT);
      }

      db.maintain();

      for (int i = 0; i < ENDED; i++) {
        append(db, 50 + i, END, 1);
      }
      try (Appender app = db.appender()) {
        assertThat(app.append(labels(60), END, 1).outcome()).isEqualTo(AppendOutcome.OVER_LIMIT);
      }
      assertThat(db.stats().samplesOverLimit().get(Limit.SERIES)).isEqualTo(2);
    }
  }

  /// The appender was told that its samples are taken.
  @Test
  void sampleBroughtBeforeAndCommittedAfterIsKept() throws Exception {
    var expected = allExpected();
    try (Varve db = open()) {
      fill(db);
      end(db);
      try (Appender app = db.appender()) {
        app.append(labels(0), END + 5, 5);
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
        assertThat(app.commit().accepted()).isEqualTo(1);
      }
      expected.get(0).put(END + 5, bits(5));
      assertThat(all(db)).isEqualTo(expected);
    }
    try (Varve db = open()) {
      assertThat(all(db)).isEqualTo(expected);
    }
  }

  @Test
  void queryFromBeforeKeepsThemUntilItEnds() throws Exception {
    try (Varve db = open()) {
      fill(db);
      end(db);
      try (Querier before = db.querier(0, Long.MAX_VALUE)) {
        db.maintain();
        db.maintain();
        assertThat(db.blocks()).hasSize(2);
        assertThat(inHead(db)).isEqualTo(SERIES);
        assertThat(all(before)).isEqualTo(allExpected());
        assertThat(all(db)).isEqualTo(allExpected());
      }
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      assertThat(db.blocks()).hasSize(2);
      assertThat(db.stats().staleSeries().compactions()).isEqualTo(1);
    }
  }

  @Test
  void thatGoesOnInBetweenStays() throws Exception {
    var expected = allExpected();
    try (Varve db = open()) {
      fill(db);
      end(db);
      try (Querier before = db.querier(0, Long.MAX_VALUE)) {
        db.maintain();
        append(db, 0, END + 1, 3);
        append(db, 1, END + 1, 3);
        append(db, 1, END + 2, STALE);
        assertThat(all(before)).hasSize(SERIES);
      }
      expected.get(0).put(END + 1, bits(3));
      expected.get(1).put(END + 1, bits(3));
      expected.get(1).put(END + 2, bits(STALE));
      db.setStaleSeriesCompactionThreshold(0);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED + 2);
      assertThat(all(db)).isEqualTo(expected);
    }
    try (Varve db = open()) {
      assertThat(all(db)).isEqualTo(expected);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED + 2);
      assertThat(all(db)).isEqualTo(expected);
    }
  }

  /// It found them in the head before they left.
  @Test
  void queryFromInBetweenKeepsTheirChunks() throws Exception {
    try (Varve db = open()) {
      fill(db);
      end(db);
      Querier between;
      SeriesSet found;
      try (Querier before = db.querier(0, Long.MAX_VALUE)) {
        db.maintain();
        between = db.querier(START + 2 * HOUR, Long.MAX_VALUE);
        found = between.select(Matcher.regex("__name__", ".+"));
        assertThat(found.next()).isTrue();
        assertThat(all(before)).isEqualTo(allExpected());
      }
      try (between) {
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
        append(db, 9, START + 5 * HOUR, 1);
        db.maintain();
        assertThat(db.stats().headTruncations()).isZero();
        int series = 1;
        while (found.next()) {
          series++;
        }
        assertThat(series).isEqualTo(SERIES);
      }
      db.maintain();
      assertThat(db.stats().headTruncations()).isEqualTo(1);
    }
  }

  /// As if they had stayed.
  @ParameterizedTest
  @EnumSource
  void takeNoSamplesOfTheTimeBeforeTheirEnd(Compatibility compatibility) throws Exception {
    try (Varve db = open(compatibility)) {
      fill(db);
      end(db);
      db.maintain();
    }
    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = open(compatibility);
          Appender app = db.appender()) {
        db.maintain();
        var late = labels(opening);
        assertThat(app.append(late, END - 1, 1).outcome()).isEqualTo(AppendOutcome.OUT_OF_ORDER);
        assertThat(app.append(late, END, 1).outcome())
            .isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
        assertThat(app.append(late, END, STALE).outcome()).isEqualTo(AppendOutcome.DUPLICATE);
        assertThat(app.append(app.series(late), END, Histogram.STALE))
            .isEqualTo(AppendOutcome.DUPLICATE);
        assertThat(app.append(late, END + 1, 1).outcome()).isEqualTo(AppendOutcome.ACCEPTED);
        app.rollback();
        assertThat(all(db)).isEqualTo(allExpected());
      }
    }
  }

  @Test
  void withSamplesOutOfOrderStay() throws Exception {
    VarveOptions taking = options(Compatibility.V3_5).withOutOfOrderWindow(Duration.ofHours(3));
    var expected = allExpected();
    try (Varve db = Varve.open(directory, taking)) {
      fill(db);
      end(db);
      append(db, 0, START + HOUR + 7, 4);
      expected.get(0).put(START + HOUR + 7, bits(4));

      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED + 1);

      // Out of order for one that has left, too.
      append(db, 1, START + HOUR + 7, 5);
      expected.get(1).put(START + HOUR + 7, bits(5));
      assertThat(all(db)).isEqualTo(expected);
    }
    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = Varve.open(directory, taking)) {
        assertThat(all(db)).isEqualTo(expected);
        db.maintain();
        assertThat(all(db)).isEqualTo(expected);
        assertThat(db.stats().outOfOrder().wblReplayUnknownRefs()).isZero();
      }
    }
  }

  /// The end of the process between a block and what follows upon it.
  @ParameterizedTest
  @EnumSource
  void areDroppedAfterACrashThatLeftThemInBoth(Compatibility compatibility) throws Exception {
    Path copy = directory.resolve("copy");
    Path data = directory.resolve("data");
    try (Varve db = Varve.open(data, options(compatibility))) {
      fill(db);
      end(db);
      try (Querier before = db.querier(0, Long.MAX_VALUE)) {
        db.maintain();
        copy(data, copy);
        assertThat(all(before)).hasSize(SERIES);
      }
    }
    Path older;
    try (Varve db = Varve.open(copy, options(compatibility))) {
      assertThat(inHead(db)).isEqualTo(SERIES);
      assertThat(all(db)).isEqualTo(allExpected());
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      assertThat(db.blocks()).hasSize(2);
      assertThat(all(db)).isEqualTo(allExpected());
      older = copy.resolve(db.blocks().getFirst().ulid().toString());
    }
    // Without the older block, the newer one does not stand for it.
    new LocalDisk().deleteRecursively(older);
    if (!compatibility.staleSeriesBlocks()) {
      try (Varve db = Varve.open(copy, options(compatibility).withHeadSnapshot(false))) {
        db.setStaleSeriesCompactionThreshold(0);
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES);
        assertThat(all(db)).isEqualTo(allExpected());
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var walk = Files.walk(from)) {
      for (Path path : walk.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }

  /// A checkpoint keeps samples that are not too old, also of series that left: it needs their
  /// records.
  @ParameterizedTest
  @EnumSource
  void checkpointKeepsTheirRecords(Compatibility compatibility) throws Exception {
    VarveOptions small = options(compatibility).withWalSegmentBytes(32 << 10);
    try (Varve db = Varve.open(directory, small)) {
      fill(db);
      end(db);
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      var random = new Random(1);
      for (int i = 1; i <= 20_000; i++) {
        append(db, 9, END + i, random.nextDouble());
      }
      append(db, 9, START + HOUR + 3 * HOUR + 1, 1);
      db.maintain();
      assertThat(db.stats().checkpoints()).isEqualTo(1);
      assertThat(db.blocks()).hasSize(3);
    }
    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = Varve.open(directory, small)) {
        assertThat(db.stats().walReplayUnknownRefs()).isZero();
        Map<Integer, Map<Long, Long>> found = all(db);
        for (int i = 0; i < 9; i++) {
          assertThat(found.get(i)).isEqualTo(expected(i));
        }
        assertThat(found.get(9)).hasSize(expected(9).size() + 20_001);
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      }
    }
  }

  /// What has to be kept is known from the snapshot, too.
  @ParameterizedTest
  @EnumSource
  void checkpointOfTheNextOpeningKeepsTheirRecords(Compatibility compatibility) throws Exception {
    VarveOptions small = options(compatibility).withWalSegmentBytes(32 << 10);
    try (Varve db = Varve.open(directory, small)) {
      fill(db);
      end(db);
      db.maintain();
    }
    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = Varve.open(directory, small)) {
        assertThat(db.stats().snapshot().used()).isEqualTo(snapshot);
        db.maintain();
        assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
      }
    }
    try (Varve db = Varve.open(directory, small)) {
      db.maintain();
      var random = new Random(1);
      for (int i = 1; i <= 20_000; i++) {
        append(db, 9, END + i, random.nextDouble());
      }
      append(db, 9, START + HOUR + 3 * HOUR + 1, 1);
      db.maintain();
      assertThat(db.stats().checkpoints()).isEqualTo(1);
    }
    try (Varve db = Varve.open(directory, small.withHeadSnapshot(false))) {
      assertThat(db.stats().walReplayUnknownRefs()).isZero();
      db.maintain();
      assertThat(inHead(db)).isEqualTo(SERIES - ENDED);
    }
  }
}
