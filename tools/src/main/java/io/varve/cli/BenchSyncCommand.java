package io.varve.cli;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.WalSync;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Prints one row for each mode and number of writers.
@Command(
    name = "sync",
    header = "Measures what it costs to have the log durable.",
    description =
        "%nFor each mode of --storage.tsdb.wal-sync, and for 1, 8 and 64 writers at a time, writes"
            + " to a new store, and prints the rate and how long a commit takes until it is"
            + " acknowledged: half of them, and 99 of 100. Each writer waits for that before it"
            + " goes on. --out has to be on the disk that is asked about; on a tmpfs a sync does"
            + " nothing.")
final class BenchSyncCommand implements Callable<Integer> {
  /// Writers that get ahead of others must not make theirs too old.
  private static final Duration RANGE = Duration.ofDays(60);

  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Mixin private NewStore store = new NewStore();

  @Option(
      names = "--batch",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Samples of a commit. Default: 2000, as Prometheus sends them.")
  private int batch = 2000;

  @Option(
      names = "--writers",
      paramLabel = "N",
      split = ",",
      converter = PositiveInt.class,
      description = "How many write at a time. Default: 1,8,64.")
  private List<Integer> writers = List.of(1, 8, 64);

  @Option(
      names = "--duration",
      paramLabel = "DURATION",
      converter = PositiveDuration.class,
      description = "How long each of them writes. Default: 5s.")
  private Duration duration = Duration.ofSeconds(5);

  BenchSyncCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    var table = new Columns();
    table.add("MODE", "WRITERS", "SAMPLES/SEC", "P50", "P99", "SYNCS", "COMMITS/SYNC");
    try (var progress = Progress.of("runs", 1 + (long) WalSync.values().length * writers.size())) {
      // The first one, which nobody is told of, is for the compiler.
      var ignored = measure(WalSync.SEGMENT, writers.getFirst());
      progress.add(1);
      for (WalSync mode : WalSync.values()) {
        for (int count : writers) {
          add(table, mode, count, measure(mode, count));
          progress.add(1);
        }
      }
    }
    streams.out().print(table);
    streams.out().flush();
    return 0;
  }

  private SyncBenchmark.Result measure(WalSync mode, int count) throws IOException {
    VarveOptions options =
        VarveOptions.defaults()
            .withMaintenance(false)
            .withHeadSnapshot(false)
            .withBlockRange(RANGE)
            .withWalSync(mode);
    try (Varve db = store.open(disk, options)) {
      return new SyncBenchmark(db, count, batch).run(duration);
    }
  }

  private static void add(Columns table, WalSync mode, int count, SyncBenchmark.Result result) {
    table.add(
        mode.name().toLowerCase(Locale.ROOT),
        "" + count,
        "" + Math.round(result.samplesPerSecond()),
        millis(result.half()),
        millis(result.most()),
        "" + result.syncs(),
        String.format(Locale.ROOT, "%.1f", result.commitsPerSync()));
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.2fms", duration.toNanos() / 1e6);
  }
}
