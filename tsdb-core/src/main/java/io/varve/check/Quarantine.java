package io.varve.check;

import io.varve.check.RepairAction.Kind;
import io.varve.io.QuarantineDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Through this a repair moves things out of the way, and tells what it does; a rehearsal goes
/// through it too, and changes nothing. Confined to one thread.
final class Quarantine {
  private final QuarantineDirectory place;
  private final boolean rehearsal;
  private final RepairListener listener;

  Quarantine(DataDirectory data, boolean rehearsal, RepairListener listener) throws IOException {
    this.place = QuarantineDirectory.in(data.disk(), data.path());
    this.rehearsal = rehearsal;
    this.listener = listener;
  }

  /// Where things go.
  QuarantineDirectory place() {
    return place;
  }

  /// Whether nothing must be changed.
  boolean rehearsal() {
    return rehearsal;
  }

  /// Moves a file or directory of the data directory. The move is durable when this returns.
  void move(Path path, String why) throws IOException {
    Path target = rehearsal ? place.target(path) : place.move(path);
    listener.action(new RepairAction(Kind.MOVED, path, Optional.of(target), why));
  }

  /// Tells of something else than a move.
  void tell(Kind kind, Path path, String why) {
    listener.action(new RepairAction(kind, path, Optional.empty(), why));
  }

  /// Tells of something that has to do with another path.
  void tell(Kind kind, Path path, Path target, String why) {
    listener.action(new RepairAction(kind, path, Optional.of(target), why));
  }
}
