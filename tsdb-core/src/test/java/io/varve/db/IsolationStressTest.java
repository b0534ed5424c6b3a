package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.Property;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Several threads commit to the same series at the same time, others query them. Each commit has
/// one sample for each of some series, whose value names the commit.
@Timeout(120)
class IsolationStressTest {
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(1500);
  private static final long START = 1_700_000_000_000L;
  private static final int WRITERS = 3;
  private static final int READERS = 2;
  private static final int SERIES = 24;

  /// Commits back that a query looks.
  private static final int WINDOW = 200;

  @TempDir Path directory;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicLong clock = new AtomicLong(START);

  /// Commits that have returned, by their number, which is the time and the value of their samples,
  /// with how many of these were taken.
  private final NavigableMap<Long, Integer> returned = new TreeMap<>();

  /// How many samples of each commit queries saw.
  private final Map<Long, Integer> seen = new ConcurrentHashMap<>();

  @Test
  void everyQuerySeesEveryCommitAsAWholeOrNotAtAll() throws Exception {
    run(VarveOptions.defaults().withMaintenance(false));
  }

  /// What comes too late is taken out of order, and both become blocks all the time.
  @Test
  void alsoOfSamplesOutOfOrderAndWhileBlocksAreCut() throws Exception {
    run(
        VarveOptions.defaults()
            .withBlockRange(Duration.ofSeconds(1))
            .withOutOfOrderWindow(Duration.ofMinutes(1)));
  }

  private void run(VarveOptions options) throws Exception {
    try (Varve db = Varve.open(directory, options);
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS)) {
      List<SeriesRef> series = create(db);
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        running.add(threads.submit(untilOver(() -> write(db, series, writer))));
      }
      for (int i = 0; i < READERS; i++) {
        running.add(threads.submit(untilOver(() -> read(db))));
      }
      for (Future<?> each : running) {
        each.get();
      }
      returned.values().removeIf(taken -> taken == 0);
      assertThat(counts(db, START)).isEqualTo(returned);
      assertThat(returned).containsAllEntriesOf(seen);
    }
  }

  private static List<SeriesRef> create(Varve db) {
    try (Appender app = db.appender()) {
      var series = new ArrayList<SeriesRef>();
      for (int i = 0; i < SERIES; i++) {
        series.add(app.append(Labels.of("__name__", "x", "i", "" + i), START - 1, 0).ref());
      }
      app.commit();
      return series;
    }
  }

  /// All stop at the first failure.
  private Callable<Void> untilOver(Callable<Void> body) {
    return () -> {
      try {
        return body.call();
      } finally {
        over.set(true);
      }
    };
  }

  private Void write(Varve db, List<SeriesRef> series, int writer) {
    long seed = Property.random().nextLong() + writer;
    var random = new SplittableRandom(seed);
    long end = System.nanoTime() + NANOS;
    try (Appender app = db.appender()) {
      while (!over.get() && System.nanoTime() < end) {
        long number = clock.incrementAndGet();
        int from = random.nextInt(SERIES);
        int count = 1 + random.nextInt(SERIES);
        for (int i = 0; i < count; i++) {
          // Of several that commit at the same time, a sample may come too late.
          var ignored = app.append(series.get((from + i) % SERIES), number, (double) number);
        }
        long taken = app.commit().accepted();
        synchronized (returned) {
          returned.put(number, (int) taken);
        }
      }
    }
    return null;
  }

  private Void read(Varve db) {
    while (!over.get()) {
      long from = Math.max(START, clock.get() - WINDOW);
      Map<Long, Integer> before;
      synchronized (returned) {
        before = new HashMap<>(returned.tailMap(from));
      }
      Map<Long, Integer> counts = counts(db, from);
      before.forEach((number, taken) ->
          assertThat(counts.getOrDefault(number, 0))
              .as("commit %d, which had returned", number)
              .isEqualTo(taken));
      counts.forEach((number, count) ->
          assertThat(seen.merge(number, count, Math::min))
              .as("commit %d, as another query saw it", number)
              .isEqualTo(count));
    }
    return null;
  }

  /// How many samples there are of each commit, as one query sees it, twice.
  private static Map<Long, Integer> counts(Varve db, long from) {
    try (Querier q = db.querier(from, Long.MAX_VALUE)) {
      Map<Long, Integer> counts = counts(q);
      assertThat(counts(q)).isEqualTo(counts);
      return counts;
    }
  }

  private static Map<Long, Integer> counts(Querier q) {
    var counts = new HashMap<Long, Integer>();
    SeriesSet set = q.select(Matcher.equal("__name__", "x"));
    while (set.next()) {
      for (SampleCursor cursor = set.samples(); cursor.next(); ) {
        counts.merge((long) cursor.value(), 1, Integer::sum);
      }
    }
    return counts;
  }
}
