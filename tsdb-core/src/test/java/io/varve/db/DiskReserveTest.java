package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.WritesSuspendedException;
import io.varve.WritesSuspendedException.Reason;
import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of writes while the disk has less space left than is kept for cutting blocks.
final class DiskReserveTest {
  private static final Path DATA = Path.of("/data");
  private static final Labels UP = Labels.of("__name__", "up");
  private static final long RANGE = 60_000;
  private static final long T = 1_600_000_000_000L / RANGE * RANGE;
  private static final long RESERVE = 800_000;
  private static final long STEP = RESERVE / 8;
  private static final long MUCH = 1L << 40;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicLong clock = new AtomicLong(T);
  private final AtomicInteger measured = new AtomicInteger();
  private Varve db;
  private long now = T;

  @BeforeEach
  void open() throws IOException {
    db =
        Varve.open(
            DATA,
            VarveOptions.defaults()
                .withDisk(disk)
                .withClock(clock::get)
                .withMaintenance(false)
                .withWalSegmentBytes(32 << 10)
                .withBlockRange(Duration.ofMillis(RANGE))
                .withBackground(Runnable::run)
                .withDiskReserve(RESERVE));
    disk.watch((call, path) -> {
      if (call == Call.USABLE_SPACE) {
        measured.incrementAndGet();
      }
    });
  }

  @AfterEach
  void close() throws IOException {
    disk.limitSpace(Long.MAX_VALUE);
    db.close();
  }

  /// Has the disk have so much left.
  private void leave(long free) throws IOException {
    disk.limitSpace(MUCH);
    long used = MUCH - disk.usableSpace(DATA);
    disk.limitSpace(used + free);
    measured.set(0);
  }

  private void commit(int samples) {
    try (Appender app = db.appender()) {
      for (int i = 0; i < samples; i++) {
        app.append(Labels.of("__name__", "m", "i", "" + i), now, i);
      }
      app.append(UP, now++, 1);
      assertThat(app.commit().rejections()).isEmpty();
    }
  }

  private void requireSuspended() {
    assertThatThrownBy(() -> db.appender())
        .isInstanceOfSatisfying(
            WritesSuspendedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.DISK_RESERVE));
  }

  private int samples() {
    return CrashModel.read(db).samples().values().stream().mapToInt(own -> own.size()).sum();
  }

  @Test
  void keepsSamplesOutWhileThereIsLessAndReadsGoOn() throws IOException {
    commit(0);
    leave(RESERVE - 1);
    clock.addAndGet(1000);

    requireSuspended();
    assertThat(samples()).isEqualTo(1);
    assertThat(db.stats().writes().diskReserveTouched()).isTrue();
    assertThat(db.stats().writes().diskFree()).isEqualTo(RESERVE - 1);
    assertThat(db.stats().writes().suspended()).isEqualTo(1);

    leave(RESERVE + STEP);
    requireSuspended();
    clock.addAndGet(1000);
    commit(0);
    assertThat(db.stats().writes().diskReserveTouched()).isFalse();
    assertThat(samples()).isEqualTo(2);
  }

  /// An appender that was there before.
  @Test
  void refusesACommitAsAWhole() throws IOException {
    try (Appender app = db.appender()) {
      app.append(UP, T, 1);
      leave(RESERVE - 1);
      clock.addAndGet(1000);

      assertThatThrownBy(app::commit).isInstanceOf(WritesSuspendedException.class);
    }
    assertThat(samples()).isZero();
  }

  @Test
  void doesNotGoToAndFro() throws IOException {
    leave(RESERVE - 1);
    clock.addAndGet(1000);
    requireSuspended();
    leave(RESERVE + STEP - 1);
    clock.addAndGet(1000);
    requireSuspended();
    leave(RESERVE + STEP);
    clock.addAndGet(1000);
    commit(0);
    leave(RESERVE);
    clock.addAndGet(1000);
    commit(0);
  }

  @Test
  void measuresOnceASecondAndForSoMuchLogged() throws IOException {
    leave(MUCH / 2);
    clock.addAndGet(1000);
    for (int i = 0; i < 50; i++) {
      commit(0);
    }
    assertThat(measured).hasValue(1);
    clock.addAndGet(-1000);
    commit(0);
    assertThat(measured).hasValue(2);

    long before = db.stats().walBytes();
    while (db.stats().walBytes() - before < STEP + 20_000) {
      commit(500);
    }
    assertThat(measured).hasValue(3);
  }

  @Test
  void measuresAtOnceWhenTheLogCannotBeWritten() throws IOException {
    commit(0);
    leave(10);
    assertThatThrownBy(() -> commit(10)).isInstanceOf(UncheckedIOException.class);

    requireSuspended();
    assertThat(samples()).isEqualTo(1);
  }

  /// What is cut off the head is deleted from the log, and the reserve is there for it.
  @Test
  void maintenanceUsesTheReserveToMakeRoom() throws IOException {
    for (int i = 0; i < 4; i++) {
      for (int n = 0; n < 60; n++) {
        commit(500);
        now += RANGE / 60;
      }
    }
    leave(RESERVE - STEP);
    clock.addAndGet(1000);
    requireSuspended();
    int before = samples();
    for (int i = 0; i < 4; i++) {
      db.maintain();
    }

    assertThat(db.blocks()).isNotEmpty();
    assertThat(samples()).isEqualTo(before);
    clock.addAndGet(1000);
    commit(0);
  }

  @Test
  void noneIsKeptIfNoneIsWanted() throws IOException {
    leave(RESERVE - 1);
    clock.addAndGet(1000);
    requireSuspended();
    db.setDiskReserve(0);
    measured.set(0);
    commit(0);
    leave(100_000);
    clock.addAndGet(1000);
    commit(0);
    assertThat(measured.get()).isLessThanOrEqualTo(1);

    db.setDiskReserve(200_000);
    requireSuspended();
    assertThatThrownBy(() -> db.setDiskReserve(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
