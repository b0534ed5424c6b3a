package io.varve.io;

import java.io.Closeable;
import java.io.IOException;

/// An exclusive lock held on a file until closed. Closing removes the file, as Prometheus does, and
/// is idempotent. The operating system frees the lock when the process dies.
public interface DirectoryLock extends Closeable {
  /// Whether the lock file was already there when the lock was taken: the last owner did not close
  /// it (the metric `prometheus_tsdb_clean_start`).
  boolean replacedStaleFile();

  @Override
  void close() throws IOException;
}
