package io.varve.remote;

import io.varve.Varve;
import java.io.IOException;
import java.nio.file.Path;

final class EngineWriteTest extends WriteContract {
  @Override
  Varve open(Path directory) throws IOException {
    return EngineStore.open(directory);
  }
}
