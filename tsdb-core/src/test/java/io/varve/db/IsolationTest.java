package io.varve.db;

import static io.varve.model.CounterReset.NOT_RESET;
import static io.varve.model.CounterReset.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.IsolationStats;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkCursor;
import io.varve.fixture.FaultyDisk;
import io.varve.io.LocalDisk;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A query sees each commit as a whole or not at all. In most of these, a commit goes to the series
/// `a`, then to `b`, before which it is held up, then to `c`.
@Timeout(60)
class IsolationTest {
  private static final long HOUR = 3_600_000;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);

  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  @TempDir Path directory;

  private final FaultyDisk disk = new FaultyDisk(new LocalDisk());
  private Varve db;
  private SeriesRef a;
  private SeriesRef b;
  private SeriesRef c;

  /// One sample of each series, at 0.
  @BeforeEach
  void open() throws IOException {
    db = Varve.open(directory, VarveOptions.defaults().withDisk(disk).withMaintenance(false));
    try (Appender app = db.appender()) {
      a = app.append(labels("a"), START, 0).ref();
      b = app.append(labels("b"), START, 0).ref();
      c = app.append(labels("c"), START, 0).ref();
      app.commit();
    }
  }

  @AfterEach
  void close() throws IOException {
    disk.heal();
    db.close();
  }

  private static Labels labels(String name) {
    return Labels.of("__name__", name);
  }

  private static String name(Labels labels) {
    return Objects.requireNonNull(labels.get("__name__"));
  }

  private static void appendAt(Appender app, long time, SeriesRef... series) {
    for (SeriesRef each : series) {
      app.append(each, START + time, (double) time);
    }
  }

  private void commitAt(long time, SeriesRef... series) {
    try (Appender app = db.appender()) {
      appendAt(app, time, series);
      assertThat(app.commit().accepted()).isEqualTo(series.length);
    }
  }

  private Querier querier() {
    return db.querier(START, Long.MAX_VALUE);
  }

  /// Times of the samples by series, since the start; those without samples are left out.
  private static Map<String, List<Long>> times(Querier q) {
    var all = new TreeMap<String, List<Long>>();
    SeriesSet set = q.select(Matcher.notEqual("__name__", ""));
    while (set.next()) {
      var times = new ArrayList<Long>();
      SampleCursor cursor = set.samples();
      while (cursor.next()) {
        times.add(cursor.timestamp() - START);
      }
      all.put(name(set.labels()), times);
    }
    all.values().removeIf(List::isEmpty);
    assertThat(timesInChunks(q)).isEqualTo(all);
    return all;
  }

  /// Likewise, of the chunks that are sent to Prometheus.
  private static Map<String, List<Long>> timesInChunks(Querier q) {
    var all = new TreeMap<String, List<Long>>();
    var cursor = new ChunkCursor();
    ChunkSeriesSet set = q.selectChunks(Matcher.notEqual("__name__", ""));
    while (set.next()) {
      var times = new ArrayList<Long>();
      while (set.nextChunk()) {
        cursor.reset(set.chunk(), "", 0);
        while (cursor.next()) {
          times.add(cursor.timestamp() - START);
        }
      }
      all.put(name(set.labels()), times);
    }
    return all;
  }

  private static Map<String, List<Long>> each(List<Long> times) {
    return Map.of("a", times, "b", times, "c", times);
  }

  private static List<Long> upTo(int last) {
    return LongStream.rangeClosed(0, last).boxed().toList();
  }

  @Test
  void querierOpenedInTheMiddleOfACommitSeesNothingOfItAsLongAsItIsOpen() throws Exception {
    var opened = new ArrayList<Querier>();

    HeldCommit.during(
        db,
        app -> appendAt(app, 1, a, b, c),
        b,
        () -> {
          opened.add(querier());
          assertThat(times(opened.getFirst())).isEqualTo(each(List.of(0L)));
        });

    try (Querier q = opened.getFirst();
        Querier later = querier()) {
      assertThat(times(q)).isEqualTo(each(List.of(0L)));
      assertThat(times(later)).isEqualTo(each(List.of(0L, 1L)));
    }
  }

  @Test
  void querierSeesNothingOfACommitThatBeganLater() {
    try (Querier q = querier()) {
      commitAt(1, a, b, c);
      commitAt(2, a);

      assertThat(times(q)).isEqualTo(each(List.of(0L)));
    }
    try (Querier q = querier()) {
      assertThat(times(q))
          .isEqualTo(Map.of("a", List.of(0L, 1L, 2L), "b", List.of(0L, 1L), "c", List.of(0L, 1L)));
    }
  }

  @Test
  void resultThatIsBeingReadDoesNotGetTheRestOfACommit() throws Exception {
    try (Querier q = querier()) {
      SeriesSet set = q.select(Matcher.notEqual("__name__", ""));
      var counts = new ArrayList<Integer>();
      while (set.next()) {
        int count = 0;
        for (SampleCursor cursor = set.samples(); cursor.next(); ) {
          count++;
        }
        counts.add(count);
        commitAt(counts.size(), a, b, c);
      }

      assertThat(counts).containsExactly(1, 1, 1);
    }
  }

  /// Prometheus would hide of `a` what comes after the sample of the commit that is under way.
  @Test
  void querierSeesAllOfACommitThatReturnedWhileAnotherOfTheSameSeriesIsUnderWay() throws Exception {
    SeriesRef d;
    try (Appender app = db.appender()) {
      d = app.append(labels("d"), START, 0).ref();
      app.commit();
    }
    var opened = new ArrayList<Querier>();
    Map<String, List<Long>> seen =
        Map.of(
            "a", List.of(0L, 2L, 4L),
            "b", List.of(0L),
            "c", List.of(0L, 2L, 4L),
            "d", List.of(0L));

    HeldCommit.during(
        db,
        app -> appendAt(app, 1, a, b),
        b,
        () -> {
          commitAt(2, a, c);
          HeldCommit.during(
              db,
              app -> appendAt(app, 3, a, d),
              d,
              () -> {
                commitAt(4, a, c);
                opened.add(querier());
                assertThat(times(opened.getFirst())).isEqualTo(seen);
              });
        });
    commitAt(5, a, b, c);

    try (Querier q = opened.getFirst();
        Querier later = querier()) {
      assertThat(times(q)).isEqualTo(seen);
      assertThat(times(later))
          .isEqualTo(
              Map.of(
                  "a", List.of(0L, 1L, 2L, 3L, 4L, 5L),
                  "b", List.of(0L, 1L, 5L),
                  "c", List.of(0L, 2L, 4L, 5L),
                  "d", List.of(0L, 3L)));
    }
  }

  @Test
  void newSeriesOfACommitUnderWayIsKnownAndHasNoSamples() throws Exception {
    HeldCommit.during(
        db,
        app -> {
          app.append(labels("new"), START, 0);
          appendAt(app, 1, b);
        },
        b,
        () -> {
          try (Querier q = querier()) {
            assertThat(times(q)).isEqualTo(each(List.of(0L)));
            assertThat(q.labelValues("__name__")).contains("new");
            assertThat(q.select(Matcher.equal("__name__", "new")).next()).isFalse();
          }
        });
    try (Querier q = querier()) {
      assertThat(times(q)).containsEntry("new", List.of(0L));
    }
  }

  @Test
  void samplesThatFillChunksAreHiddenAcrossChunks() throws Exception {
    for (int i = 1; i < 100; i++) {
      commitAt(i, a);
    }

    HeldCommit.during(
        db,
        app -> {
          for (int i = 100; i < 600; i++) {
            appendAt(app, i, a);
          }
          appendAt(app, 600, b);
        },
        b,
        () -> {
          try (Querier q = querier()) {
            assertThat(times(q)).containsEntry("a", upTo(99));
            commitAt(700, a);
            assertThat(times(q)).containsEntry("a", upTo(99));
          }
          try (Querier q = querier()) {
            var seen = new ArrayList<>(upTo(99));
            seen.add(700L);
            assertThat(times(q)).containsEntry("a", seen);
          }
        });
    try (Querier q = querier()) {
      assertThat(times(q).get("a")).hasSize(601);
    }
  }

  @Test
  void histogramsAndStaleMarkersAreHidden() throws Exception {
    SeriesRef h;
    try (Appender app = db.appender()) {
      h = app.append(labels("h"), START, histogram(1)).ref();
      app.commit();
    }

    HeldCommit.during(
        db,
        app -> {
          app.append(h, START + 1, histogram(2));
          // A series that changes its kind: what follows is applied later.
          app.append(a, START + 1, histogram(1));
          app.append(a, START + 2, STALE);
          app.append(c, START + 2, STALE);
          appendAt(app, 1, b);
        },
        b,
        () -> {
          try (Querier q = querier()) {
            assertThat(times(q))
                .isEqualTo(
                    Map.of("a", List.of(0L), "b", List.of(0L), "c", List.of(0L), "h", List.of(0L)));
          }
        });
    try (Querier q = querier()) {
      assertThat(times(q))
          .containsEntry("a", List.of(0L, 1L, 2L))
          .containsEntry("h", List.of(0L, 1L));
    }
  }

  /// What a histogram says of resets is said of the one before it, which a query may not see.
  @Test
  void histogramAfterAHiddenOneSaysNothingOfResets() throws Exception {
    SeriesRef h;
    try (Appender app = db.appender()) {
      h = app.append(labels("h"), START, histogram(5)).ref();
      app.commit();
    }

    HeldCommit.during(
        db,
        app -> {
          app.append(h, START + 1, histogram(6));
          app.append(c, START + 1, histogram(1));
          app.append(c, START + 2, 2);
          appendAt(app, 2, b);
        },
        b,
        () -> {
          try (Appender app = db.appender()) {
            app.append(h, START + 2, histogram(7));
            app.append(h, START + 3, histogram(8));
            app.commit();
          }
          assertThat(resets(h)).containsExactly(UNKNOWN, UNKNOWN, NOT_RESET);
        });
    assertThat(resets(h)).containsExactly(UNKNOWN, NOT_RESET, NOT_RESET, NOT_RESET);
  }

  private List<CounterReset> resets(SeriesRef series) {
    var resets = new ArrayList<CounterReset>();
    try (Querier q = querier()) {
      SeriesSet set = q.select(Matcher.equal("__name__", name(series.labels())));
      assertThat(set.next()).isTrue();
      for (SampleCursor cursor = set.samples(); cursor.next(); ) {
        resets.add(cursor.histogram().counterReset());
      }
    }
    return resets;
  }

  private static Histogram histogram(long count) {
    return new Histogram(
        UNKNOWN,
        0,
        0.001,
        0,
        count,
        count,
        new Spans(new int[] {0}, new int[] {1}),
        Spans.NONE,
        new long[] {count},
        new long[0],
        new double[0]);
  }

  @Test
  void openQuerierGoesOnReadingTheHeadAsItWasWhenThatBecomesABlock() throws Exception {
    var opened = new ArrayList<Querier>();
    HeldCommit.during(db, app -> appendAt(app, 1, a, b, c), b, () -> opened.add(querier()));
    commitAt(4 * HOUR, a, b, c);

    db.maintain();

    assertThat(db.blocks()).hasSize(1);
    try (Querier q = opened.getFirst();
        Querier later = querier()) {
      assertThat(times(q)).isEqualTo(each(List.of(0L)));
      assertThat(times(later)).isEqualTo(each(List.of(0L, 1L, 4 * HOUR)));
    }
    db.maintain();
    try (Querier q = querier()) {
      assertThat(times(q)).isEqualTo(each(List.of(0L, 1L, 4 * HOUR)));
    }
  }

  @Test
  void commitThatCouldNotBeLoggedIsSeenByNobodyAndHidesNothing() {
    try (Querier before = querier();
        Appender app = db.appender()) {
      appendAt(app, 1, a, b, c);
      disk.failAll(FaultyDisk.Call.WRITE);
      assertThatThrownBy(app::commit).isInstanceOf(UncheckedIOException.class);
      disk.heal();
      try (Querier q = querier()) {
        assertThat(times(q)).isEqualTo(each(List.of(0L)));
      }
      appendAt(app, 2, a, b, c);
      app.rollback();
      commitAt(3, a, b, c);

      assertThat(times(before)).isEqualTo(each(List.of(0L)));
      try (Querier q = querier()) {
        assertThat(times(q)).isEqualTo(each(List.of(0L, 3L)));
      }
    }
  }

  @Test
  void watermarksTellWhatIsCommittedAndWhatQueriesHold() throws Exception {
    assertThat(db.stats().isolation()).isEqualTo(new IsolationStats(1, 1));

    HeldCommit.during(
        db,
        app -> appendAt(app, 1, a, b),
        b,
        () -> {
          commitAt(2, a);
          assertThat(db.stats().isolation()).isEqualTo(new IsolationStats(2, 3));
        });
    assertThat(db.stats().isolation()).isEqualTo(new IsolationStats(3, 3));

    try (Querier q = querier()) {
      commitAt(3, a);
      assertThat(db.stats().isolation()).isEqualTo(new IsolationStats(3, 4));
      assertThat(times(q)).containsEntry("a", List.of(0L, 1L, 2L));
    }
    assertThat(db.stats().isolation()).isEqualTo(new IsolationStats(4, 4));
  }

  /// Or queries that begin when the block is there see in it a part of the commit, and nothing of
  /// the rest.
  @Test
  void noBlockIsCutFromTheSeriesThatACommitUnderWayEnds() throws Exception {
    db.setOutOfOrderWindow(Duration.ofHours(1));
    db.setStaleSeriesCompactionThreshold(0.3);
    var maintenance = new ArrayList<Thread>();

    whileCommitIsBeingLogged(
        app -> {
          app.append(a, START + 1, STALE);
          appendAt(app, -1, b);
        },
        () -> {
          maintenance.add(maintainUntilItWaits());
          assertThat(db.blocks()).isEmpty();
        });

    maintenance.getFirst().join();
    assertThat(db.blocks()).hasSize(1);
    try (Querier q = db.querier(START - 1, Long.MAX_VALUE)) {
      assertThat(times(q)).containsEntry("a", List.of(0L, 1L)).containsEntry("b", List.of(-1L, 0L));
    }
  }

  @Test
  void samplesOutOfOrderAreHiddenLikeTheOthers() throws Exception {
    db.setOutOfOrderWindow(Duration.ofHours(1));
    commitAt(1000, a, b, c);
    Map<String, List<Long>> seen = each(List.of(0L, 1000L));
    var opened = new ArrayList<Querier>();

    whileCommitIsBeingLogged(
        app -> {
          appendAt(app, 1, a, b);
          appendAt(app, 1001, a, c);
        },
        () -> {
          opened.add(querier());
          assertThat(times(opened.getFirst())).isEqualTo(seen);
        });

    try (Querier q = opened.getFirst();
        Querier later = querier()) {
      commitAt(2, a, b, c);
      assertThat(times(q)).isEqualTo(seen);
      assertThat(times(later))
          .isEqualTo(
              Map.of(
                  "a", List.of(0L, 1L, 1000L, 1001L),
                  "b", List.of(0L, 1L, 1000L),
                  "c", List.of(0L, 1000L, 1001L)));
    }
  }

  @Test
  void samplesOutOfOrderStayHiddenWhenTheyBecomeChunksAndBlocks() throws Exception {
    db.setOutOfOrderWindow(Duration.ofHours(8));
    long base = 2 * HOUR;
    commitAt(base + 1000, a);
    // Queries that began before the first one would keep what is cut from leaving the head.
    db.maintain();
    try (Querier none = db.querier(START + base, Long.MAX_VALUE)) {
      commitAt(base + 2, a);
      commitAt(base + 6, a);
      try (Querier two = db.querier(START + base, Long.MAX_VALUE)) {
        for (int i = 10; i < 110; i++) {
          commitAt(base + i, a);
        }
        // One with the time of a sample that is seen, which is in a chunk by now.
        try (Appender app = db.appender()) {
          app.append(a, START + base + 2, -1);
          app.commit();
        }
        for (int i = 0; i < 2; i++) {
          assertThat(times(none)).containsExactly(Map.entry("a", List.of(base + 1000)));
          assertThat(times(two))
              .containsExactly(Map.entry("a", List.of(base + 2, base + 6, base + 1000)));
          assertThat(value(two, base + 2)).isEqualTo((double) (base + 2));
          // They go on reading the head.
          commitAt((4 + i) * HOUR, a);
          db.maintain();
          assertThat(db.blocks()).hasSize(2);
        }
      }
    }
    for (int i = 0; i < 2; i++) {
      try (Querier q = db.querier(START + base, Long.MAX_VALUE)) {
        assertThat(times(q).get("a")).hasSize(1 + 2 + 100 + 2);
      }
      db.maintain();
    }
  }

  /// Of `a`.
  private static double value(Querier q, long time) {
    SeriesSet set = q.select(Matcher.equal("__name__", "a"));
    assertThat(set.next()).isTrue();
    SampleCursor cursor = set.samples();
    assertThat(cursor.seek(START + time)).isTrue();
    assertThat(cursor.timestamp()).isEqualTo(START + time);
    return cursor.value();
  }

  /// Runs {@code meanwhile} while another thread is committing samples of which some are out of
  /// order: these are applied, then logged.
  private void whileCommitIsBeingLogged(HeldCommit.Samples samples, HeldCommit.Step meanwhile)
      throws Exception {
    var reached = new CountDownLatch(1);
    var further = new CountDownLatch(1);
    disk.failBy((call, path) -> {
      if (call == FaultyDisk.Call.WRITE && path.toString().contains("wbl")) {
        reached.countDown();
        await(further);
      }
    });
    var failure = new AtomicReference<Throwable>();
    Thread committer =
        Thread.ofPlatform()
            .start(() -> {
              try (Appender app = db.appender()) {
                samples.addTo(app);
                app.commit();
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    try {
      await(reached);
      meanwhile.run();
    } finally {
      disk.heal();
      further.countDown();
    }
    committer.join();
    assertThat(failure.get()).isNull();
  }

  private Thread maintainUntilItWaits() {
    Thread maintenance = Thread.ofPlatform().start(this::maintain);
    while (maintenance.isAlive() && maintenance.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    return maintenance;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void maintain() {
    try {
      db.maintain();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
