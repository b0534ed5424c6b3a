package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchMemoryCommandTest {
  @TempDir Path directory;

  @Test
  void tellsBytesPerSeries() {
    Cli cli = Cli.run("bench", "memory", "--out", directory, "--series", 2500, "--scrapes", 3);

    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    Map<String, String> lines = new TreeMap<>();
    cli.out().lines().forEach(line -> lines.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    assertThat(lines).containsEntry("series", "2500").containsEntry("samples per series", "3");
    String[] heap = lines.get("heap in use").split(" bytes, | per series", 3);
    assertThat(Long.parseLong(heap[1])).isEqualTo(Long.parseLong(heap[0]) / 2500).isPositive();
    assertThat(directory.resolve("storage").resolve("wal")).isNotEmptyDirectory();
  }

  @Test
  void writesTheSamplesItSays() {
    Cli.run("bench", "memory", "--out", directory, "--series", 1001, "--scrapes", 2);

    Cli dump = Cli.run("dump", directory.resolve("storage"));

    assertThat(dump.out().lines()).hasSize(2002);
  }
}
