package io.varve.wal;

import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.FaultyDisk;
import io.varve.fixture.FaultyDisk.Call;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Threads that log and sync on a disk whose syncs end when the test says so.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class GroupCommitTest {
  private static final int WRITERS = 16;

  @TempDir Path directory;
  private final FaultyDisk disk = new FaultyDisk(new LocalDisk());
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final ConcurrentLinkedQueue<IOException> failures = new ConcurrentLinkedQueue<>();

  private void holdUpSyncs() {
    disk.failBy((call, path) -> {
      if (call == Call.SYNC) {
        begun.release();
        mayEnd.acquireUninterruptibly();
      }
    });
  }

  private Thread writer(Wal wal, int value) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            wal.log(batch(bytes("%02x".formatted(value))));
            wal.sync();
          } catch (IOException e) {
            failures.add(e);
          }
        });
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
  }

  @Test
  void allWhoLogDuringASyncShareTheNextOne() throws Exception {
    try (Wal wal = Wal.open(disk, directory, 4 * PAGE, Compression.NONE, Runnable::run)) {
      holdUpSyncs();
      Thread first = writer(wal, 200);
      begun.acquire();
      List<Thread> others = new ArrayList<>();
      for (int i = 1; i < WRITERS; i++) {
        others.add(writer(wal, 200 + i));
        awaitWaiting(others.getLast());
      }
      // They have logged: a sync keeps nobody from that.
      assertThat(Logs.read(directory)).hasSize(WRITERS);
      assertThat(wal.isSynced()).isFalse();

      mayEnd.release();
      first.join();
      begun.acquire();
      mayEnd.release();
      for (Thread other : others) {
        other.join();
      }

      assertThat(failures).isEmpty();
      assertThat(wal.stats().fsyncs()).isEqualTo(2);
      assertThat(wal.isSynced()).isTrue();
      disk.heal();
    }
  }

  /// The segment that is being synced is written to its end meanwhile, and the next one begun.
  @Test
  void aSegmentMayEndDuringItsSync() throws Exception {
    try (Wal wal = Wal.open(disk, directory, PAGE, Compression.NONE, Runnable::run)) {
      holdUpSyncs();
      Thread first = writer(wal, 200);
      begun.acquire();
      // Not the log's own: that is done at once here, and would wait for this sync.
      Thread second =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  wal.log(batch(Logs.filled(PAGE - 7, 201)));
                  wal.sync();
                } catch (IOException e) {
                  failures.add(e);
                }
              });
      awaitWaiting(second);
      assertThat(wal.lastSegment()).isEqualTo(1);

      mayEnd.release(10);
      first.join();
      second.join();

      assertThat(failures).isEmpty();
      assertThat(wal.isSynced()).isTrue();
      assertThat(Logs.read(directory)).hasSize(2);
      disk.heal();
    }
  }

  @Test
  void theFailureOfASharedSyncIsMendedForAll() throws Exception {
    try (Wal wal = Wal.open(disk, directory, 4 * PAGE, Compression.NONE, Runnable::run)) {
      holdUpSyncs();
      Thread first = writer(wal, 200);
      begun.acquire();
      Thread second = writer(wal, 201);
      Thread third = writer(wal, 202);
      awaitWaiting(second);
      awaitWaiting(third);
      disk.failBy((call, path) -> {
        if (call == Call.SYNC && path.endsWith("00000000")) {
          throw new IOException("no");
        }
      });
      mayEnd.release();
      first.join();
      second.join();
      third.join();

      assertThat(failures).isEmpty();
      assertThat(wal.stats().fsyncsFailed()).isEqualTo(1);
      assertThat(wal.lastSegment()).isEqualTo(1);
      disk.heal();
    }
    assertThat(Logs.read(directory)).hasSize(3);
  }
}
