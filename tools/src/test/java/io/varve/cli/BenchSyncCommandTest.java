package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchSyncCommandTest {
  @TempDir Path directory;

  @Test
  void tellsRateAndTimesOfEachMode() {
    Cli cli =
        Cli.run(
            "bench",
            "sync",
            "--out",
            directory,
            "--batch",
            10,
            "--writers",
            "1,3",
            "--duration",
            "50ms");

    assertThat(cli.err()).isEmpty();
    assertThat(cli.exitCode()).isZero();
    List<String> lines = cli.out().lines().toList();
    assertThat(lines).hasSize(7);
    assertThat(lines.getFirst())
        .matches("MODE +WRITERS +SAMPLES/SEC +P50 +P99 +SYNCS +COMMITS/SYNC");
    String row = " +[1-9]\\d* +\\d+\\.\\d\\dms +\\d+\\.\\d\\dms +%s +\\d+\\.\\d";
    String some = row.formatted("[1-9]\\d*");
    String any = row.formatted("\\d+");
    assertThat(lines.get(1)).matches("commit +1" + some);
    assertThat(lines.get(2)).matches("commit +3" + some);
    assertThat(lines.get(3)).matches("interval +1" + any);
    assertThat(lines.get(4)).matches("interval +3" + any);
    assertThat(lines.get(5)).matches("segment +1" + any);
    assertThat(lines.get(6)).matches("segment +3" + any);
  }
}
