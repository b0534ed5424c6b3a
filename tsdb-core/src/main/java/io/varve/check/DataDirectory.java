package io.varve.check;

import io.varve.block.Ulid;
import io.varve.head.HeadSnapshotVerifier;
import io.varve.io.Disk;
import io.varve.io.FileStat;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.WalPosition;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names of what is in a data directory.
record DataDirectory(Disk disk, Path path) {
  private static final Pattern NUMBER = Pattern.compile("0*([0-9]{1,9})");
  private static final Pattern SNAPSHOT =
      Pattern.compile("chunk_snapshot\\.0*([0-9]{1,9})\\.0*([0-9]{1,18})");
  private static final String CHECKPOINT = "checkpoint.";

  /// @throws IOException if the path is not that of a data directory
  static DataDirectory at(Disk disk, Path path) throws IOException {
    var data = new DataDirectory(disk, path);
    if (!isDirectory(disk, path) && disk.stat(path).isPresent()) {
      throw new NotDirectoryException(path.toString());
    }
    if (disk.list(path).stream().noneMatch(DataDirectory::isPart)) {
      throw new FileSystemException(
          path.toString(), null, "no data directory, has neither blocks nor a log");
    }
    return data;
  }

  private static boolean isPart(String name) {
    return Ulid.parse(name).isPresent()
        || SNAPSHOT.matcher(name).matches()
        || List.of("wal", "wbl", "chunks_head").contains(name);
  }

  Path wal() {
    return path.resolve("wal");
  }

  /// The log of out-of-order samples.
  Path wbl() {
    return path.resolve("wbl");
  }

  Path headChunks() {
    return path.resolve("chunks_head");
  }

  /// Varve's own snapshot of the head, if there is one.
  Optional<Path> headSnapshot() throws IOException {
    Path file = path.resolve(HeadSnapshotVerifier.FILE_NAME);
    return disk.stat(file).map(stat -> file);
  }

  List<Path> blocks() throws IOException {
    var blocks = new ArrayList<Path>();
    for (String name : disk.list(path)) {
      if (Ulid.parse(name).isPresent() && isDirectory(disk, path.resolve(name))) {
        blocks.add(path.resolve(name));
      }
    }
    return blocks;
  }

  /// Snapshots of the head's open chunks, oldest first.
  List<ChunkSnapshotRef> snapshots() throws IOException {
    var snapshots = new ArrayList<ChunkSnapshotRef>();
    for (String name : disk.list(path)) {
      Matcher parts = SNAPSHOT.matcher(name);
      if (parts.matches() && isDirectory(disk, path.resolve(name))) {
        int segment = Integer.parseInt(parts.group(1));
        var position = new WalPosition(segment, Long.parseLong(parts.group(2)));
        snapshots.add(new ChunkSnapshotRef(path.resolve(name), position));
      }
    }
    snapshots.sort(
        Comparator.comparing(
            ChunkSnapshotRef::position,
            Comparator.comparingInt(WalPosition::segment).thenComparingLong(WalPosition::offset)));
    return snapshots;
  }

  /// A file or directory of a log that is named after a number.
  record Numbered(int number, Path path) {}

  /// The segments in the directory of a log or a checkpoint, none if there is no such directory.
  static List<Numbered> segments(Disk disk, Path log) throws IOException {
    return numbered(disk, log, "");
  }

  /// The checkpoints of a log, oldest first.
  static List<Numbered> checkpoints(Disk disk, Path log) throws IOException {
    List<Numbered> checkpoints = numbered(disk, log, CHECKPOINT);
    var directories = new ArrayList<Numbered>();
    for (Numbered checkpoint : checkpoints) {
      if (isDirectory(disk, checkpoint.path)) {
        directories.add(checkpoint);
      }
    }
    return directories;
  }

  private static List<Numbered> numbered(Disk disk, Path log, String prefix) throws IOException {
    var found = new ArrayList<Numbered>();
    for (String name : Verification.names(disk, log)) {
      OptionalInt number = number(name, prefix);
      if (number.isPresent()) {
        found.add(new Numbered(number.getAsInt(), log.resolve(name)));
      }
    }
    found.sort(Comparator.comparingInt(Numbered::number));
    return found;
  }

  private static OptionalInt number(String name, String prefix) {
    if (!name.startsWith(prefix)) {
      return OptionalInt.empty();
    }
    Matcher digits = NUMBER.matcher(name.substring(prefix.length()));
    return digits.matches()
        ? OptionalInt.of(Integer.parseInt(digits.group(1)))
        : OptionalInt.empty();
  }

  static boolean isDirectory(Disk disk, Path path) throws IOException {
    return disk.stat(path).filter(FileStat::directory).isPresent();
  }
}
