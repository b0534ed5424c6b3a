package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.WalSync;
import io.varve.db.CrashModel.Found;
import io.varve.fixture.Property;
import io.varve.fixture.SimulatedDisk;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A bit of a store flips while nobody has it open. What may be lost is what the rotten bytes held,
/// see {@link RottenBytes}, and nothing appears that was not there; the store opens without a
/// person. `-Dvarve.rot.flips` says how many bits of each store, `-Dvarve.seed` names the first
/// store.
@Tag("crash")
@Timeout(value = 100, unit = TimeUnit.DAYS)
final class BitRotTest {
  private static final int STORES = 4;
  private static final int FLIPS = Integer.getInteger("varve.rot.flips", 20);
  private static final int STEPS = 80;

  @Test
  void losesWhatTheRottenBytesHeldAndNothingElse() {
    Property.forAll(STORES, BitRotTest::rot);
  }

  private static void rot(RandomGenerator random) throws IOException {
    var work = new CrashWork(random.nextLong(), WalSync.SEGMENT, new SimulatedDisk());
    for (int i = 0; i < STEPS; i++) {
      work.step();
    }
    Found before;
    Found maintained;
    try (Varve db = work.openFound(work.disk().kill(), true)) {
      before = CrashModel.read(db);
      db.maintain();
      maintained = CrashModel.read(db);
    }
    List<Path> files = files(work.disk(), CrashWork.DATA);
    for (int i = 0; i < FLIPS; i++) {
      Path file = files.get(random.nextInt(files.size()));
      long size = work.disk().stat(file).orElseThrow().size();
      if (size == 0) {
        continue;
      }
      long bit = random.nextLong(Byte.SIZE * size);
      var rotten = new RottenBytes(work.disk().kill(), file, bit / Byte.SIZE);
      SimulatedDisk found = work.disk().kill();
      found.flip(file, bit);
      try {
        check(work, found, random.nextBoolean(), before, maintained, rotten);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("bit " + bit % Byte.SIZE + " of " + rotten, e);
      }
    }
  }

  private static List<Path> files(Disk disk, Path directory) throws IOException {
    var files = new ArrayList<Path>();
    for (String name : disk.list(directory)) {
      Path path = directory.resolve(name);
      if (disk.stat(path).orElseThrow().directory()) {
        files.addAll(files(disk, path));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  private static void check(
      CrashWork work,
      SimulatedDisk disk,
      boolean snapshot,
      Found before,
      Found maintained,
      RottenBytes rotten)
      throws IOException {
    Found found;
    try (Varve db = work.openFound(disk, snapshot)) {
      found = read(db);
    }
    compare(found, before, maintained, rotten);
    try (Varve db = work.openFound(disk, snapshot)) {
      assertThat(db.stats().walCorruptions()).as("damage in a salvaged log").isZero();
      compare(read(db), before, maintained, rotten);
    }
  }

  /// Damage in a block shows when it is read, and maintenance sets it right.
  private static Found read(Varve db) throws IOException {
    try {
      return CrashModel.read(db);
    } catch (CorruptionException e) {
      db.maintain();
      return CrashModel.read(db);
    }
  }

  private static void compare(Found found, Found before, Found maintained, RottenBytes rotten) {
    found
        .samples()
        .forEach((labels, samples) -> {
          Map<Long, Content> known = before.samples().getOrDefault(labels, new TreeMap<>());
          samples.forEach(
              (t, sample) -> assertThat(sample).as("%s at %d", labels, t).isEqualTo(known.get(t)));
        });
    var lost = new TreeMap<Labels, TreeMap<Long, Content>>();
    maintained
        .samples()
        .forEach((labels, samples) -> {
          var missing = new TreeMap<>(samples);
          missing
              .keySet()
              .removeAll(found.samples().getOrDefault(labels, new TreeMap<>()).keySet());
          if (!missing.isEmpty()) {
            lost.put(labels, missing);
          }
        });
    lost.forEach((labels, samples) ->
        samples
            .keySet()
            .forEach(t ->
                assertThat(rotten.mayHaveHeld(labels, t))
                    .as("%s at %d is lost", labels, t)
                    .isTrue()));
    assertThat(lost.size()).isLessThanOrEqualTo(rotten.mostSeries());
  }
}
