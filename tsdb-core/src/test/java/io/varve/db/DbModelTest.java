package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.ChunkSeriesSet;
import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkCursor;
import io.varve.io.Compression;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random work on a store, compared with a map of maps: appends of all kinds of samples in and out
/// of order, rollbacks, series that end and come back, cutting blocks, closing, and the death of
/// the process.
class DbModelTest {
  private static final long RANGE = 60_000;
  private static final int SERIES = 25;
  private static final int STEPS = 300;
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersAsTheModelDoes(long seed) throws Exception {
    long used = Long.getLong("varve.seed", seed);
    System.out.println("DbModelTest varve.seed=" + used);
    try (var run = new Run(new Random(used), temporary)) {
      for (int step = 0; step < STEPS; step++) {
        run.step();
      }
      run.compare(0, Long.MAX_VALUE, Matcher.regex("__name__", ".+"));
    }
  }

  private static final class Run implements AutoCloseable {
    private final Random random;
    private final Path root;
    private final Map<Labels, TreeMap<Long, Content>> model = new TreeMap<>();
    private final VarveOptions options;
    private int generation;
    private Path directory;
    private Varve db;
    private Duration window;

    /// Whether most commits have no sample out of order, so that series that end leave the head.
    private final boolean calm;

    private long now = 1_600_000_000_000L;

    Run(Random random, Path root) throws IOException {
      this.random = random;
      this.root = root;
      this.calm = random.nextBoolean();
      this.window = window();
      this.options =
          formats(random.nextInt(3))
              .withOutOfOrderWindow(window)
              .withStaleSeriesCompactionThreshold(random.nextInt(4) * 0.1)
              .withMaintenance(false)
              .withRetention(Duration.ZERO)
              .withBlockRange(Duration.ofMillis(RANGE))
              .withWalSegmentBytes(32 << 10)
              .withLabelIndices(random.nextBoolean());
      this.directory = root.resolve("0");
      this.db = Varve.open(directory, options);
      begin();
    }

    /// One sample, from which the window for samples out of order counts.
    private void begin() {
      try (Appender app = db.appender()) {
        Content first = append(app, labels(0), now);
        app.commit();
        if (first != null) {
          model.computeIfAbsent(labels(0), l -> new TreeMap<>()).put(now++, first);
        }
      }
    }

    /// None, less than the head takes in order, or more than it holds.
    private Duration window() {
      return switch (random.nextInt(4)) {
        case 0 -> Duration.ZERO;
        case 1 -> Duration.ofMillis(random.nextLong(1, RANGE / 2));
        default -> Duration.ofMillis(random.nextLong(RANGE, 10 * RANGE));
      };
    }

    private VarveOptions formats(int choice) {
      Compression often = random.nextBoolean() ? Compression.SNAPPY : Compression.NONE;
      return switch (choice) {
        case 0 -> VarveOptions.defaults().withWalCompression(often);
        case 1 ->
            VarveOptions.defaults()
                .withCompatibility(Compatibility.V3_5)
                .withWalCompression(Compression.ZSTD);
        default ->
            VarveOptions.defaults()
                .withCompatibility(Compatibility.V3_14)
                .withFloatEncoding(FloatEncoding.XOR2)
                .withStartTimestamps(true)
                .withWalCompression(often);
      };
    }

    void step() throws IOException {
      int choice = random.nextInt(100);
      if (choice < 66) {
        append();
      } else if (choice < 70) {
        end();
      } else if (choice < 80) {
        db.maintain();
      } else if (choice < 84) {
        db.close();
        open();
      } else if (choice < 88) {
        die();
      } else if (choice < 89) {
        window = window();
        db.setOutOfOrderWindow(window);
      } else {
        long from = now - random.nextLong(20 * RANGE);
        compare(from, from + random.nextLong(10 * RANGE), matcher());
      }
    }

    private void open() throws IOException {
      // Mostly from a snapshot, if the last one was closed.
      boolean snapshot = random.nextInt(4) > 0;
      db = Varve.open(directory, options.withOutOfOrderWindow(window).withHeadSnapshot(snapshot));
    }

    private Labels labels(int i) {
      return Labels.of("__name__", "m" + i % 3, "i", "" + i, "é", i % 2 == 0 ? "x" : "");
    }

    private Matcher matcher() {
      return switch (random.nextInt(5)) {
        case 0 -> Matcher.equal("__name__", "m" + random.nextInt(4));
        case 1 -> Matcher.notEqual("é", "x");
        case 2 -> Matcher.regex("i", "1.?|2");
        case 3 -> Matcher.notRegex("i", "1.*");
        default -> Matcher.equal("i", "" + random.nextInt(SERIES));
      };
    }

    private void append() {
      var added = new HashMap<Labels, TreeMap<Long, Content>>();
      long newest = db.stats().headMaxTime();
      long oldest = window.isZero() ? Long.MAX_VALUE : newest - window.toMillis();
      try (Appender app = db.appender()) {
        int batch = random.nextInt(60);
        // Some commits bring little but samples out of order, and fill chunks with them.
        int lateness = random.nextInt(5) == 0 ? 1 : calm ? 1000 : 10;
        for (int n = 0; n < batch; n++) {
          Labels labels = labels((int) Math.abs(random.nextGaussian() * SERIES) % SERIES);
          long t = random.nextInt(lateness) == 0 ? now - random.nextLong(4 * RANGE) : now++;
          now += random.nextInt(300);
          TreeMap<Long, Content> known = added.computeIfAbsent(labels, l -> new TreeMap<>());
          Content sample = append(app, labels, t);
          // What is late only within the commit is refused when that comes to it.
          boolean inOrder = known.isEmpty() || t > known.lastKey();
          if (sample != null && (inOrder || t >= oldest)) {
            known.put(t, sample);
          }
        }
        if (random.nextInt(10) == 0) {
          app.rollback();
        } else {
          app.commit();
          added.forEach((labels, samples) ->
              model.computeIfAbsent(labels, l -> new TreeMap<>()).putAll(samples));
        }
      }
    }

    /// Ends some series, mostly many. Sometimes maintenance comes between the sample and its
    /// commit.
    private void end() throws IOException {
      int part = random.nextInt(1, 11);
      var added = new HashMap<Labels, Content>();
      now += random.nextInt(1, 300);
      try (Appender app = db.appender()) {
        for (Labels labels : List.copyOf(model.keySet())) {
          if (random.nextInt(10) < part) {
            SeriesRef ref = app.series(labels);
            if (app.append(ref, now, STALE) == AppendOutcome.ACCEPTED) {
              added.put(labels, Content.STALE);
            }
          }
        }
        if (random.nextInt(4) == 0) {
          db.maintain();
        }
        app.commit();
      }
      added.forEach((labels, sample) -> model.get(labels).put(now, sample));
      if (random.nextBoolean()) {
        db.maintain();
      }
    }

    /// Adds a sample that is always the same for a series and time: it is not told here which of
    /// two is kept.
    ///
    /// @return the sample, or null if it was refused
    private Content append(Appender app, Labels labels, long t) {
      SeriesRef ref = app.series(labels.encoded(), 0, labels.encoded().length);
      var own = new Random(labels.hashCode() * 1_000_003L + t);
      long start = options.startTimestamps() && own.nextBoolean() ? t - own.nextInt(9_000) : 0;
      // A series mostly keeps to its kind.
      boolean isHistogram = (labels.hashCode() & 1) == 0 ^ own.nextInt(20) == 0;
      if (isHistogram) {
        boolean custom = options.compatibility().customBuckets() && own.nextInt(3) == 0;
        NativeHistogram h = new RandomHistograms(own).next(custom);
        return app.append(ref, start, t, h) == AppendOutcome.ACCEPTED ? Content.of(start, h) : null;
      }
      double v = own.nextInt(3) == 0 ? own.nextGaussian() : own.nextInt(5);
      return app.append(ref, start, t, v) == AppendOutcome.ACCEPTED ? Content.of(start, v) : null;
    }

    /// Goes on with a copy of what is on disk now, as after the death of the process.
    private void die() throws IOException {
      Path next = root.resolve("" + ++generation);
      try (var walk = Files.walk(directory)) {
        for (Path path : walk.toList()) {
          Files.copy(path, next.resolve(directory.relativize(path).toString()));
        }
      }
      db.close();
      directory = next;
      open();
    }

    void compare(long from, long to, Matcher matcher) {
      var expected = new TreeMap<Labels, TreeMap<Long, Content>>();
      model.forEach((labels, samples) -> {
        String value = labels.get(matcher.name());
        var inRange = new TreeMap<>(samples.subMap(from, true, to, true));
        if (matcher.matches(value == null ? "" : value) && !inRange.isEmpty()) {
          expected.put(labels, inRange);
        }
      });
      try (Querier q = db.querier(from, to)) {
        assertThat(samples(q.select(matcher))).isEqualTo(expected);
        // Chunks come in encodings without start timestamps.
        expected.values().forEach(all -> all.replaceAll((t, sample) -> sample.withoutStart()));
        assertThat(chunks(q.selectChunks(matcher))).isEqualTo(expected);
      }
    }

    private static Map<Labels, Map<Long, Content>> samples(SeriesSet set) {
      var found = new TreeMap<Labels, Map<Long, Content>>();
      List<Labels> order = new ArrayList<>();
      while (set.next()) {
        order.add(set.labels());
        var samples = new TreeMap<Long, Content>();
        SampleCursor c = set.samples();
        while (c.next()) {
          assertThat(samples).doesNotContainKey(c.timestamp());
          samples.put(c.timestamp(), Content.of(c));
        }
        if (!samples.isEmpty()) {
          found.put(set.labels(), samples);
        }
      }
      assertThat(order).isSorted().doesNotHaveDuplicates();
      return found;
    }

    private static Map<Labels, Map<Long, Content>> chunks(ChunkSeriesSet set) {
      var found = new TreeMap<Labels, Map<Long, Content>>();
      var cursor = new ChunkCursor();
      while (set.next()) {
        var samples = new TreeMap<Long, Content>();
        while (set.nextChunk()) {
          assertThat(samples.isEmpty() || samples.lastKey() < set.chunkMinTime()).isTrue();
          cursor.reset(set.chunk(), "test", 0);
          while (cursor.next()) {
            samples.put(cursor.timestamp(), Content.of(cursor));
          }
          assertThat(samples.lastKey()).isEqualTo(set.chunkMaxTime());
        }
        found.put(set.labels(), samples);
      }
      return found;
    }

    @Override
    public void close() throws IOException {
      db.close();
    }
  }
}
