package io.varve.check;

import io.varve.io.Finding;

/// Takes what {@link DirectoryVerifier} tells, as it goes. Called by the thread that verifies.
@FunctionalInterface
public interface VerifyListener {
  /// Something is damaged.
  void finding(Finding finding);

  /// Something that is no damage, but that a person may want to know: what a process left that
  /// died, or what the next start of a server mends or removes by itself.
  default void note(Finding note) {}

  /// More has been read.
  ///
  /// @param done bytes read so far
  /// @param total bytes to read, as they were when it began
  default void progress(long done, long total) {}
}
