package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.Tombstones;
import io.varve.block.TombstonesFile;
import io.varve.fixture.MemoryDisk;
import io.varve.io.CorruptionException;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import io.varve.model.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A small store with a block, a checkpoint, a log, full head chunks and a snapshot of the head, of
/// which one file is damaged, opened and read as a whole. It answers right or with a {@link
/// CorruptionException}, and in the log and after damage to a block's `meta.json` it may know less;
/// never anything else.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class DamagedDirectoryTest {
  private static final Path DATA = Path.of("/data");
  private static final long START = 1_699_999_200_000L;
  private static final long STEP = 120_000;

  /// Of what lies behind this in a file, which is the fill of a log's page, few bytes are damaged.
  private static final int DENSE = 300;

  private static final int SPARSE_STRIDE = 1009;

  private static final int LATE = 40;

  /// Of these a store that is opened for writing makes use however damaged they are.
  private static final String LOGS = ".*/w[ab]l/.*";

  /// What a file may do to the answer.
  private enum Effect {
    /// The answer is right.
    NONE,
    /// The answer is right, or there is none: for reading only, no block is set aside.
    NO_ANSWER,
    /// The answer may lack samples, or there is none.
    LESS
  }

  private final Map<String, byte[]> files = store();
  private final List<String> samples = read(disk(), true);
  private final Set<String> known = Set.copyOf(samples);

  DamagedDirectoryTest() throws IOException {}

  private static Effect effect(String file, boolean writable) {
    if (file.contains("/chunks_head/") || file.endsWith("/varve-head-snapshot")) {
      return Effect.NONE;
    }
    boolean checked = file.matches(".*(/index|/tombstones|/chunks/\\d+)");
    return checked && !writable ? Effect.NO_ANSWER : Effect.LESS;
  }

  private static VarveOptions options(MemoryDisk disk) {
    return VarveOptions.defaults()
        .withDisk(disk)
        .withMaintenance(false)
        .withOutOfOrderWindow(Duration.ofHours(24))
        .withClock(() -> START)
        .withRandom(new SplittableRandom(1));
  }

  private static Map<String, byte[]> store() throws IOException {
    var disk = new MemoryDisk();
    // Each opening starts a segment of the log, so that there is something to make a checkpoint of.
    for (int i = 0; i < 8; i++) {
      try (Varve db = Varve.open(DATA, options(disk))) {
        fill(db, 20 * i, 20 * i + 20);
      }
    }
    try (Varve db = Varve.open(DATA, options(disk))) {
      db.maintain();
      BlockMeta block = db.blocks().getFirst();
      var deleted = Tombstones.builder();
      // Whatever numbers the two series have in the index.
      for (int series = 1; series < 100; series++) {
        deleted.add(series, START + STEP, START + 3 * STEP);
      }
      TombstonesFile.write(disk, DATA.resolve(block.ulid().toString()), deleted.build());
      fillLate(db);
    }
    var files = new TreeMap<String, byte[]>();
    collect(disk, DATA, files);
    return files;
  }

  private static void fill(Varve db, int from, int to) {
    try (Appender appender = db.appender()) {
      for (int i = from; i < to; i++) {
        long t = START + i * STEP;
        appender.append(Labels.of("__name__", "a", "job", "x"), t, i);
        appender.append(Labels.of("__name__", "b", "job", "é"), t, histogram(i));
      }
      assertThat(appender.commit().rejected()).isZero();
    }
  }

  /// A chunk of samples out of order, and some more.
  private static void fillLate(Varve db) {
    Labels labels = Labels.of("__name__", "c", "job", "late");
    for (int i = 0; i <= LATE; i++) {
      try (Appender appender = db.appender()) {
        appender.append(labels, START + (159 - i) * STEP, i);
        assertThat(appender.commit().rejected()).isZero();
      }
    }
  }

  private static Histogram histogram(int count) {
    return new Histogram(
        CounterReset.UNKNOWN,
        0,
        0.5,
        0,
        count,
        count,
        new Spans(new int[] {0}, new int[] {1}),
        Spans.NONE,
        new long[] {count},
        new long[0],
        new double[0]);
  }

  private static void collect(MemoryDisk disk, Path directory, Map<String, byte[]> files)
      throws IOException {
    for (String name : disk.list(directory)) {
      Path path = directory.resolve(name);
      if (disk.stat(path).orElseThrow().directory()) {
        collect(disk, path, files);
      } else {
        files.put(path.toString(), disk.readAll(path, 1 << 20));
      }
    }
  }

  private MemoryDisk disk() {
    var disk = new MemoryDisk();
    files.forEach(disk::with);
    return disk;
  }

  private static List<String> read(MemoryDisk disk, boolean writable) throws IOException {
    var samples = new ArrayList<String>();
    try (Varve db =
            writable ? Varve.open(DATA, options(disk)) : Varve.openReadOnly(DATA, options(disk));
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.regex("__name__", ".+"));
      while (series.next()) {
        SampleCursor cursor = series.samples();
        while (cursor.next()) {
          Object value =
              cursor.kind() == SampleKind.FLOAT ? cursor.value() : cursor.histogram().count();
          samples.add(series.labels() + " " + cursor.timestamp() + " " + value);
        }
      }
    }
    return samples;
  }

  private void check(String file, byte[] content, boolean writable, String what) {
    List<String> read;
    try {
      read = read(disk().with(file, content), writable);
    } catch (CorruptionException e) {
      // A file that is damaged is in the log, too: opened for writing, it is mended.
      boolean mended = effect(file, writable) == Effect.NONE || (writable && file.matches(LOGS));
      assertThat(mended).as("%s: %s", what, e).isFalse();
      return;
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(what, e);
    }
    if (effect(file, writable) == Effect.LESS) {
      // Not by AssertJ's own comparison of collections, which takes most of the time here.
      var found = new HashSet<>(read);
      assertThat(found.size()).as(what).isEqualTo(read.size());
      found.removeAll(known);
      assertThat(found).as(what).isEmpty();
    } else {
      assertThat(read).as(what).isEqualTo(samples);
    }
  }

  @Test
  void holdsFilesOfAllKinds() {
    assertThat(samples).hasSize(2 * (160 - 3) + LATE + 1);
    assertThat(files.keySet().stream().map(DamagedDirectoryTest::kind))
        .contains(
            "block/meta.json",
            "block/index",
            "block/tombstones",
            "block/chunks/N",
            "chunks_head/N",
            "wal/N",
            "wbl/N",
            "wal/checkpoint.N/N");
  }

  private static String kind(String file) {
    return file.substring(DATA.toString().length() + 1)
        .replaceFirst("^[0-9A-Z]{26}/", "block/")
        .replaceAll("\\d+", "N");
  }

  private static int next(int at) {
    return at + (at < DENSE ? 1 : SPARSE_STRIDE);
  }

  @Test
  void answersRightOrRefusesWhateverIsCutOff() {
    files.forEach((file, whole) -> {
      for (int length = 0; length < whole.length; length = next(length)) {
        byte[] cut = Arrays.copyOf(whole, length);
        check(file, cut, length % 2 == 0, "%s cut to %d".formatted(file, length));
      }
    });
  }

  @Test
  void answersRightOrRefusesWhateverByteIsFlipped() {
    files.forEach((file, whole) -> {
      for (int at = 0; at < whole.length; at = next(at)) {
        byte[] flipped = whole.clone();
        int bits = at % 4 < 2 ? 1 << at % 8 : 0xff;
        flipped[at] ^= (byte) bits;
        check(file, flipped, at % 2 == 0, "%s, byte %d xor %x".formatted(file, at, bits));
      }
    });
  }

  /// But for the deletions of a block: a block without that file has none.
  @Test
  void answersRightOrRefusesWithoutAFile() {
    for (String file : files.keySet().stream().filter(f -> !f.endsWith("/tombstones")).toList()) {
      var without = new MemoryDisk();
      files.forEach((name, content) -> {
        if (!name.equals(file)) {
          without.with(name, content);
        }
      });
      try {
        assertThat(new HashSet<>(samples)).as(file).containsAll(read(without, true));
      } catch (CorruptionException | IOException e) {
        assertThat(file).as(e.toString()).doesNotMatch(LOGS);
        assertThat(e.getMessage()).as(file).isNotEmpty();
      }
    }
  }
}
