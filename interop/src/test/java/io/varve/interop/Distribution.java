package io.varve.interop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Varve as users have it.
final class Distribution {
  private Distribution() {}

  /// How `varve` is run, on the JVM that runs the tests.
  static List<String> command(List<String> arguments) {
    Path jar = Peers.repository().resolve("tools/target/varve/varve.jar");
    if (!Files.exists(jar)) {
      throw new AssertionError("no distribution at " + jar + ": run mvn -DskipTests package");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-jar", jar.toString()));
    command.addAll(arguments);
    return command;
  }
}
