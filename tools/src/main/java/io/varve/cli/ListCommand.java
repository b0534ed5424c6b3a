package io.varve.cli;

import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Prints what `promtool tsdb list` prints. Reads each block's `meta.json` only, not the log.
@Command(
    name = "list",
    header = "Lists the blocks of a data directory, oldest first.",
    description =
        "%nPrints what promtool tsdb list prints. Reads only, and may be used while a server has"
            + " the directory open.")
final class ListCommand implements Callable<Integer> {
  /// How Go prints a time in UTC.
  private static final DateTimeFormatter GO_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'").withZone(ZoneOffset.UTC);

  private final Streams streams;
  private final Disk disk = new LocalDisk();

  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The data directory. Default: data.")
  private Path directory = Path.of("data");

  @Option(
      names = {"-r", "--human-readable"},
      description = "Print times as dates and sizes with units.")
  private boolean humanReadable;

  ListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    var listing = new BlockDirectory(disk, directory).list();
    var columns = new Columns();
    columns.add(
        "BLOCK ULID",
        "MIN TIME",
        "MAX TIME",
        "DURATION",
        "NUM SAMPLES",
        "NUM CHUNKS",
        "NUM SERIES",
        "SIZE");
    for (BlockDirectory.Entry block : listing.blocks()) {
      addRow(columns, block.meta(), disk.bytesUnder(block.directory()));
    }
    streams.out().print(columns);
    for (BlockDirectory.Unreadable block : listing.unreadable()) {
      String cause =
          FailureMessage.of(block.cause()).orElseGet(() -> String.valueOf(block.cause()));
      streams.err().println("varve: passed over: " + cause);
    }
    return listing.unreadable().isEmpty() ? 0 : ExitCode.SOFTWARE;
  }

  private void addRow(Columns columns, BlockMeta meta, long size) {
    columns.add(
        meta.ulid().toString(),
        time(meta.minTime(), humanReadable),
        time(meta.maxTime(), humanReadable),
        GoDuration.format(Duration.ofMillis(meta.maxTime() - meta.minTime())),
        Long.toString(meta.stats().numSamples()),
        Long.toString(meta.stats().numChunks()),
        Long.toString(meta.stats().numSeries()),
        humanReadable ? Base2Bytes.format(size) : Long.toString(size));
  }

  static String time(long millis, boolean humanReadable) {
    return humanReadable
        ? GO_TIME.format(Instant.ofEpochSecond(millis / 1000))
        : Long.toString(millis);
  }
}
