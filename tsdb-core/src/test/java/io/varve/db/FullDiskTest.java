package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.SimulatedDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The space of the disk runs out before one of its changes, whichever, see `docs/durability.md`.
/// Meanwhile the store may refuse what it is asked for, but it does nothing by halves; then there
/// is space again, and it goes on; at the end the process dies, or the power is lost.
/// `-Dvarve.crash.runs` says for how many works, `-Dvarve.seed` with which seed they begin.
@Tag("crash")
@Timeout(value = 100, unit = TimeUnit.DAYS)
final class FullDiskTest {
  private static final long SEED = Long.getLong("varve.seed", 1);
  private static final int RUNS = Integer.getInteger("varve.crash.runs", 3);
  private static final int STEPS = 25;

  /// Of so many changes it runs out before one; in the next work it is another.
  private static final int STRIDE = 12;

  private static final long MUCH = 1L << 40;

  private int failures;

  @Test
  void nothingIsLostOrDoneByHalvesWheneverSpaceRunsOut() throws IOException {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      int changes = changes(seed);
      for (int at = Math.floorMod(seed, STRIDE); at < changes; at += STRIDE) {
        run(seed, at);
      }
      System.out.println(
          "FullDiskTest varve.seed=%d mode=%s changes=%d failures=%d"
              .formatted(seed, CrashWork.mode(seed), changes, failures));
    }
    assertThat(failures).as("calls that failed").isPositive();
  }

  /// How many there are without a fault.
  private static int changes(long seed) throws IOException {
    int[] count = {0};
    var disk = new SimulatedDisk();
    var work = new CrashWork(seed, CrashWork.mode(seed), disk);
    work.expectFailures();
    disk.watch((call, path) -> count[0] += call.changes() ? 1 : 0);
    for (int i = 0; i < STEPS; i++) {
      work.step();
    }
    return count[0];
  }

  private void run(long seed, int at) throws IOException {
    var random = new SplittableRandom(seed * 1_000_003L + at);
    var disk = new SimulatedDisk();
    var work = new CrashWork(seed, CrashWork.mode(seed), disk);
    work.expectFailures();
    int[] count = {0};
    boolean[] full = {false};
    disk.watch((call, path) -> {
      if (call.changes() && count[0]++ == at) {
        fill(disk, random.nextInt(3) * random.nextLong(2000));
        full[0] = true;
      }
    });
    try {
      int left = 1 + random.nextInt(8);
      for (int i = 0; i < STEPS; i++) {
        step(work, full);
        if (full[0] && --left <= 0) {
          disk.limitSpace(Long.MAX_VALUE);
          full[0] = false;
        }
      }
      disk.watch((call, path) -> {});
      disk.limitSpace(Long.MAX_VALUE);
      finish(work, random.nextLong());
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("varve.seed=" + seed + ": space runs out before change " + at, e);
    }
  }

  /// Leaves so many bytes.
  private static void fill(SimulatedDisk disk, long left) throws IOException {
    disk.limitSpace(MUCH);
    disk.limitSpace(MUCH - disk.usableSpace(CrashWork.DATA) + left);
  }

  private void step(CrashWork work, boolean[] full) throws IOException {
    IOException fault = failure(work);
    if (fault != null) {
      failures++;
      assertThat(full[0]).as("space was there: %s", fault).isTrue();
      assertThat(fault).rootCause().hasMessageContaining("No space left on device");
    }
  }

  private static @Nullable IOException failure(CrashWork work) {
    try {
      work.step();
      return null;
    } catch (UncheckedIOException e) {
      return new IOException(e.getCause());
    } catch (IOException e) {
      return new IOException(e);
    }
  }

  /// It takes samples again, and all that it must have is there, and once more after its end.
  private static void finish(CrashWork work, long crash) throws IOException {
    work.goOn();
    work.append();
    work.maintain();
    work.check(CrashModel.Fate.KILLED);
    work.checkFound(work.disk().kill(), CrashModel.Fate.KILLED);
    work.model().noteSyncs(work.disk());
    work.checkFound(work.disk().crash(crash), CrashModel.Fate.POWER_LOST);
    work.restart(true);
    work.check(CrashModel.Fate.KILLED);
    work.close();
  }
}
