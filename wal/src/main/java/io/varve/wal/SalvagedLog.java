package io.varve.wal;

import io.varve.io.Finding;
import java.nio.file.Path;
import java.util.List;

/// What {@link WalSalvage} found and did, in this order.
///
/// @param damages what could not be read and is lost
/// @param reused whether references were given to more than one series, so that records behind
///   damage may be left out, see {@link RefMeanings}
public record SalvagedLog(List<Change> changes, List<Finding> damages, boolean reused) {
  /// What was done to a segment or checkpoint.
  public enum Kind {
    /// It was not needed and is in the quarantine.
    MOVED,
    /// It has only what could be read; the original is in the quarantine.
    REWRITTEN,
    /// It has another name.
    RENUMBERED
  }

  /// One thing that was done.
  ///
  /// @param target where it is, or the original
  /// @param why one clause for a message
  public record Change(Kind kind, Path path, Path target, String why) {}

  /// Whether the log was well.
  public boolean isSound() {
    return changes.isEmpty() && damages.isEmpty();
  }

  /// Bytes that could not be read.
  public long lostBytes() {
    return damages.stream().mapToLong(Finding::length).sum();
  }
}
