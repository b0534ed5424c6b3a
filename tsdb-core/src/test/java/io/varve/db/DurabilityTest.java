package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.NotDurableException;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.WalSync;
import io.varve.WritesSuspendedException;
import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// When commits become durable, and what becomes of them if they cannot.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class DurabilityTest {
  private static final Path DATA = Path.of("/data");
  private static final Path LOG = DATA.resolve("wal/00000000");
  private static final Path LATE_LOG = DATA.resolve("wbl/00000000");
  private static final Labels UP = Labels.of("__name__", "up");
  private static final long T = 1_600_000_000_000L;
  private static final int WRITERS = 12;

  /// A sync that was asked for later.
  private record Due(Runnable task, Duration delay) {}

  private final SimulatedDisk disk = new SimulatedDisk();
  private final List<Due> timed = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(T);
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private final List<Varve> stores = new ArrayList<>();

  private Varve open(WalSync mode) throws IOException {
    return open(disk, mode);
  }

  private Varve open(SimulatedDisk on, WalSync mode) throws IOException {
    Varve db =
        Varve.open(
            DATA,
            VarveOptions.defaults()
                .withDisk(on)
                .withMaintenance(false)
                .withHeadSnapshot(false)
                .withOutOfOrderWindow(Duration.ofHours(1))
                .withBackground(Runnable::run)
                .withTimer((task, delay) -> timed.add(new Due(task, delay)))
                .withClock(clock::get)
                .withWalSync(mode));
    stores.add(db);
    return db;
  }

  @AfterEach
  void close() throws IOException {
    disk.watch((call, path) -> {});
    for (Varve db : stores) {
      db.close();
    }
  }

  private static CommitResult commit(Varve db, Labels labels, long t) {
    try (Appender app = db.appender()) {
      assertThat(app.append(labels, t, (double) t).outcome().stored()).isTrue();
      return app.commit();
    }
  }

  private boolean isSynced(Path log) throws IOException {
    long length = disk.stat(log).orElseThrow().size();
    return length > 0 && disk.syncedLength(log) == length;
  }

  private static List<Long> times(Varve db) {
    return CrashModel.read(db).samples().values().stream()
        .flatMap(samples -> samples.keySet().stream())
        .sorted()
        .toList();
  }

  /// What is left after losses of power.
  private void requireDurable(Long... times) throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      try (Varve db = open(disk.crash(seed), WalSync.SEGMENT)) {
        assertThat(times(db)).containsExactly(times);
      }
    }
  }

  /// A thread that commits one sample.
  private static final class Writer {
    private final ConcurrentLinkedQueue<Object> outcome = new ConcurrentLinkedQueue<>();
    private final Thread thread;

    Writer(Varve db, Labels labels, long t) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  outcome.add(commit(db, labels, t));
                } catch (RuntimeException | AssertionError e) {
                  outcome.add(e);
                }
              });
    }

    Writer awaitWaiting() {
      while (thread.getState() != Thread.State.WAITING) {
        assertThat(thread.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      return this;
    }

    Object end() throws InterruptedException {
      thread.join();
      return outcome.element();
    }
  }

  private void holdUpSyncs() {
    disk.watch((call, path) -> {
      if (call == Call.SYNC && path.startsWith(DATA.resolve("wal"))) {
        begun.release();
        mayEnd.acquireUninterruptibly();
      }
    });
  }

  private void failSyncs() {
    disk.watch((call, path) -> {
      if (call == Call.SYNC) {
        throw new IOException("no sync");
      }
    });
  }

  // --- the modes

  @Test
  void aCommitIsDurableWhenItReturns() throws IOException {
    Varve db = open(WalSync.COMMIT);
    for (long t = T; t < T + 5; t++) {
      commit(db, UP, t);
      assertThat(isSynced(LOG)).isTrue();
    }
    assertThat(db.stats().walFsyncs()).isEqualTo(5);

    requireDurable(T, T + 1, T + 2, T + 3, T + 4);
  }

  @Test
  void samplesOutOfOrderAreDurableWhenBothLogsAre() throws IOException {
    Varve db = open(WalSync.COMMIT);
    commit(db, UP, T);
    commit(db, UP, T - 1000);
    assertThat(isSynced(LOG)).isTrue();
    assertThat(isSynced(LATE_LOG)).isTrue();

    requireDurable(T - 1000, T);
  }

  @Test
  void samplesInOrderNeedOneLogOnly() throws IOException {
    Varve db = open(WalSync.COMMIT);
    commit(db, UP, T);
    commit(db, UP, T - 1000);
    long before = db.stats().outOfOrder().wblFsyncs();
    commit(db, UP, T + 1000);

    assertThat(db.stats().outOfOrder().wblFsyncs()).isEqualTo(before);
  }

  @Test
  void aSegmentIsSyncedWhenItEnds() throws IOException {
    Varve db = open(WalSync.SEGMENT);
    commit(db, UP, T);

    assertThat(isSynced(LOG)).isFalse();
    assertThat(timed).isEmpty();
    db.close();
    assertThat(isSynced(LOG)).isTrue();
  }

  @Test
  void anIntervalHasOneSyncHoweverManyCommits() throws IOException {
    Varve db = open(WalSync.INTERVAL);
    commit(db, UP, T);
    commit(db, UP, T + 1);
    commit(db, UP, T - 1000);
    assertThat(isSynced(LOG)).isFalse();
    assertThat(timed).extracting(Due::delay).containsExactly(Duration.ofMillis(100));

    timed.removeFirst().task.run();
    assertThat(isSynced(LOG)).isTrue();
    assertThat(isSynced(LATE_LOG)).isTrue();
    assertThat(timed).isEmpty();
    requireDurable(T - 1000, T, T + 1);

    db.setWalSyncInterval(Duration.ofSeconds(2));
    commit(db, UP, T + 2);
    assertThat(timed).extracting(Due::delay).containsExactly(Duration.ofSeconds(2));
  }

  @Test
  void theModeCanBeChanged() throws IOException {
    Varve db = open(WalSync.SEGMENT);
    commit(db, UP, T);
    db.setWalSync(WalSync.INTERVAL);
    assertThat(timed).hasSize(1);
    timed.removeFirst().task.run();
    assertThat(isSynced(LOG)).isTrue();

    db.setWalSync(WalSync.COMMIT);
    commit(db, UP, T + 1);
    assertThat(isSynced(LOG)).isTrue();

    db.setWalSync(WalSync.SEGMENT);
    commit(db, UP, T + 2);
    assertThat(isSynced(LOG)).isFalse();
    assertThat(timed).isEmpty();
  }

  // --- sharing

  @Test
  void commitsThatComeDuringASyncShareTheNext() throws Exception {
    Varve db = open(WalSync.COMMIT);
    holdUpSyncs();
    var first = new Writer(db, UP, T);
    begun.acquire();
    var others = new ArrayList<Writer>();
    for (int i = 1; i <= WRITERS; i++) {
      others.add(new Writer(db, Labels.of("__name__", "m", "i", "" + i), T + i).awaitWaiting());
    }
    // Nobody is acknowledged, and everybody applied.
    assertThat(times(db)).hasSize(WRITERS + 1);
    assertThat(db.stats().walFsyncs()).isZero();

    mayEnd.release();
    assertThat(first.end()).isInstanceOf(CommitResult.class);
    begun.acquire();
    mayEnd.release();

    for (Writer other : others) {
      assertThat(other.end()).isInstanceOf(CommitResult.class);
    }
    assertThat(db.stats().walFsyncs()).isEqualTo(2);
  }

  /// It is there, but is it there to stay? Who brings it again wants to know.
  @Test
  void aDuplicateIsAcknowledgedWhenTheSampleIsDurable() throws Exception {
    Varve db = open(WalSync.COMMIT);
    holdUpSyncs();
    var first = new Writer(db, UP, T);
    begun.acquire();
    Writer again = new Writer(db, UP, T).awaitWaiting();

    mayEnd.release(2);
    first.thread.join();
    assertThat(again.end()).isInstanceOf(CommitResult.class);
    assertThat(isSynced(LOG)).isTrue();
  }

  @Test
  void theEndOfTheStoreMakesWaitingCommitsDurable() throws Exception {
    Varve db = open(WalSync.COMMIT);
    holdUpSyncs();
    var first = new Writer(db, UP, T);
    begun.acquire();
    Writer second = new Writer(db, Labels.of("__name__", "m"), T).awaitWaiting();
    mayEnd.release(100);
    db.close();

    assertThat(first.end()).isInstanceOf(CommitResult.class);
    assertThat(second.end()).isInstanceOf(CommitResult.class);
  }

  // --- failures

  /// As on Linux: the next sync would succeed without what the first one lost.
  @ParameterizedTest
  @EnumSource(names = {"COMMIT", "INTERVAL"})
  void whatAFailedSyncLostIsLoggedAgain(WalSync mode) throws IOException {
    Varve db = open(mode);
    commit(db, UP, T);
    commit(db, UP, T - 1000);
    disk.failSync(LOG);
    disk.failSync(LATE_LOG);
    commit(db, UP, T - 2000);
    timed.forEach(due -> due.task.run());

    assertThat(db.stats().writes().fsyncsFailed()).isEqualTo(2);
    assertThat(db.stats().writes().logDoubtful()).isFalse();
    requireDurable(T - 2000, T - 1000, T);
  }

  @Test
  void aCommitThatCannotBeMadeDurableIsNotAcknowledged() throws IOException {
    Varve db = open(WalSync.COMMIT);
    commit(db, UP, T);
    try (Appender app = db.appender()) {
      app.append(UP, T + 1, 1);
      failSyncs();
      assertThatThrownBy(app::commit)
          .isInstanceOf(NotDurableException.class)
          .hasMessageContaining("may not survive a loss of power");

      assertThat(db.stats().writes().logDoubtful()).isTrue();
      app.append(UP, T + 2, 1);
      assertThatThrownBy(app::commit)
          .isInstanceOfSatisfying(
              WritesSuspendedException.class,
              e ->
                  assertThat(e.reason()).isEqualTo(WritesSuspendedException.Reason.LOG_NOT_SYNCED));
    }
    assertThatThrownBy(db::appender).isInstanceOf(WritesSuspendedException.class);
    assertThat(db.stats().writes().suspended()).isEqualTo(2);
    // What was not acknowledged may stay, what was refused was not applied.
    assertThat(times(db)).containsExactly(T, T + 1);
  }

  @Test
  void takesSamplesAgainWhenTheLogIsMended() throws IOException {
    Varve db = open(WalSync.COMMIT);
    commit(db, UP, T);
    failSyncs();
    assertThatThrownBy(() -> commit(db, UP, T + 1)).isInstanceOf(NotDurableException.class);
    assertThatThrownBy(db::appender).isInstanceOf(WritesSuspendedException.class);
    disk.watch((call, path) -> {});
    clock.addAndGet(4_999);
    assertThatThrownBy(db::appender).isInstanceOf(WritesSuspendedException.class);
    clock.addAndGet(1);

    try (Appender app = db.appender()) {
      assertThat(app.append(UP, T + 1, (double) (T + 1)).outcome())
          .isEqualTo(AppendOutcome.DUPLICATE);
      app.commit();
    }
    commit(db, UP, T + 2);

    assertThat(db.stats().writes().logDoubtful()).isFalse();
    requireDurable(T, T + 1, T + 2);
  }

  @Test
  void inTheOtherModesAFailedSyncKeepsNobodyOut() throws IOException {
    Varve db = open(WalSync.INTERVAL);
    commit(db, UP, T);
    failSyncs();
    timed.removeFirst().task.run();
    commit(db, UP, T + 1);
    assertThat(db.stats().writes().logDoubtful()).isTrue();
    assertThat(timed).extracting(Due::delay).containsExactly(Duration.ofSeconds(5));

    disk.watch((call, path) -> {});
    timed.removeFirst().task.run();
    assertThat(db.stats().writes().logDoubtful()).isFalse();
    requireDurable(T, T + 1);
  }
}
