package io.varve.io;

import java.io.IOException;
import java.nio.file.Path;

/// The place that takes what is moved out of the way because it is damaged: a directory
/// `quarantine-1`, or the next free number, in the data directory, of which neither Varve nor
/// Prometheus takes notice. Files have the same path in it as they had in the data directory. It is
/// made with the first of them, and nothing in it is ever changed or deleted.
///
/// Confined to one thread.
public final class QuarantineDirectory {
  private static final String NAME = "quarantine-";

  private final Disk disk;
  private final Path dataDirectory;
  private final Path directory;

  private QuarantineDirectory(Disk disk, Path dataDirectory, Path directory) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
    this.directory = directory;
  }

  /// A new one, of which there is only the name yet.
  public static QuarantineDirectory in(Disk disk, Path dataDirectory) throws IOException {
    for (int n = 1; ; n++) {
      Path path = dataDirectory.resolve(NAME + n);
      if (disk.stat(path).isEmpty()) {
        return new QuarantineDirectory(disk, dataDirectory, path);
      }
    }
  }

  /// Where a file or directory of the data directory goes.
  public Path target(Path path) {
    return directory.resolve(dataDirectory.relativize(path));
  }

  /// Moves a file or directory of the data directory. The move is durable when this returns.
  ///
  /// @return where it is now
  public Path move(Path path) throws IOException {
    Path target = target(path);
    disk.createDurableDirectories(target.resolveSibling(""));
    disk.rename(path, target);
    disk.syncDirectory(target.resolveSibling(""));
    disk.syncDirectory(path.resolveSibling(""));
    return target;
  }

  /// Keeps a file of the data directory as it is now, whatever takes its place there. Durable when
  /// this returns.
  ///
  /// @return its other name
  public Path keep(Path file) throws IOException {
    Path target = target(file);
    disk.createDurableDirectories(target.resolveSibling(""));
    disk.link(file, target);
    disk.syncDirectory(target.resolveSibling(""));
    return target;
  }
}
