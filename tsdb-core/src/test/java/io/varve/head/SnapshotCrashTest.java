package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.MemoryDisk;
import io.varve.io.Disk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A process that dies while it opens a store with a snapshot, works on it, or makes the next one:
/// what the next one finds is all that was acknowledged, by whichever way.
final class SnapshotCrashTest {
  private static final Path DATA = Path.of("/data");
  private static final Labels UP = Labels.of("__name__", "up");
  private static final long T = 1_700_000_000_000L;
  private static final long STEP = 15_000;

  private static VarveOptions options(Disk disk) {
    return VarveOptions.defaults()
        .withDisk(disk)
        .withMaintenance(false)
        .withRetention(Duration.ZERO)
        .withOutOfOrderWindow(Duration.ofHours(10));
  }

  /// Samples in order and out of order, more than an open chunk takes.
  private static void append(Varve db, int index) {
    try (Appender app = db.appender()) {
      app.append(UP, T + index * STEP, index);
      app.append(UP, T - (index + 1) * STEP, -index);
      app.commit();
    }
  }

  private static List<Long> times(Varve db) {
    var times = new ArrayList<Long>();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.equal("__name__", "up"));
      while (series.next()) {
        SampleCursor c = series.samples();
        while (c.next()) {
          times.add(c.timestamp());
        }
      }
    }
    return times;
  }

  /// What there is after that many commits: the sample in order of each, and the other.
  private static List<Long> expected(int commits) {
    var times = new ArrayList<Long>();
    for (int i = -commits; i < commits; i++) {
      times.add(T + i * STEP);
    }
    return times;
  }

  private static MemoryDisk closedStore(int commits) throws IOException {
    var disk = new MemoryDisk();
    try (Varve db = Varve.open(DATA, options(disk))) {
      for (int i = 0; i < commits; i++) {
        append(db, i);
      }
    }
    assertThat(disk.list(DATA)).contains("varve-head-snapshot");
    return disk;
  }

  @Test
  void nothingIsLostNorComesBackWhereverAProcessDies() throws Exception {
    int before = 150;
    int atOnce = 3;
    boolean survived = false;
    for (int changes = 0; !survived; changes++) {
      MemoryDisk disk = closedStore(before);
      int[] acknowledged = {before};
      survived = work(new CrashingDisk(disk, changes), acknowledged, atOnce);
      checkNextStarts(disk, acknowledged[0], changes);
      assertThat(changes).isLessThan(1000);
    }
  }

  private static boolean work(CrashingDisk disk, int[] acknowledged, int atOnce) {
    try {
      Varve db = Varve.open(DATA, options(disk));
      for (int i = 0; i < atOnce; i++) {
        append(db, acknowledged[0]);
        acknowledged[0]++;
      }
      db.close();
      return disk.changes().stream().anyMatch(change -> change.startsWith("rename"))
          && disk.changes().getLast().equals("sync " + DATA);
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /// The last commit, which was not acknowledged, may be there or in part.
  private static void checkNextStarts(MemoryDisk disk, int acknowledged, int changes)
      throws IOException {
    for (int start = 0; start < 2; start++) {
      try (Varve db = Varve.open(DATA, options(disk))) {
        List<Long> times = times(db);
        assertThat(times).as("after %d changes", changes).isSorted().doesNotHaveDuplicates();
        assertThat(times).containsAll(expected(acknowledged));
        assertThat(expected(acknowledged + 1)).containsAll(times);
      }
    }
  }

  @Test
  void theSnapshotIsGoneForGoodBeforeAnythingElseChanges() throws Exception {
    var disk = new CrashingDisk(closedStore(150), Integer.MAX_VALUE);

    Varve.open(DATA, options(disk)).close();

    List<String> changes = disk.changes();
    assertThat(changes.subList(0, 4))
        .containsExactly(
            "directory " + DATA,
            "sync " + DATA,
            "delete " + DATA + "/varve-head-snapshot",
            "sync " + DATA);
  }

  @Test
  void theNextOneAppearsWhenAllThatItSpeaksOfIsSafe() throws Exception {
    var disk = new CrashingDisk(closedStore(150), Integer.MAX_VALUE);
    try (Varve db = Varve.open(DATA, options(disk))) {
      append(db, 150);
    }

    List<String> changes = disk.changes();
    int created = changes.indexOf("create " + DATA + "/varve-head-snapshot.tmp");
    assertThat(changes.subList(0, created))
        .contains(
            "sync " + DATA + "/wal/00000001",
            "sync " + DATA + "/wbl/00000001",
            "sync " + DATA + "/chunks_head/000001",
            "sync " + DATA + "/chunks_head");
    assertThat(changes.subList(created, changes.size()))
        .filteredOn(change -> !change.startsWith("write"))
        .containsExactly(
            "create " + DATA + "/varve-head-snapshot.tmp",
            "sync " + DATA + "/varve-head-snapshot.tmp",
            "rename " + DATA + "/varve-head-snapshot",
            "sync " + DATA);
  }
}
