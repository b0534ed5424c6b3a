package io.varve.db;

import io.varve.WalSync;
import io.varve.db.CrashRun.Care;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Crashes a store that does random work before every change of the disk, see `docs/durability.md`.
/// `-Dvarve.crash.runs` says how many works there are to be, `-Dvarve.seed` with which seed they
/// begin. Each syncs its log in another mode than the one before.
@Tag("crash")
final class CrashAtEveryCallTest {
  private static final long SEED = Long.getLong("varve.seed", 1);
  private static final int RUNS = Integer.getInteger("varve.crash.runs", 3);
  private static final int STEPS = 60;

  @Test
  @Timeout(value = 100, unit = TimeUnit.DAYS)
  void nothingIsLostWhereverItCrashes() throws IOException {
    for (long seed = SEED; seed < SEED + RUNS; seed++) {
      WalSync mode = CrashWork.mode(seed);
      var run = new CrashRun(seed, mode, new Care(0, 80));
      long start = System.nanoTime();
      run.steps(STEPS);
      System.out.println(
          "CrashAtEveryCallTest varve.seed=%d mode=%s changes=%d crashes=%d millis=%d"
              .formatted(
                  seed,
                  mode,
                  run.calls().size(),
                  run.crashes(),
                  (System.nanoTime() - start) / 1_000_000));
    }
  }
}
