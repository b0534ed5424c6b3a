package io.varve.remote;

import io.varve.Varve;
import io.varve.VarveOptions;
import java.io.IOException;
import java.nio.file.Path;

/// The real store, without a thread of its own.
final class EngineStore {
  private EngineStore() {}

  static Varve open(Path directory) throws IOException {
    return Varve.open(directory, VarveOptions.defaults().withMaintenance(false));
  }
}
