package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.CommitResult;
import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.Ulid;
import io.varve.chunk.ChunkBuffer;
import io.varve.fixture.MemoryDisk;
import io.varve.fixture.Property;
import io.varve.model.Exemplar;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// Gives two stores the same random work. One of them is closed now and then, and opened from its
/// snapshot: nobody can tell which, by any byte of a chunk or a block.
final class SnapshotModelTest {
  private static final long RANGE = 60_000;
  private static final int SERIES = 12;
  private static final int STEPS = 150;

  /// One series that has ended is enough for it to leave.
  private static final double LEAST = Double.MIN_VALUE;

  private static final Path DATA = Path.of("/data");
  private static final Matcher ALL = Matcher.regex("__name__", ".+");
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  @Test
  void goesOnAsIfItHadNotBeenClosed() {
    Property.forAll(
        12,
        random -> {
          try (var run = new Run(random)) {
            for (int step = 0; step < STEPS; step++) {
              run.step();
            }
            run.compare();
            run.compareBlocks();
            run.compareWithTheLog();
          }
        });
  }

  /// A sample of some kind.
  private record Sample(int series, long start, long t, Object value) {}

  private static final class Run implements AutoCloseable {
    private final RandomGenerator random;
    private final MemoryDisk[] disks = {new MemoryDisk(), new MemoryDisk()};
    private final VarveOptions[] options = new VarveOptions[2];
    private final Varve[] stores = new Varve[2];
    private long now = 1_600_000_000_000L;

    Run(RandomGenerator random) throws IOException {
      this.random = random;
      VarveOptions common =
          formats()
              .withMaintenance(false)
              .withRetention(Duration.ZERO)
              .withMaxExemplars(20)
              .withBlockRange(Duration.ofMillis(RANGE))
              .withOutOfOrderWindow(Duration.ofMillis(random.nextInt(3) * 2L * RANGE))
              .withStaleSeriesCompactionThreshold(random.nextBoolean() ? LEAST : 0)
              .withWalSegmentBytes(32 << 10);
      for (int i = 0; i < 2; i++) {
        long[] clock = {1};
        options[i] =
            common
                .withDisk(disks[i])
                .withClock(() -> clock[0]++)
                .withRandom(new SplittableRandom(1));
        stores[i] = Varve.open(DATA, options[i]);
      }
    }

    private VarveOptions formats() {
      return switch (random.nextInt(3)) {
        case 0 -> VarveOptions.defaults();
        case 1 -> VarveOptions.defaults().withCompatibility(Compatibility.V3_5);
        default ->
            VarveOptions.defaults()
                .withCompatibility(Compatibility.V3_14)
                .withFloatEncoding(FloatEncoding.XOR2)
                .withStartTimestamps(true);
      };
    }

    void step() throws IOException {
      int choice = random.nextInt(100);
      if (choice < 75) {
        append();
      } else if (choice < 80) {
        stores[0].maintain();
        stores[1].maintain();
      } else if (choice < 92) {
        stores[1].close();
        stores[1] = Varve.open(DATA, options[1]);
        assertThat(stores[1].stats().snapshot().used()).isTrue();
        assertThat(disks[1].list(DATA)).doesNotContain("varve-head-snapshot");
      } else {
        compare();
      }
    }

    private static Labels labels(int i) {
      return Labels.of("__name__", "m" + i % 3, "i", "" + i, "é", i % 2 == 0 ? "x" : "");
    }

    private void append() {
      var samples = new ArrayList<Sample>();
      int batch = random.nextInt(60);
      for (int n = 0; n < batch; n++) {
        samples.add(sample());
      }
      // One series always stays.
      samples.add(new Sample(0, 0, now++, 1.0));
      var exemplar = new Exemplar(Labels.of("trace", "" + now), now % 7, now);
      var metadata = new Metadata(MetricType.COUNTER, "bytes", "help " + random.nextInt(3));
      int described = random.nextInt(SERIES);
      boolean rollBack = random.nextInt(10) == 0;
      var results = new ArrayList<Object>();
      for (Varve store : stores) {
        try (Appender app = store.appender()) {
          List<AppendOutcome> outcomes =
              samples.stream().map(sample -> append(app, sample)).toList();
          app.appendExemplar(app.series(labels(0)), exemplar);
          app.updateMetadata(app.series(labels(described)), metadata);
          if (rollBack) {
            app.rollback();
            results.add(outcomes);
          } else {
            CommitResult result = app.commit();
            results.add(List.of(outcomes, result));
          }
        }
      }
      assertThat(results.get(1)).isEqualTo(results.get(0));
    }

    private Sample sample() {
      int series = random.nextInt(SERIES);
      now += random.nextInt(300);
      long t = random.nextInt(10) == 0 ? now - random.nextLong(4 * RANGE) : now++;
      long start = random.nextBoolean() ? t - random.nextInt(9_000) : 0;
      var own = new Random(random.nextLong());
      boolean isHistogram = series % 2 == 0 ^ own.nextInt(20) == 0;
      if (isHistogram && own.nextInt(15) == 0) {
        return new Sample(series, start, t, Histogram.STALE);
      }
      if (isHistogram) {
        return new Sample(series, start, t, new RandomHistograms(own).next(own.nextInt(4) == 0));
      }
      double value = own.nextInt(3) == 0 ? own.nextGaussian() : own.nextInt(5);
      return new Sample(series, start, t, own.nextInt(15) == 0 ? STALE : value);
    }

    private static AppendOutcome append(Appender app, Sample sample) {
      SeriesRef ref = app.series(labels(sample.series));
      return switch (sample.value) {
        case NativeHistogram h -> app.append(ref, sample.start, sample.t, h);
        case Double v -> app.append(ref, sample.start, sample.t, v);
        default -> throw new AssertionError(sample);
      };
    }

    void compare() {
      assertThat(samples(stores[1])).isEqualTo(samples(stores[0]));
      assertThat(chunks(stores[1])).isEqualTo(chunks(stores[0]));
      List<List<Matcher>> all = List.of(List.of(ALL));
      assertThat(stores[1].exemplars(0, Long.MAX_VALUE, all))
          .isEqualTo(stores[0].exemplars(0, Long.MAX_VALUE, all))
          .hasSizeLessThanOrEqualTo(1);
      assertThat(stores[1].metadata()).isEqualTo(stores[0].metadata());
      assertThat(stores[1].stats().headSeries())
          .isLessThanOrEqualTo(stores[0].stats().headSeries());
      assertThat(stores[1].stats().staleSeries().series())
          .isEqualTo(stores[0].stats().staleSeries().series());
      assertThat(stores[1].stats().headMinTime()).isEqualTo(stores[0].stats().headMinTime());
      assertThat(stores[1].stats().headMaxTime()).isEqualTo(stores[0].stats().headMaxTime());
    }

    private static Map<Labels, List<Content>> samples(Varve store) {
      var found = new TreeMap<Labels, List<Content>>();
      try (Querier querier = store.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        SeriesSet series = querier.select(ALL);
        while (series.next()) {
          var samples = new ArrayList<Content>();
          SampleCursor cursor = series.samples();
          while (cursor.next()) {
            samples.add(new Content(cursor.timestamp(), Content.of(cursor)));
          }
          found.put(series.labels(), samples);
        }
      }
      return found;
    }

    private static Map<Labels, List<String>> chunks(Varve store) {
      var found = new TreeMap<Labels, List<String>>();
      try (Querier querier = store.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        ChunkSeriesSet series = querier.selectChunks(ALL);
        while (series.next()) {
          var chunks = new ArrayList<String>();
          while (series.nextChunk()) {
            ChunkBuffer chunk = series.chunk();
            chunks.add(
                series.chunkMinTime()
                    + " "
                    + series.chunkMaxTime()
                    + " "
                    + chunk.encoding()
                    + " "
                    + HexFormat.of().formatHex(chunk.bytes(), 0, chunk.length()));
          }
          found.put(series.labels(), chunks);
        }
      }
      return found;
    }

    void compareBlocks() throws IOException {
      // What the open chunks have comes to blocks, too.
      now += 3 * RANGE;
      append();
      stores[0].maintain();
      stores[1].maintain();
      assertThat(blocks(disks[0])).isNotEmpty().isEqualTo(blocks(disks[1]));
    }

    private static List<String> blocks(MemoryDisk disk) throws IOException {
      var blocks = new ArrayList<String>();
      for (String name : disk.list(DATA)) {
        if (Ulid.parse(name).isPresent()) {
          Path block = DATA.resolve(name);
          for (Path file : List.of(block.resolve("index"), block.resolve("chunks/000001"))) {
            byte[] bytes = disk.readAll(file, Integer.MAX_VALUE);
            blocks.add(HexFormat.of().formatHex(bytes));
          }
        }
      }
      return blocks;
    }

    void compareWithTheLog() throws IOException {
      stores[1].close();
      try (Varve fast = Varve.openReadOnly(DATA, options[1]);
          Varve slow = Varve.openReadOnly(DATA, options[1].withHeadSnapshot(false))) {
        assertThat(Arrays.asList(fast.stats(), slow.stats()))
            .extracting(stats -> stats.snapshot().used())
            .containsExactly(true, false);
        assertThat(samples(fast)).isEqualTo(samples(slow)).isEqualTo(samples(stores[0]));
      }
      assertThat(disks[1].list(DATA)).contains("varve-head-snapshot");
    }

    @Override
    public void close() throws IOException {
      stores[0].close();
      stores[1].close();
    }
  }
}
