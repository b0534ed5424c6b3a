package io.varve.io;

import java.io.IOException;
import java.nio.file.Path;

/// The data directory is locked by another process.
public final class DirectoryInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  public DirectoryInUseException(Path lockFile) {
    super(
        "the data directory is in use by another process (it holds the lock "
            + lockFile
            + "); stop that process or choose another directory");
  }
}
