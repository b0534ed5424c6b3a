package io.varve.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real promtool. Each call is a process that ends within the call.
final class Promtool {
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
    return Program.output(scratch, command);
  }
}
