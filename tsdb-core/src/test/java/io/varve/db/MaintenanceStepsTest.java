package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.FaultyDisk;
import io.varve.io.CorruptionException;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One step of maintenance that fails does not keep the others from being done.
class MaintenanceStepsTest {
  private static final long SECOND = 1000;
  private static final long HOUR = 3600 * SECOND;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);

  @TempDir Path directory;

  private VarveOptions options() {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withRetention(Duration.ZERO)
        .withOutOfOrderWindow(Duration.ofHours(24));
  }

  private static void append(Varve db, String name, long... times) {
    append(db, List.of(name), times);
  }

  private static void append(Varve db, List<String> names, long... times) {
    try (Appender app = db.appender()) {
      for (long t : times) {
        names.forEach(name -> app.append(Labels.of("__name__", name), t, 1));
      }
      assertThat(app.commit().accepted()).isEqualTo((long) names.size() * times.length);
    }
  }

  private static List<Long> times(Varve db, String name) {
    var times = new ArrayList<Long>();
    try (Querier q = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet set = q.select(Matcher.equal("__name__", name));
      while (set.next()) {
        SampleCursor c = set.samples();
        while (c.next()) {
          times.add(c.timestamp());
        }
      }
    }
    return times;
  }

  private static long[] every15Seconds(long from, int count) {
    return LongStream.range(0, count).map(i -> from + 15 * SECOND * i).toArray();
  }

  /// While a store is open, as it looks at all of them when it is opened.
  private void damageFirstChunk() throws IOException {
    Path file = directory.resolve("chunks_head/000001");
    byte[] bytes = Files.readAllBytes(file);
    bytes[60] ^= 1;
    Files.write(file, bytes);
  }

  /// The log still has what is in it: nothing is cut without it, and the next start makes it anew.
  @Test
  void damagedChunkKeepsTheHeadFromBeingCutUntilTheNextStart() throws Exception {
    try (Varve db = Varve.open(directory, options())) {
      append(db, List.of("a", "b"), every15Seconds(START, 300));
    }
    try (Varve db = Varve.open(directory, options())) {
      damageFirstChunk();
      assertThatThrownBy(() -> times(db, "a")).isInstanceOf(CorruptionException.class);
      append(db, "b", START + 4 * HOUR);

      assertThatThrownBy(db::maintain).isInstanceOf(CorruptionException.class);

      assertThat(db.blocks()).isEmpty();
      assertThat(db.stats().compactionsFailed()).isEqualTo(1);
    }
    try (Varve db = Varve.open(directory, options())) {
      assertThat(times(db, "a")).hasSize(300);
      db.maintain();

      assertThat(db.blocks())
          .singleElement()
          .satisfies(block -> assertThat(block.stats().numSamples()).isEqualTo(600));
      assertThat(times(db, "a")).hasSize(300);
      assertThat(times(db, "b")).hasSize(301);
    }
  }

  @Test
  void damagedChunkOutOfOrderKeepsThemInTheHeadUntilTheNextStart() throws Exception {
    try (Varve db = Varve.open(directory, options())) {
      append(db, "a", START + 10 * HOUR);
      append(db, "a", every15Seconds(START, 70));
    }
    try (Varve db = Varve.open(directory, options())) {
      damageFirstChunk();
      append(db, "a", START + 14 * HOUR);

      assertThatThrownBy(db::maintain).isInstanceOf(CorruptionException.class);

      assertThat(db.stats().outOfOrder().minTime()).isEqualTo(START);
    }
    try (Varve db = Varve.open(directory, options())) {
      assertThat(times(db, "a")).hasSize(2 + 70);
      append(db, "a", START + 18 * HOUR);
      db.maintain();

      assertThat(times(db, "a")).hasSize(3 + 70);
      assertThat(db.stats().outOfOrder().minTime()).isEqualTo(Long.MAX_VALUE);
    }
  }

  @Test
  void oldBlocksGoEvenIfNoNewOneCanBeWritten() throws Exception {
    var disk = new FaultyDisk(new LocalDisk());
    try (Varve db = Varve.open(directory, options().withDisk(disk))) {
      for (int i = 0; i < 5; i++) {
        append(db, "a", START + 2L * i * HOUR);
      }
      db.maintain();
      assertThat(db.blocks()).hasSize(3);
      append(db, "a", START + 12 * HOUR);
      db.setRetention(Duration.ofHours(2));
      disk.failBy((call, path) -> {
        if (path.toString().contains(".tmp-for-creation")) {
          throw new IOException("No space left on device");
        }
      });

      assertThatThrownBy(db::maintain)
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");

      assertThat(db.blocks()).hasSizeLessThan(3);
      assertThat(db.stats().compactionsFailed()).isEqualTo(1);
    }
  }
}
