package io.varve.check;

import java.nio.file.Path;
import java.util.Optional;

/// One thing that a repair did, or would do.
///
/// @param path what it was done to
/// @param target where it was moved to, if it was and that is known beforehand
/// @param why one clause for a message
public record RepairAction(Kind kind, Path path, Optional<Path> target, String why) {
  /// What can be done.
  public enum Kind {
    /// It was mended in place, and has all it had.
    MENDED,

    /// A new block was written of what can be read of a damaged one, which is then moved.
    SALVAGED,

    /// It was moved, as it was found, to where no server looks.
    MOVED,

    /// It has what can be read of it; as it was found, it is where no server looks.
    REWRITTEN,

    /// It has another name, by which it will be read.
    RENAMED,

    /// Nothing can be done about it.
    LEFT
  }
}
