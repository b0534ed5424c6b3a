package io.varve.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real promtool. Each call is a process that ends within the call.
final class Promtool {
  private static final int SECONDS = 60;

  private final PrometheusVersion version;
  private final Path scratch;

  /// @param scratch a directory for its output
  Promtool(PrometheusVersion version, Path scratch) {
    this.version = version;
    this.scratch = scratch;
  }

  /// Runs `promtool tsdb` with arguments.
  ///
  /// @return what it printed
  /// @throws AssertionError if it fails, or prints anything to standard error
  String tsdb(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(version.promtool().toString(), "tsdb"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path out = Files.createTempFile(scratch, "promtool", ".out");
    Path err = Files.createTempFile(scratch, "promtool", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      String complaint = Files.readString(err);
      if (!ended || process.exitValue() != 0 || !complaint.isEmpty()) {
        throw new AssertionError(
            String.join(" ", command)
                + (ended ? " exits with " + process.exitValue() : " does not end")
                + ": "
                + complaint);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(out);
  }
}
