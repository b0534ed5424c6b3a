package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Varve;
import io.varve.WalSync;
import io.varve.db.CrashModel.Fate;
import io.varve.db.CrashRun.Care;
import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import io.varve.fixture.SimulatedDisk.Defect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Crashes a store that does all it can do, in a fixed order, before every change of the disk; see
/// `docs/durability.md`.
@Tag("crash")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class CrashScriptTest {
  private static final long SEED = 1;

  @ParameterizedTest
  @EnumSource
  void nothingIsLostWhereverItCrashes(WalSync mode) throws IOException {
    var run = new CrashRun(SEED, mode, new Care(1, 80));

    run.script();

    List<String> calls = run.calls();
    assertThat(calls)
        .as("full chunks")
        .anyMatch(call -> call.startsWith("WRITE /data/chunks_head"));
    assertThat(calls).as("a log of samples out of order").contains("CREATE /data/wbl/00000000");
    assertThat(calls).as("it is cut").contains("DELETE /data/wbl/00000000");
    assertThat(calls).as("blocks").anyMatch(call -> call.matches("CREATE /data/.{26}[.].*/index"));
    assertThat(calls).as("checkpoints").anyMatch(call -> call.startsWith("RENAME /data/wal/chec"));
    assertThat(calls).as("snapshots").contains("RENAME /data/varve-head-snapshot.tmp");
    assertThat(calls).as("retention").anyMatch(call -> call.matches("RENAME /data/[0-9A-Z]{26}"));
    assertThat(run.merges()).as("blocks made one").isGreaterThan(2);
    System.out.println(
        "CrashScriptTest mode=%s changes=%d crashes=%d"
            .formatted(mode, calls.size(), run.crashes()));
  }

  /// Whoever made the directory died before its name was durable.
  @Test
  void anUnfinishedDirectoryIsMadeToStay() throws IOException {
    var disk = new SimulatedDisk();
    var found = new ArrayList<SimulatedDisk>();
    disk.watch((call, path) -> {
      if (call == Call.SYNC_DIRECTORY && found.isEmpty()) {
        found.add(disk.kill());
      }
    });
    var first = new CrashWork(SEED, WalSync.SEGMENT, disk);
    first.close();
    assertThat(found.getFirst().list(CrashWork.DATA)).isEmpty();

    var second = new CrashWork(SEED, WalSync.SEGMENT, found.getFirst());
    second.append();
    second.close();
    second.model().noteSyncs(second.disk());

    for (int seed = 0; seed < 20; seed++) {
      try (Varve db = second.openFound(second.disk().crash(seed), true)) {
        assertThat(second.model().check(db, Fate.POWER_LOST).samples()).isNotEmpty();
      }
    }
  }

  /// A disk that does not do what it says.
  @ParameterizedTest
  @EnumSource
  void findsOutABrokenDisk(Defect defect) throws IOException {
    var run = new CrashRun(SEED, WalSync.COMMIT, new Care(2, 1_000), defect);

    assertThatThrownBy(run::script)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("varve.seed=1: ");
  }
}
