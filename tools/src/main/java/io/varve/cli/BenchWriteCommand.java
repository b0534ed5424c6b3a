package io.varve.cli;

import io.varve.Compatibility;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints what `promtool tsdb bench write` prints, and two figures more: the rate of the second
/// half, and the memory it took.
@Command(
    name = "write",
    header = "Writes made-up scrapes to a new store as fast as possible.",
    description =
        "%nDoes what promtool tsdb bench write does, and prints how fast it was: scrapes 30 s"
            + " apart, of which 1000 series are committed together, on as many threads as there are"
            + " processors. No block is cut meanwhile.")
final class BenchWriteCommand implements Callable<Integer> {
  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Mixin private NewStore store = new NewStore();

  @Option(
      names = "--metrics",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many series to write. Default: 10000.")
  private int metrics = 10_000;

  @Option(
      names = "--scrapes",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many samples to give each of them, rounded up to hundreds. Default: 3000.")
  private int scrapes = 3000;

  @Option(
      names = "--wal-compression",
      paramLabel = "TYPE",
      description = "How to compress the log: none, snappy or zstd. Default: none.")
  private Compression walCompression = Compression.NONE;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description =
          "Series, one object of labels per line. Default: those that bench series makes up.")
  private @Nullable Path file;

  BenchWriteCommand(Streams streams) {
    this.streams = streams;
  }

  /// A part of the work.
  private interface Stage<T> {
    T run() throws IOException;
  }

  @Override
  @SuppressWarnings("try") // closing is timed, too; the try is for failures before
  public Integer call() throws IOException {
    VarveOptions options =
        VarveOptions.defaults()
            .withMaintenance(false)
            .withCompatibility(Compatibility.V3_5)
            .withWalCompression(walCompression);
    try (Varve db = store.open(disk, options)) {
      List<Labels> series = timed("readData", this::readSeries);
      var result = timed("ingestScrapes", () -> ingest(db, series));
      print(" > total samples: " + result.samples());
      print(" > samples/sec: " + GoFloat.format(result.perSecond()));
      print(" > steady samples/sec: " + GoFloat.format(result.steadyPerSecond()));
      timed(
          "stopStorage",
          () -> {
            db.close();
            return store.directory();
          });
    }
    ResidentMemory.read(disk)
        .ifPresent(memory -> print(" > peak resident bytes: " + memory.peak()));
    return 0;
  }

  private List<Labels> readSeries() throws IOException {
    if (file != null) {
      return SeriesFile.read(disk, file, metrics);
    }
    var series = new ArrayList<Labels>();
    KubernetesSeries.generate(metrics, series::add);
    return series;
  }

  private WriteBenchmark.Result ingest(Varve db, List<Labels> series) {
    var result = new WriteBenchmark(db, series).run(scrapes);
    print("ingestion completed");
    return result;
  }

  private <T> T timed(String name, Stage<T> stage) throws IOException {
    print(">> start stage=" + name);
    long start = System.nanoTime();
    T result = stage.run();
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    print(">> completed stage=" + name + " duration=" + GoDuration.format(duration));
    return result;
  }

  /// At once, since a stage may take minutes.
  private void print(String line) {
    streams.out().println(line);
    streams.out().flush();
  }
}
