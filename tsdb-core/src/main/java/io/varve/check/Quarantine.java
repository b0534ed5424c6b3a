package io.varve.check;

import io.varve.check.RepairAction.Kind;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The place that takes what a repair moves out of the way: a directory `quarantine-1`, or the next
/// free number, in the data directory, of which neither Varve nor Prometheus takes notice. Files
/// have the same path in it as they had in the data directory. Nothing is ever deleted.
///
/// Through this a repair tells what it does; a rehearsal goes through it too, and changes nothing.
/// Confined to one thread.
final class Quarantine {
  private static final String NAME = "quarantine-";

  private final DataDirectory data;
  private final boolean rehearsal;
  private final RepairListener listener;
  private final Path directory;

  Quarantine(DataDirectory data, boolean rehearsal, RepairListener listener) throws IOException {
    this.data = data;
    this.rehearsal = rehearsal;
    this.listener = listener;
    this.directory = free(data);
  }

  private static Path free(DataDirectory data) throws IOException {
    for (int n = 1; ; n++) {
      Path path = data.path().resolve(NAME + n);
      if (data.disk().stat(path).isEmpty()) {
        return path;
      }
    }
  }

  /// Whether nothing must be changed.
  boolean rehearsal() {
    return rehearsal;
  }

  /// Moves a file or directory of the data directory. The move is durable when this returns.
  void move(Path path, String why) throws IOException {
    Path target = directory.resolve(data.path().relativize(path));
    if (!rehearsal) {
      Disk disk = data.disk();
      createDirectories(target.resolveSibling(""));
      disk.rename(path, target);
      disk.syncDirectory(target.resolveSibling(""));
      disk.syncDirectory(path.resolveSibling(""));
    }
    listener.action(new RepairAction(Kind.MOVED, path, Optional.of(target), why));
  }

  private void createDirectories(Path path) throws IOException {
    data.disk().createDirectories(path);
    for (Path made = path; !made.equals(data.path()); ) {
      made = made.resolveSibling("");
      data.disk().syncDirectory(made);
    }
  }

  /// Tells of something else than a move.
  void tell(Kind kind, Path path, String why) {
    listener.action(new RepairAction(kind, path, Optional.empty(), why));
  }

  /// Tells that something was moved elsewhere.
  void tell(Kind kind, Path path, Path target, String why) {
    listener.action(new RepairAction(kind, path, Optional.of(target), why));
  }
}
