package io.varve.cli;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Where a benchmark writes.
final class NewStore {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Where to write: the store is DIR/storage, and replaces one that is there. Default:"
              + " benchout.")
  private Path out = Path.of("benchout");

  Path directory() {
    return out.resolve("storage");
  }

  /// Deletes what there was and opens an empty store.
  Varve open(Disk disk, VarveOptions options) throws IOException {
    disk.deleteRecursively(directory());
    return Varve.open(directory(), options);
  }
}
