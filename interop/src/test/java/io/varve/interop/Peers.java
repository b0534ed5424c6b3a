package io.varve.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Where the real programs are: in `build/peers`, where `.ci/peers` puts them, or in the directory
/// that `-Dvarve.peers` names. A test class extended with this is skipped without them; with
/// `-Dvarve.peers.required=true` it fails.
final class Peers implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Optional<Path> missing =
        Stream.of(
                PrometheusVersion.V2_42.prometheus(),
                PrometheusVersion.V2_42.promtool(),
                PrometheusVersion.V3_5.prometheus(),
                PrometheusVersion.V3_5.promtool(),
                NodeExporter.program())
            .filter(program -> !Files.isExecutable(program))
            .findFirst();
    String message = "there is no " + missing.map(Path::toString).orElse("") + ": run .ci/peers";
    if (missing.isPresent() && Boolean.getBoolean("varve.peers.required")) {
      throw new AssertionError(message);
    }
    assumeTrue(missing.isEmpty(), message);
  }

  static Path program(String folder, String name) {
    return directory().resolve(folder).resolve(name);
  }

  private static Path directory() {
    String named = System.getProperty("varve.peers", "");
    return named.isEmpty() ? repository().resolve("build/peers") : repository().resolve(named);
  }

  /// The root of the source tree, from the directory of this module that Maven tells.
  static Path repository() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  }
}
