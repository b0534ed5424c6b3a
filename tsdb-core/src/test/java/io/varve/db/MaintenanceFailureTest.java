package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.FaultyDisk;
import io.varve.fixture.MemoryDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Maintenance that cuts blocks of samples in order and of such out of order, shortens both logs
/// and the chunk files, and merges blocks, while the disk fails any one of its calls, or is gone
/// from any one on.
class MaintenanceFailureTest {
  private static final Path DATA = Path.of("/data");
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long START = 1_700_000_000_000L / (2 * HOUR) * (2 * HOUR);

  private final TreeMap<String, byte[]> files = new TreeMap<>();

  /// One for all openings, so that their blocks have different names.
  private final SplittableRandom random = new SplittableRandom(1);

  private List<String> samples = List.of();
  private List<String> blocks = List.of();

  private Varve open(FaultyDisk disk) throws IOException {
    return Varve.open(
        DATA,
        VarveOptions.defaults()
            .withDisk(disk)
            .withMaintenance(false)
            .withRetention(Duration.ZERO)
            .withOutOfOrderWindow(Duration.ofHours(24))
            .withClock(() -> START)
            .withRandom(random));
  }

  /// Each opening starts a segment of the log and a chunk file.
  @BeforeEach
  void fill() throws IOException {
    var memory = new MemoryDisk();
    var disk = new FaultyDisk(memory);
    for (int opening = 0; opening < 6; opening++) {
      try (Varve db = open(disk)) {
        append(db, "up", START + (6 + opening) * HOUR, 60);
        append(db, "late", START + (6 + opening) * HOUR, 1);
        append(db, "late", START + opening * HOUR, 40);
      }
    }
    collect(memory, DATA);
    try (Varve db = open(disk)) {
      samples = samples(db);
      db.maintain();
      blocks = blocks(db);
    }
    assertThat(samples).hasSize(6 * 101);
    assertThat(blocks).hasSize(3);
  }

  private static void append(Varve db, String name, long from, int count) {
    try (Appender app = db.appender()) {
      for (int i = 0; i < count; i++) {
        app.append(Labels.of("__name__", name), from + i * MINUTE, i);
      }
      assertThat(app.commit().rejected()).isZero();
    }
  }

  private void collect(MemoryDisk disk, Path directory) throws IOException {
    for (String name : disk.list(directory)) {
      Path path = directory.resolve(name);
      if (disk.stat(path).orElseThrow().directory()) {
        collect(disk, path);
      } else {
        files.put(path.toString(), disk.readAll(path, 1 << 20));
      }
    }
  }

  private FaultyDisk disk() {
    var disk = new MemoryDisk();
    files.forEach(disk::with);
    return new FaultyDisk(disk);
  }

  private static List<String> samples(Varve db) {
    var found = new ArrayList<String>();
    try (Querier querier = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.regex("__name__", ".+"));
      while (series.next()) {
        SampleCursor cursor = series.samples();
        while (cursor.next()) {
          found.add(series.labels() + " " + cursor.timestamp() + " " + cursor.value());
        }
      }
    }
    return found;
  }

  private static List<String> blocks(Varve db) {
    return db.blocks().stream()
        .map(meta ->
            meta.minTime()
                + " "
                + meta.maxTime()
                + " "
                + meta.stats().numSamples()
                + " "
                + meta.compaction().hints())
        .toList();
  }

  /// Counts the calls of one thread: finished segments are synced by others.
  private static final class Calls implements FaultyDisk.Fault {
    private final Thread thread = Thread.currentThread();
    private final int first;
    private final int last;
    private int count;
    private String failed = "";

    Calls(int first, int last) {
      this.first = first;
      this.last = last;
    }

    @Override
    public void check(FaultyDisk.Call call, Path path) throws IOException {
      if (!Thread.currentThread().equals(thread)) {
        return;
      }
      int number = count++;
      if (number >= first && number <= last) {
        failed = failed.isEmpty() ? call + " " + path : failed;
        throw new IOException("no " + call + " of " + path);
      }
    }
  }

  /// @return whether it failed
  private static boolean maintain(Varve db) {
    try {
      db.maintain();
      return false;
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void failureOfAnyCallLosesNothingAndIsMadeUpForLater() throws Exception {
    int failures = 0;
    for (int n = 0; ; n++) {
      FaultyDisk disk = disk();
      var calls = new Calls(n, n);
      try (Varve db = open(disk)) {
        disk.failBy(calls);
        failures += maintain(db) ? 1 : 0;
        disk.heal();
        if (calls.failed.isEmpty()) {
          break;
        }
        String what = n + ": " + calls.failed;
        assertThat(disk.openMappings()).as(what).isEqualTo(db.blocks().size());
        assertThat(samples(db)).as(what).isEqualTo(samples);
        db.maintain();
        assertThat(samples(db)).as(what).isEqualTo(samples);
        assertThat(blocks(db)).as(what).isEqualTo(blocks);
      }
      try (Varve db = open(disk)) {
        assertThat(samples(db)).as("%s, reopened", calls.failed).isEqualTo(samples);
        assertThat(blocks(db)).as("%s, reopened", calls.failed).isEqualTo(blocks);
      }
    }
    assertThat(failures).isGreaterThan(50);
  }

  @Test
  void deathAtAnyCallLosesNothing() throws Exception {
    for (int n = 0; ; n++) {
      FaultyDisk disk = disk();
      var calls = new Calls(n, Integer.MAX_VALUE);
      try (Varve db = open(disk)) {
        disk.failBy(calls);
        maintain(db);
      } catch (IOException e) {
        assertThat(calls.failed).isNotEmpty();
      }
      disk.heal();
      if (calls.failed.isEmpty()) {
        break;
      }
      String what = n + ": " + calls.failed;
      for (int opening = 0; opening < 2; opening++) {
        try (Varve db = open(disk)) {
          assertThat(samples(db)).as(what).isEqualTo(samples);
          db.maintain();
          assertThat(samples(db)).as(what).isEqualTo(samples);
        }
      }
    }
  }
}
