package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.Ulid;
import io.varve.fixture.FaultyDisk;
import io.varve.fixture.MemoryDisk;
import io.varve.io.DiskFile;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A store in memory for tests of what becomes of its blocks, and all that it was given. Confined
/// to one thread.
final class BlockStore implements AutoCloseable {
  static final Path DATA = Path.of("/data");
  static final long MINUTE = 60_000;
  static final long HOUR = 60 * MINUTE;

  /// The start of a window of 18 hours, and of the shorter ones.
  static final long START = 26_234 * 18 * HOUR;

  static final Duration TWO_HOURS = Duration.ofHours(2);
  private static final List<String> SERIES = List.of("series1", "series2", "a", "zz");

  final FaultyDisk disk = new FaultyDisk(new MemoryDisk());
  private final Map<Labels, Map<Long, Double>> given = new HashMap<>();

  /// One for all openings, so that their blocks have different names.
  private final SplittableRandom random = new SplittableRandom(1);

  private VarveOptions options =
      VarveOptions.defaults()
          .withDisk(disk)
          .withMaintenance(false)
          .withRetention(Duration.ZERO)
          .withOutOfOrderWindow(Duration.ofDays(3))
          .withClock(() -> START)
          .withRandom(random);

  Varve db;

  private BlockStore(Duration maxBlock) throws IOException {
    options = options.withMaxBlockDuration(maxBlock);
    db = Varve.open(DATA, options);
  }

  /// That merges blocks as a store does that is told nothing.
  static BlockStore merging() throws IOException {
    return new BlockStore(Duration.ZERO);
  }

  /// That has blocks to merge, each of two hours, the first at {@link #START}.
  static BlockStore withBlocks(int blocks) throws IOException {
    var store = new BlockStore(TWO_HOURS);
    store.fill(START, START + (2L * blocks + 2) * HOUR);
    store.db.maintain();
    assertThat(store.blocks()).hasSize(blocks);
    store.reopen(Duration.ZERO);
    return store;
  }

  VarveOptions options() {
    return options;
  }

  void reopen(Duration maxBlock) throws IOException {
    db.close();
    options = options.withMaxBlockDuration(maxBlock);
    db = Varve.open(DATA, options);
  }

  /// Gives each series a sample every ten minutes.
  void fill(long from, long to) {
    append(SERIES, from, to);
  }

  void append(String name, long from, long to) {
    append(List.of(name), from, to);
  }

  private void append(List<String> names, long from, long to) {
    try (Appender app = db.appender()) {
      for (long t = from; t < to; t += 10 * MINUTE) {
        for (String name : names) {
          Labels labels = Labels.of("__name__", name, "of", "" + name.length());
          double v = random.nextInt(1000);
          app.append(labels, t, v);
          given.computeIfAbsent(labels, l -> new TreeMap<>()).put(t, v);
        }
      }
      assertThat(app.commit().rejected()).isZero();
    }
  }

  static Map<Labels, Map<Long, Double>> read(Querier querier) {
    var found = new HashMap<Labels, Map<Long, Double>>();
    SeriesSet series = querier.select(Matcher.regex("__name__", ".+"));
    while (series.next()) {
      var samples = new TreeMap<Long, Double>();
      SampleCursor cursor = series.samples();
      while (cursor.next()) {
        assertThat(samples.put(cursor.timestamp(), cursor.value())).isNull();
      }
      assertThat(found.put(series.labels(), samples)).isNull();
    }
    return found;
  }

  /// Changes the last byte of a file.
  void damage(Path path) throws IOException {
    try (DiskFile file = disk.openForWrite(path)) {
      byte[] last = new byte[1];
      long at = file.size() - 1;
      assertThat(file.read(last, 0, 1, at)).isEqualTo(1);
      last[0] ^= 1;
      file.write(last, 0, 1, at);
    }
  }

  void hasAllThatWasGiven() {
    try (Querier querier = db.querier(0, Long.MAX_VALUE)) {
      assertThat(read(querier)).isEqualTo(given);
    }
  }

  /// What is left of a series, for whoever deletes the rest.
  Map<Labels, Map<Long, Double>> given() {
    return given;
  }

  /// Level, and times in hours since {@link #START}, as in `2:[0,6)`.
  List<String> blocks() {
    return db.blocks().stream().map(BlockStore::text).toList();
  }

  private static String text(BlockMeta block) {
    return "%d:[%d,%d)"
        .formatted(
            block.compaction().level(),
            (block.minTime() - START) / HOUR,
            (block.maxTime() - START) / HOUR);
  }

  /// Names of the blocks in the directory, and of what is left over there.
  List<String> directories() throws IOException {
    var found = new ArrayList<String>();
    for (String name : disk.list(DATA)) {
      if (name.length() >= Ulid.TEXT_LENGTH
          && Ulid.parse(name.substring(0, Ulid.TEXT_LENGTH)).isPresent()) {
        found.add(name);
      }
    }
    return found;
  }

  List<String> names() {
    return db.blocks().stream().map(block -> block.ulid().toString()).sorted().toList();
  }

  @Override
  public void close() throws IOException {
    db.close();
  }
}
