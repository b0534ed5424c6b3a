package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.SeriesSet;
import io.varve.VarveOptions;
import io.varve.block.BlockView;
import io.varve.fixture.Property;
import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.Spans;
import io.varve.query.ViewQuerier;
import io.varve.wal.HistogramRecordEncoder;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import io.varve.wal.Wal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a replay makes of a log is the same, however many threads apply it.
class ParallelReplayTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final int CASES = 12;

  @TempDir Path temporary;

  private static final VarveOptions OPTIONS =
      VarveOptions.defaults()
          .withMaintenance(false)
          .withOutOfOrderWindow(Duration.ofHours(1))
          .withBlockRange(Duration.ofMinutes(20));

  /// A log that is made up, and what a head has to make of it.
  private static final class Story {
    private final RandomGenerator random;
    private final List<RecordBatch> records = new ArrayList<>();
    private final List<RecordBatch> late = new ArrayList<>();
    private final Map<Long, Integer> owners = new HashMap<>();
    private final Map<Integer, Long> firstRefs = new HashMap<>();
    private final Map<Integer, Integer> evictions = new HashMap<>();
    private final List<Long> refs = new ArrayList<>();
    private final Map<Integer, TreeMap<Long, Object>> samples = new TreeMap<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private final Map<Integer, List<long[]>> deleted = new HashMap<>();
    private long now = START;
    private long nextRef = 1;
    private long count = 100;
    private long unknown;

    Story(RandomGenerator random) {
      this.random = random;
    }

    void tell(int events) {
      for (int i = 0; i < events; i++) {
        int dice = refs.size() < 3 ? 0 : random.nextInt(100);
        if (dice < 3) {
          series();
        } else if (dice < 5) {
          delete();
        } else if (dice < 6) {
          evict();
        } else if (dice < 16) {
          histogram();
        } else if (dice < 20) {
          lateSample();
        } else {
          floats();
        }
      }
    }

    private void series() {
      nextRef += random.nextInt(4) == 0 ? 1 + random.nextInt(5000) : 1;
      int name = random.nextInt(8);
      HeapByteSink sink = begin(records);
      RecordEncoder.seriesStart(sink);
      RecordEncoder.series(sink, nextRef, labels(name).encoded());
      end(records);
      // Lives are counted in eights, so that what is left is the name.
      int owner = 8 * evictions.getOrDefault(name, 0) + name;
      owners.put(nextRef, owner);
      firstRefs.putIfAbsent(owner, nextRef);
      refs.add(nextRef);
      samples.computeIfAbsent(owner, o -> new TreeMap<>());
    }

    private static HeapByteSink begin(List<RecordBatch> log) {
      log.add(new RecordBatch());
      return log.getLast().begin();
    }

    private static void end(List<RecordBatch> log) {
      log.getLast().end();
    }

    private long ref() {
      return refs.get(random.nextInt(refs.size()));
    }

    /// A scrape or several, some of it old or twice.
    private void floats() {
      int size = 1 + random.nextInt(60);
      long[] to = new long[size];
      long[] times = new long[size];
      long[] bits = new long[size];
      for (int i = 0; i < size; i++) {
        boolean known = random.nextInt(200) > 0;
        to[i] = known ? ref() : nextRef + 100_000;
        now += random.nextInt(3000);
        times[i] = random.nextInt(30) == 0 ? now - random.nextInt(90_000) : now;
        bits[i] = Double.doubleToRawLongBits(random.nextInt(5) == 0 ? i : random.nextGaussian());
        take(to[i], times[i], bits[i]);
      }
      RecordEncoder.samples(begin(records), to, times, bits, 0, size);
      end(records);
    }

    private void take(long ref, long t, Object value) {
      Integer owner = owners.get(ref);
      if (owner == null) {
        unknown++;
      } else if (samples.containsKey(owner) && t > last.getOrDefault(owner, Long.MIN_VALUE)) {
        last.put(owner, t);
        samples.get(owner).put(t, value);
      }
    }

    /// Now and then one of a counter that was reset.
    private void histogram() {
      long ref = ref();
      now += random.nextInt(3000);
      count = random.nextInt(10) == 0 ? 1 : count + random.nextInt(10);
      var h =
          new Histogram(
              CounterReset.UNKNOWN,
              0,
              0.001,
              0,
              2 * count,
              count,
              new Spans(new int[] {random.nextInt(2)}, new int[] {2}),
              Spans.NONE,
              new long[] {count, 0},
              new long[0],
              new double[0]);
      take(ref, now, h.toFloat().count());
      HistogramRecordEncoder.histograms(
          begin(records), new long[] {ref}, new long[] {now}, new Histogram[] {h}, 0, 1);
      end(records);
    }

    private void delete() {
      long ref = ref();
      long mint = now - random.nextInt(200_000);
      long maxt = mint + random.nextInt(20_000);
      Integer owner = owners.get(ref);
      if (owner == null) {
        unknown++;
      } else {
        deleted.computeIfAbsent(owner, o -> new ArrayList<>()).add(new long[] {mint, maxt});
      }
      tombstone(ref, mint, maxt);
    }

    /// Nobody takes what comes under this reference and the first; what comes under others that the
    /// log had for the series is lost.
    private void evict() {
      long ref = ref();
      Integer owner = owners.get(ref);
      if (owner == null) {
        unknown++;
      } else if (samples.remove(owner) != null) {
        evictions.merge(owner % 8, 1, Integer::sum);
        owners.remove(ref);
        owners.remove(firstRefs.get(owner));
      }
      tombstone(ref, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    private void tombstone(long ref, long mint, long maxt) {
      HeapByteSink sink = begin(records);
      RecordEncoder.tombstonesStart(sink);
      RecordEncoder.tombstone(sink, ref, mint, maxt);
      end(records);
    }

    private void lateSample() {
      HeapByteSink sink = begin(late);
      long t = now - 1 - random.nextInt(500_000);
      RecordEncoder.samples(
          sink, new long[] {ref()}, new long[] {t}, new long[] {random.nextInt()}, 0, 1);
      end(late);
    }

    void write(Path directory) throws IOException {
      write(directory.resolve("wal"), records);
      write(directory.resolve("wbl"), late);
    }

    private static void write(Path log, List<RecordBatch> records) throws IOException {
      try (Wal wal = Wal.open(new LocalDisk(), log, 32 << 10, Compression.SNAPPY)) {
        for (RecordBatch each : records) {
          wal.log(each);
        }
      }
      records.clear();
    }

    /// Times and values by series, in order only.
    Map<Labels, List<String>> expected() {
      var expected = new TreeMap<Labels, List<String>>();
      samples.forEach((owner, all) -> {
        var shown = new ArrayList<String>();
        all.forEach((t, value) -> {
          if (deleted.getOrDefault(owner, List.of()).stream()
              .noneMatch(span -> span[0] <= t && t <= span[1])) {
            shown.add(t + " " + value);
          }
        });
        if (!shown.isEmpty()) {
          expected.put(labels(owner % 8), shown);
        }
      });
      return expected;
    }

    private static Labels labels(int owner) {
      return Labels.of("__name__", "up", "instance", "i" + owner);
    }
  }

  private static Head open(Path directory, int workers, int leastEntries) throws IOException {
    return new HeadOpener(
            directory,
            OPTIONS,
            Long.MIN_VALUE,
            false,
            new ReplayStatus(),
            head -> new ReplayWorkers(head, workers, leastEntries))
        .open();
  }

  /// Times and values by series, as queries have them.
  private static Map<Labels, List<String>> content(BlockView view) {
    var content = new TreeMap<Labels, List<String>>();
    try (var querier = new ViewQuerier(List.of(view), 0, Long.MAX_VALUE, () -> {})) {
      SeriesSet set = querier.select(Matcher.equal("__name__", "up"));
      while (set.next()) {
        var shown = new ArrayList<String>();
        SampleCursor cursor = set.samples();
        while (cursor.next()) {
          shown.add(cursor.timestamp() + " " + value(cursor));
        }
        if (!shown.isEmpty()) {
          content.put(set.labels(), shown);
        }
      }
    }
    return content;
  }

  private static Object value(SampleCursor cursor) {
    return switch (cursor.kind()) {
      case FLOAT -> Double.doubleToRawLongBits(cursor.value());
      case HISTOGRAM -> cursor.histogram().toFloat().count();
      case FLOAT_HISTOGRAM -> cursor.floatHistogram().count();
    };
  }

  /// All there is to compare of a head.
  private record Outcome(
      Map<Labels, List<String>> inOrder,
      Map<Labels, List<String>> outOfOrder,
      long mint,
      long maxt,
      long chunks,
      long unknown) {
    static Outcome of(Head head) {
      return new Outcome(
          content(head.view(0, Long.MAX_VALUE)),
          content(head.outOfOrder().view(0, Long.MAX_VALUE, 0)),
          head.minTime(),
          head.maxTime(),
          head.stats().chunks(),
          head.stats().replayUnknownRefs());
    }
  }

  @Test
  void headIsTheSameForAnyNumberOfThreads() {
    Property.forAll(
        CASES,
        random -> {
          Path directory = temporary.resolve("case" + random.nextLong());
          var story = new Story(random);
          story.tell(150);
          story.write(directory);
          if (random.nextBoolean()) {
            // Leaves full chunks behind.
            Head.open(directory, OPTIONS, Long.MIN_VALUE, true).close();
            story.tell(random.nextInt(100));
            story.write(directory);
          }
          Outcome first = outcome(directory, 1, 1 << 20);
          assertThat(first.inOrder).isEqualTo(story.expected());
          assertThat(first.unknown).isEqualTo(story.unknown);
          assertThat(outcome(directory, 1, 1)).isEqualTo(first);
          assertThat(outcome(directory, 2, 64)).isEqualTo(first);
          assertThat(outcome(directory, 3, 7)).isEqualTo(first);
          assertThat(outcome(directory, 5, 1)).isEqualTo(first);
        });
  }

  private static Outcome outcome(Path directory, int workers, int leastEntries) throws IOException {
    try (Head head = open(directory, workers, leastEntries)) {
      return Outcome.of(head);
    }
  }

  /// What a thread came upon is thrown where the log is read, and no thread stays.
  @Test
  void failureOfAThreadIsThatOfTheReplay() throws Exception {
    var group = new ThreadGroup("replay");
    var work =
        new Thread(
            group,
            () -> {
              try (Head head = open(temporary, 2, 1);
                  var workers = new ReplayWorkers(head, 2, 1)) {
                int missing = 99;
                workers.add(missing, START, 1);
                assertThatThrownBy(workers::finish).isInstanceOf(NullPointerException.class);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    var problems = new ArrayList<Throwable>();
    work.setUncaughtExceptionHandler((thread, e) -> problems.add(e));
    work.start();
    work.join();

    assertThat(problems).isEmpty();
    assertThat(group.activeCount()).isZero();
  }

  @Test
  void noThreadStaysWhenReadingFails() throws Exception {
    var story = new Story(Property.random());
    story.tell(60);
    story.write(temporary);
    HeapByteSink bad = ByteSink.onHeap(10);
    bad.putByte(2);
    bad.putByte(1);
    var damaged = new RecordBatch();
    damaged.begin().putBytes(bad.array(), 0, bad.length());
    damaged.end();
    story.records.add(damaged);
    story.write(temporary);
    var group = new ThreadGroup("replay");
    var problems = new ArrayList<Throwable>();
    var work =
        new Thread(
            group,
            () ->
                assertThatThrownBy(() -> open(temporary, 2, 1))
                    .hasMessageContaining("needs 8 bytes"));
    work.setUncaughtExceptionHandler((thread, e) -> problems.add(e));
    work.start();
    work.join();

    assertThat(problems).isEmpty();
    assertThat(group.activeCount()).isZero();
  }
}
