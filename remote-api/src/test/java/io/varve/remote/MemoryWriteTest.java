package io.varve.remote;

import io.varve.Varve;
import java.nio.file.Path;

final class MemoryWriteTest extends WriteContract {
  @Override
  Varve open(Path directory) {
    return new MemoryVarve();
  }
}
