package io.varve.check;

/// Takes what {@link DirectoryRepair} tells, as it goes. Called by the thread that repairs.
@FunctionalInterface
public interface RepairListener {
  /// Something was done, or in a rehearsal would be.
  void action(RepairAction action);

  /// More has been looked at.
  ///
  /// @param done parts of the directory so far: blocks, logs, snapshots, the head's chunks
  /// @param total parts there are
  default void progress(long done, long total) {}
}
