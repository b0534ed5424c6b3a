package io.varve.cli;

import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "series",
    header = "Writes a file of made-up series for bench write.",
    description =
        "%nThe series are such as a Prometheus in Kubernetes sees, with ten to thirteen labels. The"
            + " same COUNT always gives the same file. promtool tsdb bench write reads it, too.")
final class BenchSeriesCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "COUNT",
      converter = PositiveInt.class,
      description = "How many series to write.")
  private int count;

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "The file to write; one of that name is replaced.")
  private Path file = Path.of("");

  @Override
  public Integer call() throws IOException {
    try (var writer = SeriesFileWriter.create(new LocalDisk(), file);
        var progress = Progress.of("series", count)) {
      KubernetesSeries.generate(
          count,
          series -> {
            writer.write(series);
            progress.add(1);
          });
    }
    return 0;
  }
}
