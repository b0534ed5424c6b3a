package io.varve.cli;

import static java.util.stream.Collectors.joining;

import io.varve.CompactionStats;
import io.varve.Compatibility;
import io.varve.VarveOptions;
import io.varve.block.Ulid;
import io.varve.compact.CompactionPlan;
import io.varve.db.DirectoryCompaction;
import io.varve.db.DirectoryCompaction.Planned;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Merges the blocks of a data directory as a server would, and shows how far it is.
@Command(
    name = "compact",
    header = "Makes larger blocks of smaller ones.",
    description = {
      "%nMerges the blocks of a data directory that no server has open, as a server does in the"
          + " background: those that overlap, those that fill a longer range of time, those of"
          + " which much is deleted. Prints first what is to be done. The log is left alone.",
      "%nIt may be ended at any time (Ctrl-C): blocks are replaced only when the new one is there."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:All that was to be merged is.",
      "1:Not all is: a block is damaged, say, or the directory in use."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
final class CompactCommand implements Callable<Integer> {
  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path directory;

  @Option(
      names = "--dry-run",
      description =
          "Print what is to be done, and change nothing; may be used while a server has the"
              + " directory open.")
  private boolean dryRun;

  @Option(
      names = {"-r", "--human-readable"},
      description = "Print times as dates and sizes with units.")
  private boolean humanReadable;

  @Option(
      names = "--storage.tsdb.retention.time",
      paramLabel = "DURATION",
      defaultValue = "15d",
      converter = PrometheusDuration.class,
      description =
          "How long the server keeps samples: a block gets no longer than a tenth of it, or 31d."
              + " Nothing is deleted here. Default: ${DEFAULT-VALUE}.")
  private Duration retention;

  @Option(
      names = "--storage.tsdb.min-block-duration",
      paramLabel = "DURATION",
      defaultValue = "2h",
      converter = PositiveDuration.class,
      description = "Time that the shortest blocks span. Default: ${DEFAULT-VALUE}.")
  private Duration minBlockDuration;

  @Option(
      names = "--storage.tsdb.max-block-duration",
      paramLabel = "DURATION",
      defaultValue = "0",
      converter = PrometheusDuration.class,
      description =
          "Longest time that a block may span; 0 goes by the retention. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration maxBlockDuration;

  @Option(
      names = "--storage.tsdb.compat",
      paramLabel = "VERSION",
      defaultValue = "2.42",
      converter = CompatibilityConverter.class,
      description =
          "The oldest Prometheus that must be able to read what is written. Default:"
              + " ${DEFAULT-VALUE}.")
  private Compatibility compatibility;

  @Option(
      names = "--storage.compaction.max-bytes-per-second",
      paramLabel = "SIZE",
      defaultValue = "0",
      converter = SizeOrNone.class,
      description =
          "Most bytes to write per second, as in 32MB; 0 sets no limit. Default: ${DEFAULT-VALUE}.")
  private long bytesPerSecond;

  CompactCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    List<Planned> plans = DirectoryCompaction.plans(directory, options());
    if (plans.isEmpty()) {
      streams.err().println("nothing to merge");
    } else {
      streams.out().print(table(plans));
      streams.out().flush();
    }
    return dryRun ? ExitCode.OK : merge(plans.stream().map(Planned::bytes).toList());
  }

  private VarveOptions options() {
    return VarveOptions.defaults()
        .withDisk(disk)
        .withRetention(retention)
        .withBlockRange(minBlockDuration)
        .withMaxBlockDuration(maxBlockDuration)
        .withCompatibility(compatibility)
        .withCompactionBytesPerSecond(bytesPerSecond);
  }

  /// @param sizes bytes to read for each of the plans
  private int merge(List<Long> sizes) throws IOException {
    try (DirectoryCompaction compaction = DirectoryCompaction.open(directory, options())) {
      long start = System.nanoTime();
      try (var watch = new CompactionWatch(compaction::stats, sizes, streams.err())) {
        watch.start();
        compaction.run();
      }
      CompactionStats done = compaction.stats();
      streams
          .err()
          .printf(
              Locale.ROOT,
              "merged: merges=%d read=%s written=%s skipped=%d failed=%d duration=%.1fs%n",
              done.merges(),
              Base2Bytes.format(done.bytesRead()),
              Base2Bytes.format(done.bytesWritten()),
              done.skipped(),
              compaction.failed(),
              (System.nanoTime() - start) / 1e9);
      return done.skipped() + compaction.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private Columns table(List<Planned> plans) {
    var columns = new Columns();
    columns.add("REASON", "LEVEL", "MIN TIME", "MAX TIME", "DURATION", "SIZE", "BLOCKS");
    for (Planned planned : plans) {
      CompactionPlan plan = planned.plan();
      columns.add(
          plan.reason().name().toLowerCase(Locale.ROOT),
          Integer.toString(plan.level()),
          ListCommand.time(plan.minTime(), humanReadable),
          ListCommand.time(plan.maxTime(), humanReadable),
          GoDuration.format(Duration.ofMillis(plan.maxTime() - plan.minTime())),
          humanReadable ? Base2Bytes.format(planned.bytes()) : Long.toString(planned.bytes()),
          names(planned));
    }
    return columns;
  }

  /// Blocks that are to be made first have no names yet.
  private static String names(Planned planned) {
    String names = planned.existing().stream().map(Ulid::toString).collect(joining(" "));
    int made = planned.plan().blocks().size() - planned.existing().size();
    return made == 0 ? names : (names + " and " + made + " made before").replaceFirst("^ and ", "");
  }
}
