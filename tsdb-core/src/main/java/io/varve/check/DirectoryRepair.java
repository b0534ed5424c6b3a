package io.varve.check;

import io.varve.block.UlidFactory;
import io.varve.head.HeadChunkVerifier;
import io.varve.head.HeadSnapshotVerifier;
import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.wal.ChunkSnapshotRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Mends what can be mended in a data directory and moves the rest to where no server looks, so
/// that what is left opens. Deletes nothing: what is moved goes into a new directory `quarantine-N`
/// in the data directory.
///
/// May be interrupted at any point and run again. Static and stateless.
public final class DirectoryRepair {
  private DirectoryRepair() {}

  /// How to repair.
  ///
  /// @param rehearsal change nothing and take no lock, only tell what would be done
  /// @param dropTombstones keep blocks whose tombstones are damaged, without them: deleted samples
  ///   are back then. Otherwise such blocks are moved.
  public record Options(boolean rehearsal, boolean dropTombstones) {}

  /// Repairs a data directory that no server has open.
  ///
  /// @param ulids names new blocks
  /// @param listener told of each thing, after it was done
  /// @throws io.varve.io.DirectoryInUseException if a server has it open
  /// @throws IOException if it is no data directory, or cannot be read or written
  public static void repair(
      Disk disk, Path directory, Options options, UlidFactory ulids, RepairListener listener)
      throws IOException {
    var data = DataDirectory.at(disk, directory);
    if (options.rehearsal) {
      repair(data, options, ulids, listener);
      return;
    }
    try (DirectoryLock _ = disk.lock(directory.resolve("lock"))) {
      repair(data, options, ulids, listener);
    }
  }

  private static void repair(
      DataDirectory data, Options options, UlidFactory ulids, RepairListener listener)
      throws IOException {
    var quarantine = new Quarantine(data, options.rehearsal, listener);
    for (Path leftover : Leftovers.in(data)) {
      quarantine.move(leftover, "left by unfinished work");
    }
    int blocks = data.blocks().size();
    int parts = blocks + 4;
    new BlockMending(data, ulids, quarantine, options.dropTombstones)
        .run(mended -> listener.progress(mended, parts));
    new LogMending(data, quarantine).run();
    listener.progress(blocks + 1, parts);
    snapshots(data, quarantine);
    listener.progress(blocks + 2, parts);
    headSnapshot(data, quarantine);
    listener.progress(blocks + 3, parts);
    headChunks(data, quarantine);
    listener.progress(parts, parts);
  }

  private static void snapshots(DataDirectory data, Quarantine quarantine) throws IOException {
    for (ChunkSnapshotRef snapshot : data.snapshots()) {
      Optional<Finding> damage = SnapshotCheck.damage(data.disk(), snapshot);
      if (damage.isPresent()) {
        String why = damage.get().what() + "; the log has all of it";
        quarantine.move(snapshot.directory(), why);
      }
    }
  }

  private static void headSnapshot(DataDirectory data, Quarantine quarantine) throws IOException {
    Optional<Path> snapshot = data.headSnapshot();
    if (snapshot.isPresent()) {
      Optional<Finding> damage = HeadSnapshotVerifier.verify(data.disk(), snapshot.get());
      if (damage.isPresent()) {
        quarantine.move(snapshot.get(), damage.get().what() + "; the log has all of it");
      }
    }
  }

  /// Moves the first damaged file of the head's chunks and all after it: a series must not have a
  /// gap before chunks that are there, for the log would not fill it.
  private static void headChunks(DataDirectory data, Quarantine quarantine) throws IOException {
    var findings = new ArrayList<Finding>();
    HeadChunkVerifier.verify(
        data.disk(), data.headChunks(), series -> true, findings::add, note -> {});
    Optional<Finding> first = findings.stream().min(Comparator.comparing(Finding::file));
    if (first.isEmpty()) {
      return;
    }
    Path bad = first.get().file();
    List<String> names = Verification.names(data.disk(), data.headChunks());
    for (String name : names) {
      Path file = data.headChunks().resolve(name);
      if (name.matches("[0-9]{6}") && file.compareTo(bad) >= 0) {
        String why = file.equals(bad) ? first.get().what() : "follows a damaged one";
        quarantine.move(file, why + "; the log makes it anew");
      }
    }
  }
}
