package io.varve.wal;

import io.varve.io.Disk;
import io.varve.io.FileStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The snapshots of the head's open chunks in a data directory. Static and stateless.
public final class ChunkSnapshots {
  private static final Comparator<WalPosition> ORDER =
      Comparator.comparingInt(WalPosition::segment).thenComparingLong(WalPosition::offset);

  private ChunkSnapshots() {}

  /// The newest one. One that is ahead of the log is of no use: its owner deletes it.
  public static Optional<ChunkSnapshotRef> latest(Disk disk, Path dataDirectory)
      throws IOException {
    return list(disk, dataDirectory).stream()
        .max(Comparator.comparing(ChunkSnapshotRef::position, ORDER));
  }

  private static List<ChunkSnapshotRef> list(Disk disk, Path dataDirectory) throws IOException {
    var snapshots = new ArrayList<ChunkSnapshotRef>();
    for (String name : disk.list(dataDirectory)) {
      WalPosition position = ChunkSnapshotFormat.parse(name);
      Path path = dataDirectory.resolve(name);
      if (position != null && disk.stat(path).filter(FileStat::directory).isPresent()) {
        snapshots.add(new ChunkSnapshotRef(path, position));
      }
    }
    return snapshots;
  }

  /// Deletes the snapshots of earlier positions, and what is left of those that were not finished.
  public static void deleteBelow(Disk disk, Path dataDirectory, WalPosition position)
      throws IOException {
    for (ChunkSnapshotRef snapshot : list(disk, dataDirectory)) {
      if (ORDER.compare(snapshot.position(), position) < 0) {
        delete(disk, snapshot);
      }
    }
    deleteTemporary(disk, dataDirectory);
    disk.syncDirectory(dataDirectory);
  }

  /// Deletes all snapshots, and what is left of those that were not finished.
  public static void deleteAll(Disk disk, Path dataDirectory) throws IOException {
    for (ChunkSnapshotRef snapshot : list(disk, dataDirectory)) {
      delete(disk, snapshot);
    }
    deleteTemporary(disk, dataDirectory);
    disk.syncDirectory(dataDirectory);
  }

  /// Under the name of one that was not finished: a directory of which some files are gone already
  /// would be taken for a snapshot of little.
  private static void delete(Disk disk, ChunkSnapshotRef snapshot) throws IOException {
    Path directory = snapshot.directory();
    String name = directory.getFileName() + ChunkSnapshotFormat.TEMPORARY_SUFFIX;
    Path doomed = directory.resolveSibling(name);
    disk.deleteRecursively(doomed);
    disk.rename(directory, doomed);
    disk.deleteRecursively(doomed);
  }

  private static void deleteTemporary(Disk disk, Path dataDirectory) throws IOException {
    for (String name : disk.list(dataDirectory)) {
      if (name.startsWith(ChunkSnapshotFormat.PREFIX)
          && name.endsWith(ChunkSnapshotFormat.TEMPORARY_SUFFIX)) {
        disk.deleteRecursively(dataDirectory.resolve(name));
      }
    }
  }
}
