package io.varve.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs that end by themselves.
final class Program {
  private static final int SECONDS = 60;

  private Program() {}

  /// Runs a program.
  ///
  /// @param scratch a directory for its output
  /// @return what it printed
  /// @throws AssertionError if it fails, or prints anything to standard error
  static String output(Path scratch, List<String> command) throws IOException {
    Path out = Files.createTempFile(scratch, "program", ".out");
    Path err = Files.createTempFile(scratch, "program", ".err");
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
