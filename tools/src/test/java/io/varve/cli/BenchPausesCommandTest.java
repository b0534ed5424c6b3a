package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchPausesCommandTest {
  @TempDir Path directory;

  @Test
  void tellsRateAndPauses() {
    Cli cli =
        Cli.run(
            "bench",
            "pauses",
            "--out",
            directory,
            "--series",
            1500,
            "--scrapes",
            2,
            "--rate",
            100_000);

    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out().lines())
        .anyMatch("series: 1500"::equals)
        .anyMatch(line -> line.matches("pauses: \\d+"))
        .anyMatch(line -> line.startsWith("longest pause: "));
    String rate =
        cli.out()
            .lines()
            .filter(line -> line.startsWith("samples/sec: "))
            .findFirst()
            .orElseThrow();
    assertThat(Double.parseDouble(rate.substring("samples/sec: ".length()))).isBetween(1.0, 1e5);
    assertThat(Cli.run("dump", directory.resolve("storage")).out().lines()).hasSize(4500);
  }

  @Test
  void countsPausesByLength() {
    var histogram = new PauseHistogram();
    for (int micros : new int[] {10, 1000, 1001, 7000, 2_000_000}) {
      histogram.add(Duration.ofNanos(micros * 1000L));
    }
    var out = new StringWriter();

    histogram.print(new PrintWriter(out, true));

    assertThat(out.toString().lines())
        .containsExactly(
            "pauses: 5",
            "pauses up to 1 ms: 2",
            "pauses up to 2 ms: 1",
            "pauses up to 10 ms: 1",
            "pauses over 1000 ms: 1",
            "longest pause: 2s",
            "all pauses: 2.009011s");
  }
}
