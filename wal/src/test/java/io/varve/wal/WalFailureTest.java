package io.varve.wal;

import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.FaultyDisk;
import io.varve.fixture.FaultyDisk.Call;
import io.varve.fixture.SimulatedDisk;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WalFailureTest {
  @TempDir Path directory;
  private final FaultyDisk disk = new FaultyDisk(new LocalDisk());

  private Wal open(int pages) throws IOException {
    return Wal.open(disk, directory, pages * PAGE, Compression.NONE, Runnable::run);
  }

  @Test
  void losesOnlyTheBatchOfAFailedWrite() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));

      disk.failAll(Call.WRITE);
      assertThatThrownBy(() -> wal.log(batch(bytes("0b"), filled(PAGE, 5))))
          .isInstanceOf(IOException.class)
          .hasMessage("no WRITE");
      assertThat(Logs.segment(directory, 0)).hasSize(8);
      disk.heal();
      wal.log(batch(bytes("0c")));

      assertThat(Logs.read(directory)).containsExactly("0a", "0c");
      assertThat(wal.lastSegment()).isEqualTo(1);
      assertThat(wal.stats().writesFailed()).isEqualTo(1);
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0c");
  }

  @Test
  void takesBackABatchThatHasReachedSeveralSegments() throws IOException {
    try (Wal wal = open(1)) {
      wal.log(batch(bytes("0a")));

      disk.failBy((call, path) -> {
        if (call == Call.WRITE && path.endsWith("00000002")) {
          throw new IOException("no");
        }
      });
      RecordBatch large = batch(bytes("0b"), filled(PAGE - 8, 5), filled(PAGE - 8, 6));
      assertThatThrownBy(() -> wal.log(large)).hasMessage("no");
      assertThat(Logs.read(directory)).containsExactly("0a");

      disk.heal();
      wal.log(batch(bytes("0c")));
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0c");
  }

  @Test
  void startsNoSegmentsWhileTheDiskIsFull() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      disk.failAll(Call.WRITE);
      for (int i = 0; i < 10; i++) {
        assertThatThrownBy(() -> wal.log(batch(bytes("0b")))).hasMessage("no WRITE");
      }
      disk.heal();
      wal.log(batch(bytes("0c")));

      assertThat(wal.lastSegment()).isEqualTo(1);
      assertThat(wal.stats().writesFailed()).isEqualTo(10);
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0c");
  }

  @Test
  void logsNothingUntilTheRemainsOfAFailedBatchAreCutOff() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      disk.failBy((call, path) -> {
        if (call == Call.WRITE || call == Call.TRUNCATE) {
          throw new IOException("no");
        }
      });
      assertThatThrownBy(() -> wal.log(batch(filled(100, 5)))).hasMessage("no");
      assertThat(Logs.segment(directory, 0).length).isGreaterThan(8);

      disk.failAll(Call.TRUNCATE);
      assertThatThrownBy(() -> wal.log(batch(bytes("0b")))).hasMessage("no TRUNCATE");
      assertThatThrownBy(wal::nextSegment).hasMessage("no TRUNCATE");
      disk.heal();
      wal.log(batch(bytes("0c")));
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0c");
  }

  @Test
  void leavesALogThatOpensIfItIsClosedBeforeTheRemainsAreCutOff() throws IOException {
    Wal wal = open(4);
    wal.log(batch(bytes("0a")));
    disk.failBy((call, path) -> {
      if (call == Call.WRITE || call == Call.TRUNCATE) {
        throw new IOException("no");
      }
    });
    assertThatThrownBy(() -> wal.log(batch(filled(100, 5)))).hasMessage("no");
    assertThatThrownBy(wal::close).hasMessage("no");
    disk.heal();

    Logs.write(directory, 4, Compression.NONE, batch(bytes("0b")));

    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
  }

  @ParameterizedTest
  @EnumSource(names = {"CREATE", "SYNC_DIRECTORY"})
  void survivesSegmentsThatCannotBeCreated(Call failing) throws IOException {
    try (Wal wal = open(1)) {
      wal.log(batch(filled(PAGE - 7, 5)));
      disk.failAll(failing);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> wal.log(batch(bytes("0b")))).hasMessage("no " + failing);
        assertThatThrownBy(wal::nextSegment).hasMessage("no " + failing);
      }
      disk.heal();
      wal.log(batch(bytes("0c")));

      assertThat(wal.lastSegment()).isEqualTo(1);
    }
    assertThat(Logs.read(directory)).containsExactly(hex(filled(PAGE - 7, 5)), "0c");
  }

  @Test
  void aSegmentThatFailedToSyncIsLostUntilItIsReplaced() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      disk.failAll(Call.SYNC);
      assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
      disk.failAll(Call.RENAME);

      assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
      assertThatThrownBy(wal::mend).hasMessageContaining("[0]");
      wal.log(batch(bytes("0b")));
      assertThat(wal.lastSegment()).isEqualTo(1);
      assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
      assertThat(wal.isDoubtful()).isTrue();
      disk.heal();
      wal.sync();
      assertThat(wal.isDoubtful()).isFalse();
      assertThat(wal.stats().fsyncsFailed()).isEqualTo(1);
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
    assertThat(disk.openFiles()).isZero();
  }

  @Test
  void aSegmentThatFailedToSyncIsLostUntilItIsDeleted() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      disk.failAll(Call.SYNC);
      assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
      disk.failAll(Call.RENAME);
      wal.log(batch(bytes("0b")));
      assertThatThrownBy(wal::sync).hasMessageContaining("[0]");

      wal.deleteSegmentsBelow(1);
      wal.sync();
    }
    assertThat(Logs.read(directory)).containsExactly("0b");
    assertThat(disk.openFiles()).isZero();
  }

  /// As on Linux: the next sync would succeed without what the first one lost.
  @Test
  void whatAFailedSyncLostIsLoggedAgain() throws IOException {
    var lossy = new SimulatedDisk();
    Path log = Path.of("/wal");
    lossy.createDurableDirectories(log);
    try (Wal wal = Wal.open(lossy, log, 4 * PAGE, Compression.NONE, Runnable::run)) {
      wal.log(batch(bytes("0a")));
      lossy.failSync(log.resolve("00000000"));
      wal.sync();
      wal.log(batch(bytes("0b")));
      lossy.failSync(log.resolve("00000001"));
      wal.nextSegment();
      wal.log(batch(bytes("0c")));
      wal.sync();

      for (int seed = 0; seed < 50; seed++) {
        try (WalReader reader = WalReader.open(lossy.crash(seed), log)) {
          assertThat(Logs.readAll(reader)).containsExactly("0a", "0b", "0c");
        }
      }
      assertThat(wal.stats().fsyncsFailed()).isEqualTo(2);
    }
  }

  /// The log need not be told: the sync that failed leaves it sound.
  @Test
  void anOpenSegmentThatFailedToSyncIsReplacedAtOnce() throws IOException {
    var lossy = new SimulatedDisk();
    Path log = Path.of("/wal");
    lossy.createDurableDirectories(log);
    try (Wal wal = Wal.open(lossy, log, 4 * PAGE, Compression.NONE, Runnable::run)) {
      wal.log(batch(bytes("0a")));
      wal.sync();
      wal.log(batch(bytes("0b")));
      lossy.failSync(log.resolve("00000000"));

      wal.sync();

      assertThat(wal.isDoubtful()).isFalse();
      assertThat(wal.lastSegment()).isEqualTo(1);
      for (int seed = 0; seed < 50; seed++) {
        try (WalReader reader = WalReader.open(lossy.crash(seed), log)) {
          assertThat(Logs.readAll(reader)).containsExactly("0a", "0b");
        }
      }
    }
  }

  /// The sync that follows upon cutting off a failed batch is one as any other.
  @Test
  void whatIsNotSyncedWhenABatchIsCutOffIsLoggedAgain() throws IOException {
    var lossy = new SimulatedDisk();
    Path log = Path.of("/wal");
    lossy.createDurableDirectories(log);
    try (Wal wal = Wal.open(lossy, log, 4 * PAGE, Compression.NONE, Runnable::run)) {
      wal.log(batch(bytes("0a")));
      lossy.failSync(log.resolve("00000000"));
      lossy.limitSpace(10);
      assertThatThrownBy(() -> wal.log(batch(filled(100, 5)))).hasMessageContaining("No space");
      lossy.limitSpace(Long.MAX_VALUE);
      wal.log(batch(bytes("0b")));
      wal.sync();

      assertThat(wal.stats().fsyncsFailed()).isEqualTo(1);
      assertThat(wal.isDoubtful()).isFalse();
      for (int seed = 0; seed < 50; seed++) {
        try (WalReader reader = WalReader.open(lossy.crash(seed), log)) {
          assertThat(Logs.readAll(reader)).containsExactly("0a", "0b");
        }
      }
    }
  }

  /// A batch got as far as to the next segment, which could not be made.
  @Test
  void aSegmentThatABatchWasCutOffCanBeLoggedAgain() throws IOException {
    var lossy = new SimulatedDisk();
    Path log = Path.of("/wal");
    lossy.createDurableDirectories(log);
    try (Wal wal = Wal.open(lossy, log, PAGE, Compression.NONE, Runnable::run)) {
      wal.log(batch(bytes("0a")));
      lossy.watch((call, path) -> {
        if (call == SimulatedDisk.Call.CREATE) {
          throw new IOException("no CREATE");
        }
      });
      assertThatThrownBy(() -> wal.log(batch(filled(PAGE - 7, 5)))).hasMessage("no CREATE");
      lossy.watch((call, path) -> {});
      lossy.failSync(log.resolve("00000000"));
      wal.log(batch(bytes("0b")));
      wal.sync();

      assertThat(wal.stats().fsyncsFailed()).isEqualTo(1);
      for (int seed = 0; seed < 50; seed++) {
        try (WalReader reader = WalReader.open(lossy.crash(seed), log)) {
          assertThat(Logs.readAll(reader)).containsExactly("0a", "0b");
        }
      }
    }
  }

  /// What it had to make durable was so before.
  @Test
  void aSyncIsNotFailedByWhatComesLater() throws IOException {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      wal.sync();
      disk.failAll(Call.SYNC);
      wal.nextSegment();

      wal.sync();
      assertThat(wal.isDoubtful()).isTrue();
      disk.heal();
      wal.mend();
      assertThat(wal.isDoubtful()).isFalse();
    }
    assertThat(Logs.read(directory)).containsExactly("0a");
  }

  /// The pages are gone by the time that the segment is read again.
  @Test
  void whatDoesNotReadAsItWasWrittenReplacesNothing() throws IOException {
    var lossy = new SimulatedDisk();
    Path log = Path.of("/wal");
    lossy.createDurableDirectories(log);
    Wal wal = Wal.open(lossy, log, 4 * PAGE, Compression.NONE, Runnable::run);
    wal.log(batch(bytes("0a")));
    lossy.failSync(log.resolve("00000000"));

    lossy.flip(log.resolve("00000000"), 60);
    assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
    assertThatThrownBy(wal::close).hasMessageContaining("[0]");
    assertThat(lossy.list(log)).containsExactly("00000000", "00000001");
  }

  @Test
  void reportsAFailedSyncOfAFinishedSegmentAtTheNextSync() throws IOException {
    Wal wal = open(4);
    wal.log(batch(bytes("0a")));
    disk.failAll(Call.SYNC);
    wal.nextSegment();
    disk.failAll(Call.RENAME);
    wal.log(batch(bytes("0b")));

    assertThatThrownBy(wal::sync).hasMessageContaining("[0]");
    assertThatThrownBy(wal::close).hasMessageContaining("[0]");
    wal.close();
    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
  }

  /// A process that died left a segment that it had not synced.
  @Test
  void syncsWhatItFindsBeforeWhatItAdds() throws IOException {
    var killed = new SimulatedDisk();
    Path log = Path.of("/wal");
    killed.createDurableDirectories(log);
    Wal dead = Wal.open(killed, log, 4 * PAGE, Compression.NONE, task -> {});
    dead.log(batch(bytes("0a")));
    SimulatedDisk found = killed.kill();

    try (Wal wal = Wal.open(found, log, 4 * PAGE, Compression.NONE, Runnable::run)) {
      wal.log(batch(bytes("0b")));
      wal.sync();

      for (int seed = 0; seed < 50; seed++) {
        try (WalReader reader = WalReader.open(found.crash(seed), log)) {
          assertThat(Logs.readAll(reader)).containsExactly("0a", "0b");
        }
      }
    }
  }

  @Test
  void goesOnAfterAThreadWasInterrupted() throws Exception {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      var failed = new ArrayList<Throwable>();
      Thread thread =
          new Thread(() -> {
            Thread.currentThread().interrupt();
            try {
              wal.log(batch(bytes("0b")));
            } catch (IOException e) {
              failed.add(e);
            }
            try {
              wal.sync();
            } catch (IOException e) {
              failed.add(e);
            }
          });
      thread.start();
      thread.join();
      assertThat(failed).hasSize(2);

      wal.log(batch(bytes("0c")));
      wal.sync();
      assertThat(wal.stats().fsyncsFailed()).isZero();
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0c");
  }

  @Test
  void doesNotFailTheOthersWhenAThreadIsInterrupted() throws Exception {
    try (Wal wal = open(4)) {
      wal.log(batch(bytes("0a")));
      Thread thread =
          new Thread(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(wal::sync).isInstanceOf(IOException.class);
          });
      thread.start();
      thread.join();

      wal.log(batch(bytes("0b")));
      wal.sync();
      assertThat(wal.lastSegment()).isZero();
    }
    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
  }

  /// Any call fails with some chance; what was taken is there at the end, in order, and nothing
  /// else.
  @Test
  void keepsExactlyWhatItTookWhateverFails() throws IOException {
    RandomGenerator random = Logs.random();
    for (int round = 0; round < 8; round++) {
      Path log = directory.resolve("log" + round);
      var taken = new ArrayList<String>();
      Wal wal = Wal.open(disk, log, 2 * PAGE, Compression.SNAPPY, Runnable::run);
      disk.failBy((call, path) -> {
        if (call != Call.SYNC && random.nextInt(4) == 0) {
          throw new IOException("no " + call);
        }
      });
      for (int i = 0; i < 40; i++) {
        logSome(wal, random, taken);
      }
      disk.heal();
      assertThat(Logs.read(log)).startsWith(taken.toArray(String[]::new));
      wal.close();

      assertThat(Logs.read(log)).isEqualTo(taken);
    }
  }

  private static void logSome(Wal wal, RandomGenerator random, List<String> taken) {
    byte[][] records = new byte[1 + random.nextInt(4)][];
    for (int i = 0; i < records.length; i++) {
      records[i] = Logs.randomRecord(random, 1 + random.nextInt(1 << (4 + random.nextInt(14))));
    }
    try {
      wal.log(batch(records));
      taken.addAll(Logs.hex(List.of(records)));
    } catch (IOException e) {
      assertThat(e).hasMessageStartingWith("no ");
    }
  }

  /// A sync of the segment before is under way when the log is closed.
  @Test
  void lastPageIsWrittenBeforeABackgroundSyncMayCloseTheSegment() throws IOException {
    var background = new ArrayList<Runnable>();
    Wal wal = Wal.open(disk, directory, 4 * PAGE, Compression.NONE, background::add);
    wal.log(batch(bytes("0a")));
    wal.nextSegment();
    wal.log(batch(bytes("0b")));
    assertThat(background).hasSize(1);

    disk.failBy((call, path) -> {
      if (call == Call.WRITE && !background.isEmpty()) {
        background.removeFirst().run();
      }
    });
    wal.close();

    assertThat(background).isEmpty();
    assertThat(Logs.segment(directory, 1)).hasSize(PAGE);
    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
    assertThat(disk.openFiles()).isZero();
  }
}
