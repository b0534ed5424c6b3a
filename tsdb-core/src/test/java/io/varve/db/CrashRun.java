package io.varve.db;

import io.varve.Varve;
import io.varve.WalSync;
import io.varve.db.CrashModel.Fate;
import io.varve.fixture.SimulatedDisk;
import io.varve.fixture.SimulatedDisk.Call;
import io.varve.fixture.SimulatedDisk.Defect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Some {@link CrashWork}, with a look before each change of the disk at what a crash there would
/// leave: after the death of the process, and after losses of power. What is found is opened as a
/// store and compared with the model; now and then it crashes again while it is opened, maintained
/// or closed, and is opened once more.
///
/// Ends with the first fault found. Confined to one thread.
final class CrashRun {
  /// How closely to look.
  ///
  /// @param powerLosses different ones before each change, and the death of the process; 0 looks at
  ///   one of the two
  /// @param again of so many stores that are found one crashes again
  record Care(int powerLosses, int again) {}

  private final long seed;
  private final Care care;
  private final SplittableRandom random;
  private final CrashWork work;
  private final List<String> calls = new ArrayList<>();
  private int changes;
  private int crashes;
  private @Nullable AssertionError failure;

  CrashRun(long seed, WalSync mode, Care care, Defect... defects) throws IOException {
    this.seed = seed;
    this.care = care;
    this.random = new SplittableRandom(seed);
    var disk = new SimulatedDisk(defects);
    this.work = new CrashWork(seed, mode, disk);
    disk.watch(this::look);
  }

  /// What the work did to the disk.
  List<String> calls() {
    return calls;
  }

  /// How often the work has had blocks made one.
  long merges() {
    return work.merges();
  }

  /// How many stores were opened after a crash.
  int crashes() {
    return crashes;
  }

  /// Does all kinds of things in a fixed order.
  ///
  /// @throws AssertionError if a crash would have done harm
  void script() throws IOException {
    try {
      work.script();
    } catch (IOException | RuntimeException | Error e) {
      fail("the work fails", e);
    }
    throwFailure();
  }

  /// Does so many things at random; now and then it really crashes, and the work goes on with what
  /// is found.
  ///
  /// @throws AssertionError if a crash did harm
  void steps(int count) throws IOException {
    for (int i = 0; i < count && failure == null; i++) {
      try {
        if (random.nextInt(15) == 0) {
          crash();
        } else {
          work.step();
        }
      } catch (IOException | RuntimeException | Error e) {
        fail("step " + i + " fails", e);
      }
    }
    throwFailure();
  }

  private void crash() throws IOException {
    work.model().noteSyncs(work.disk());
    Fate fate = random.nextBoolean() ? Fate.KILLED : Fate.POWER_LOST;
    SimulatedDisk found =
        fate == Fate.KILLED ? work.disk().kill() : work.disk().crash(random.nextLong());
    calls.add(fate.toString());
    found.watch(this::look);
    work.goOnWith(found, fate);
  }

  private void throwFailure() {
    if (failure != null) {
      throw failure;
    }
  }

  private void fail(String what, Throwable cause) {
    if (failure == null) {
      failure = new AssertionError("varve.seed=" + seed + ": " + what, cause);
    }
  }

  private void look(Call call, Path path) throws IOException {
    if (!call.changes() || failure != null) {
      return;
    }
    String where = "before change " + ++changes + ", " + call + " " + path;
    calls.add(call + " " + path);
    work.model().noteSyncs(work.disk());
    // One of its own for each look, so that what happens does not depend on how closely we look.
    var random = new SplittableRandom(seed + 1_000_003L * changes);
    boolean both = care.powerLosses > 0;
    boolean killed = both || random.nextBoolean();
    if (killed) {
      lookAt(work.disk().kill(), Fate.KILLED, random.split(), "kill " + where);
    }
    for (int i = killed && !both ? 1 : 0; i < Math.max(1, care.powerLosses); i++) {
      SimulatedDisk found = work.disk().crash(random.nextLong());
      lookAt(found, Fate.POWER_LOST, random.split(), "loss of power " + where);
    }
  }

  private void lookAt(SimulatedDisk found, Fate fate, SplittableRandom random, String what) {
    boolean again = random.nextInt(care.again) == 0;
    boolean snapshot = random.nextInt(4) > 0;
    boolean maintained = again || random.nextInt(4) == 0;
    if (again) {
      found.watch((call, path) -> {
        if (call.changes() && random.nextInt(4) == 0) {
          String then = what + ", then before " + call + " " + path;
          open(found.kill(), fate, snapshot, false, "kill: " + then);
          SimulatedDisk next = found.crash(random.nextLong());
          open(next, Fate.POWER_LOST, snapshot, true, "loss of power: " + then);
        }
      });
    }
    open(found, fate, snapshot, maintained, what);
  }

  private void open(
      SimulatedDisk found, Fate fate, boolean snapshot, boolean maintained, String what) {
    if (failure != null) {
      return;
    }
    crashes++;
    try (Varve db = work.openFound(found, snapshot)) {
      work.model().check(db, fate);
      if (maintained) {
        db.maintain();
        work.model().check(db, fate);
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(what, e);
    }
  }
}
