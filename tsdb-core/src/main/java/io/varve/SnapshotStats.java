package io.varve;

/// Figures of the snapshot that a head may have been opened from.
///
/// @param used whether it was, so that little or nothing of the log was replayed
/// @param errors snapshots that were damaged or could not be read, and were not used: 0 or 1, or 2
///   if one of Prometheus was damaged, too
public record SnapshotStats(boolean used, long errors) {
  /// There was none.
  public static final SnapshotStats NONE = new SnapshotStats(false, 0);
}
