package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchSeriesCommandTest {
  @TempDir Path directory;

  @Test
  void writesOneObjectPerLineAndReplacesTheFile() throws IOException {
    Path file = Files.writeString(directory.resolve("series"), "x".repeat(10_000));

    Cli cli = Cli.run("bench", "series", 1, file);

    assertThat(cli).isEqualTo(new Cli(0, "", ""));
    assertThat(file)
        .hasContent(
            "{\"__name__\":\"up\",\"cluster\":\"prod-eu-west-1\",\"container\":\"kube-apiserver\","
                + "\"endpoint\":\"https-metrics\",\"instance\":\"10.83.71.147\","
                + "\"job\":\"kube-apiserver\",\"namespace\":\"kube-system\","
                + "\"node\":\"ip-10-61-157-246.eu-west-1.compute.internal\","
                + "\"pod\":\"kube-apiserver-ip-10-61-157-246.eu-west-1.compute.internal\","
                + "\"service\":\"kube-apiserver\"}\n");
  }

  @Test
  void whatItWritesIsReadBackAsTheSameSeries() throws IOException {
    var made = new ArrayList<Labels>();
    KubernetesSeries.generate(9_000, made::add);
    Path file = directory.resolve("series");

    Cli cli = Cli.run("bench", "series", 9_000, file);

    assertThat(cli.exitCode()).isZero();
    assertThat(SeriesFile.read(new LocalDisk(), file, Integer.MAX_VALUE)).isEqualTo(made);
  }

  @Test
  void saysWhereItCannotWrite() {
    Path file = directory.resolve("missing").resolve("series");

    assertThat(Cli.run("bench", "series", 1, file))
        .isEqualTo(new Cli(1, "", "varve: " + file + ": no such file or directory\n"));
  }
}
