package io.varve.index;

import io.varve.io.Finding;
import io.varve.io.MappedFile;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Reports what is wrong with one index file, and remembers that something is. Confined to one
/// thread.
final class Damage {
  private final Path path;
  private final Consumer<Finding> findings;
  private boolean found;

  Damage(MappedFile file, Consumer<Finding> findings) {
    this.path = file.file();
    this.findings = findings;
  }

  /// @param length bytes concerned, or -1
  void report(long offset, long length, String what) {
    found = true;
    findings.accept(new Finding(path, offset, length, what));
  }

  boolean found() {
    return found;
  }
}
