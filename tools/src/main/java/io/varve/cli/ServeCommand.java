package io.varve.cli;

import ch.qos.logback.classic.Level;
import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.remote.RemoteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// Flags have the names, defaults and limits of Prometheus' own.
@Command(
    name = "serve",
    addMethodSubcommands = false,
    header = "Serves a data directory to any Prometheus over HTTP.",
    description = {
      "%nTakes remote write at /api/v1/write and answers remote read at /api/v1/read; whoever"
          + " watches it finds /metrics, /-/healthy and /-/ready. It is ready when the log is"
          + " replayed. SIGTERM and SIGINT (Ctrl-C) end it without loss.",
      "%nDurations are written as 15d or 2h30m, sizes as 128MB, in powers of 1024."
    })
final class ServeCommand implements Callable<Integer> {
  private static final long MIN_SEGMENT_SIZE = 10 << 20;
  private static final long MAX_SEGMENT_SIZE = 256 << 20;

  private final Supplier<StopSignal> stop;
  private final IntConsumer ready;

  @Option(
      names = "--web.listen-address",
      paramLabel = "HOST:PORT",
      description = "Where to listen; without a host, on every interface. Default: 127.0.0.1:9201.")
  private String listenAddress = "127.0.0.1:9201";

  @Option(
      names = "--storage.tsdb.path",
      paramLabel = "DIR",
      description = "The data directory; made if it does not exist. Default: data.")
  private Path directory = Path.of("data");

  @Option(
      names = "--storage.tsdb.retention.time",
      paramLabel = "DURATION",
      converter = PrometheusDuration.class,
      description = "How long to keep samples; 0 keeps them for good. Default: 15d.")
  private Duration retention = Duration.ofDays(15);

  @Option(
      names = "--storage.tsdb.out-of-order-time-window",
      paramLabel = "DURATION",
      converter = PrometheusDuration.class,
      description =
          "How much older than the newest sample of all one may be that comes out of order; 0 has"
              + " none taken. Default: 0.")
  private Duration outOfOrderWindow = Duration.ZERO;

  @Option(
      names = "--storage.tsdb.min-block-duration",
      paramLabel = "DURATION",
      converter = PrometheusDuration.class,
      description = "Time that a block cut from memory spans; for use in testing. Default: 2h.")
  private Duration blockRange = Duration.ofHours(2);

  @Option(
      names = "--storage.tsdb.wal-segment-size",
      paramLabel = "SIZE",
      converter = Base2Bytes.class,
      description = "Size of the files of the log, 10MB to 256MB. Default: 128MB.")
  private long segmentSize = 128 << 20;

  @Option(
      names = "--storage.tsdb.wal-compression-type",
      paramLabel = "TYPE",
      description = "How to compress the log: snappy, zstd or none. Default: snappy.")
  private Compression compression = Compression.SNAPPY;

  @Option(
      names = "--no-storage.tsdb.wal-compression",
      description = "Do not compress the log, whatever the type.")
  private boolean noCompression;

  /// Says what is so anyway; there because Prometheus has it.
  @Option(names = "--storage.tsdb.wal-compression", hidden = true)
  @SuppressWarnings("UnusedVariable") // it changes nothing
  private boolean yesCompression;

  @Option(
      names = "--storage.tsdb.compat",
      paramLabel = "VERSION",
      converter = CompatibilityConverter.class,
      description =
          "The oldest Prometheus that must be able to read the directory: 2.42, 3.5, 3.13 or 3.14."
              + " What it could not read is not written. Default: 2.42.")
  private Compatibility compatibility = Compatibility.V2_42;

  @Option(
      names = "--storage.tsdb.chunk-encoding.floats",
      paramLabel = "ENCODING",
      description = "How to write chunks of floats: xor or xor2. Default: xor.")
  private FloatEncoding floatEncoding = FloatEncoding.XOR;

  @Option(
      names = "--storage.tsdb.st-storage",
      description = "Keep the start timestamps of samples. Default: drop them.")
  private boolean startTimestamps;

  @Option(
      names = "--storage.tsdb.label-indices",
      description =
          "Write the label indices that Prometheus had in its blocks until 3.6 and does not read."
              + " Default: leave them out.")
  private boolean labelIndices;

  @Option(
      names = "--storage.remote.read-sample-limit",
      paramLabel = "N",
      converter = Count.class,
      description =
          "Most samples in an answer to remote read, streamed ones apart; 0 sets no limit. Default:"
              + " 5e7.")
  private long readSampleLimit = 50_000_000;

  @Option(
      names = "--storage.remote.read-concurrent-limit",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Most remote reads at the same time. Default: 10.")
  private int readConcurrentLimit = 10;

  @Option(
      names = "--storage.remote.read-max-bytes-in-frame",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Bytes in a frame of a streamed answer to remote read. Default: 1048576.")
  private int readMaxBytesInFrame = 1 << 20;

  @Option(
      names = "--log.level",
      paramLabel = "LEVEL",
      description = "Least severity to log: ${COMPLETION-CANDIDATES}. Default: info.")
  private LogLevel logLevel = LogLevel.info;

  private static final class CompatibilityConverter implements ITypeConverter<Compatibility> {
    @Override
    public Compatibility convert(String text) {
      try {
        return Compatibility.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /// Named as they are written.
  private enum LogLevel {
    debug,
    info,
    warn,
    error
  }

  /// @param stop makes the order to stop, when the command runs
  /// @param ready called with the port when requests are served
  ServeCommand(Supplier<StopSignal> stop, IntConsumer ready) {
    this.stop = stop;
    this.ready = ready;
  }

  @Override
  public Integer call() throws IOException {
    LogConfiguration.setLevel(Level.toLevel(logLevel.name()));
    var server = new Server(directory, storeOptions(), remoteOptions());
    server.run(stop.get(), ready);
    return 0;
  }

  private VarveOptions storeOptions() {
    if (segmentSize < MIN_SEGMENT_SIZE || segmentSize > MAX_SEGMENT_SIZE) {
      throw new UsageException("--storage.tsdb.wal-segment-size is not between 10MB and 256MB");
    }
    try {
      return VarveOptions.defaults()
          .withRetention(retention)
          .withBlockRange(blockRange)
          .withOutOfOrderWindow(outOfOrderWindow)
          .withWalSegmentBytes((int) segmentSize)
          .withWalCompression(noCompression ? Compression.NONE : compression)
          .withCompatibility(compatibility)
          .withFloatEncoding(floatEncoding)
          .withStartTimestamps(startTimestamps)
          .withLabelIndices(labelIndices)
          .requireConsistent();
    } catch (IllegalArgumentException e) {
      throw new UsageException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  private RemoteOptions remoteOptions() {
    try {
      return RemoteOptions.defaults()
          .withListenAddress(listenAddress)
          .withMaxSamples(readSampleLimit == 0 ? Long.MAX_VALUE : readSampleLimit)
          .withMaxReads(readConcurrentLimit)
          .withMaxFrameBytes(readMaxBytesInFrame)
          .withVersion(Version.text());
    } catch (IllegalArgumentException e) {
      throw new UsageException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }
}
