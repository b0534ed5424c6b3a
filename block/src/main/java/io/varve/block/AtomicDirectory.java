package io.varve.block;

import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/// A directory that appears under its name only when all of it is safely on disk. Until then it has
/// a name that {@link BlockDirectory#removeLeftovers} knows. Confined to one thread.
final class AtomicDirectory implements AutoCloseable {
  /// Ending of the name while the directory is being filled.
  static final String SUFFIX = ".tmp-for-creation";

  private final Disk disk;
  private final Path target;
  private final Path temporary;
  private boolean renamed;
  private boolean published;

  private AtomicDirectory(Disk disk, Path target) {
    this.disk = disk;
    this.target = target;
    this.temporary = target.resolveSibling(target.getFileName() + SUFFIX);
  }

  /// Starts a directory that will be called {@code target}.
  static AtomicDirectory create(Disk disk, Path target) throws IOException {
    var directory = new AtomicDirectory(disk, target);
    disk.deleteRecursively(directory.temporary);
    disk.createDirectories(directory.temporary);
    return directory;
  }

  /// Where to put the files for now.
  Path path() {
    return temporary;
  }

  /// Gives the directory its name. All files in it, and directories below it, have been synced.
  void publish() throws IOException {
    disk.syncDirectory(temporary);
    disk.rename(temporary, target);
    renamed = true;
    Path parent = target.toAbsolutePath().getParent();
    if (parent != null) {
      disk.syncDirectory(parent);
    }
    published = true;
  }

  /// Removes the directory unless it was published; also if only the last step of that failed,
  /// since the caller was told that there is no such directory.
  @Override
  public void close() throws IOException {
    if (!published) {
      if (renamed) {
        disk.rename(target, temporary);
        renamed = false;
      }
      disk.deleteRecursively(temporary);
    }
  }
}
