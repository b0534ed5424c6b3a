package io.varve.remote;

import io.varve.Varve;
import java.io.IOException;
import java.nio.file.Path;

final class EngineReadTest extends ReadContract {
  @Override
  Varve open(Path directory) throws IOException {
    return EngineStore.open(directory);
  }
}
