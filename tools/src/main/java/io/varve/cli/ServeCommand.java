package io.varve.cli;

import ch.qos.logback.classic.Level;
import io.varve.Compatibility;
import io.varve.FloatEncoding;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.remote.RemoteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// Flags have the names, defaults and limits of Prometheus' own. They are also what can be said in
/// the environment and in the configuration file, see {@link Setting}: an option here is all it
/// takes.
///
/// Two of these at most: the one that runs, as the flags have it; and the one that holds what
/// everybody has said, see {@link Settings}.
@Command(
    name = "serve",
    header = "Serves a data directory to any Prometheus over HTTP.",
    description = {
      "%nTakes remote write at /api/v1/write and answers remote read at /api/v1/read; whoever"
          + " watches it finds /metrics, /-/healthy and /-/ready. It is ready when the log is"
          + " replayed. SIGTERM and SIGINT (Ctrl-C) end it without loss.",
      "%nDurations are written as 15d or 2h30m, sizes as 128MB, in powers of 1024.",
      "%nWhat no flag says is looked for in the environment (--storage.tsdb.path as"
          + " VARVE_STORAGE_TSDB_PATH), then in the configuration file (path, in the section tsdb"
          + " of the section storage). SIGHUP has the file read again."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
final class ServeCommand implements Callable<Integer> {
  private final Supplier<StopSignal> stop;
  private final IntConsumer ready;
  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Option(
      names = "--config.file",
      paramLabel = "FILE",
      description = "Where more settings are, in YAML. Default: none.")
  private @Nullable Path configFile;

  @Option(
      names = "--web.enable-lifecycle",
      description = "Let anyone have /-/reload and /-/quit. Default: answer 403.")
  private boolean enableLifecycle;

  @Option(
      names = "--web.listen-address",
      paramLabel = "HOST:PORT",
      converter = Address.class,
      defaultValue = "127.0.0.1:9201",
      description =
          "Where to listen; without a host, on every interface. Default: ${DEFAULT-VALUE}.")
  private String listenAddress;

  @Option(
      names = "--storage.tsdb.path",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data directory; made if it does not exist. Default: ${DEFAULT-VALUE}.")
  private Path directory;

  @Reloadable
  @Option(
      names = "--storage.tsdb.retention.time",
      paramLabel = "DURATION",
      defaultValue = "15d",
      converter = PrometheusDuration.class,
      description = "How long to keep samples; 0 keeps them for good. Default: ${DEFAULT-VALUE}.")
  private Duration retention;

  @Reloadable
  @Option(
      names = "--storage.tsdb.out-of-order-time-window",
      paramLabel = "DURATION",
      defaultValue = "0",
      converter = PrometheusDuration.class,
      description =
          "How much older than the newest sample of all one may be that comes out of order; 0 has"
              + " none taken. Default: ${DEFAULT-VALUE}.")
  private Duration outOfOrderWindow;

  @Reloadable
  @Option(
      names = "--storage.tsdb.stale-series-compaction-threshold",
      paramLabel = "RATIO",
      defaultValue = "0",
      converter = Ratio.class,
      description =
          "Of the series in memory the part, 0 to 1, that has to have ended so that these become"
              + " blocks and leave memory early; 0 has them stay until blocks are cut of their"
              + " time. Default: ${DEFAULT-VALUE}.")
  private double staleSeriesCompactionThreshold;

  @Option(
      names = "--storage.tsdb.min-block-duration",
      paramLabel = "DURATION",
      defaultValue = "2h",
      converter = PositiveDuration.class,
      description =
          "Time that a block cut from memory spans; for use in testing. Default: ${DEFAULT-VALUE}.")
  private Duration blockRange;

  @Option(
      names = "--storage.tsdb.max-block-duration",
      paramLabel = "DURATION",
      defaultValue = "0",
      converter = PrometheusDuration.class,
      description =
          "Longest time that a block made of others may span; 0 has it be a tenth of the retention,"
              + " at most 31d. Default: ${DEFAULT-VALUE}.")
  private Duration maxBlockDuration;

  @Reloadable
  @Option(
      names = "--storage.compaction.max-bytes-per-second",
      paramLabel = "SIZE",
      defaultValue = "0",
      converter = SizeOrNone.class,
      description =
          "Most bytes to write per second when blocks are made one, as in 32MB; 0 sets no limit."
              + " Default: ${DEFAULT-VALUE}.")
  private long compactionBytesPerSecond;

  @Option(
      names = "--storage.tsdb.wal-segment-size",
      paramLabel = "SIZE",
      defaultValue = "128MB",
      converter = SegmentSize.class,
      description = "Size of the files of the log, 10MB to 256MB. Default: ${DEFAULT-VALUE}.")
  private int segmentSize;

  @Option(
      names = "--storage.tsdb.wal-compression-type",
      paramLabel = "TYPE",
      defaultValue = "snappy",
      description = "How to compress the log: snappy, zstd or none. Default: ${DEFAULT-VALUE}.")
  private Compression compression;

  @Option(
      names = "--storage.tsdb.wal-compression",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      description = "Compress the log; if not, whatever the type. Default: ${DEFAULT-VALUE}.")
  private boolean compress;

  @Option(
      names = "--no-storage.tsdb.wal-compression",
      hidden = true,
      description = "As Prometheus has --storage.tsdb.wal-compression=false.")
  private boolean noCompression;

  @Mixin private DurabilityFlags durability;

  @Option(
      names = "--storage.tsdb.compat",
      paramLabel = "VERSION",
      defaultValue = "2.42",
      converter = CompatibilityConverter.class,
      description =
          "The oldest Prometheus that must be able to read the directory: 2.42, 3.5, 3.13 or 3.14."
              + " What it could not read is not written. Default: ${DEFAULT-VALUE}.")
  private Compatibility compatibility;

  @Option(
      names = "--storage.tsdb.chunk-encoding.floats",
      paramLabel = "ENCODING",
      defaultValue = "xor",
      description = "How to write chunks of floats: xor or xor2. Default: ${DEFAULT-VALUE}.")
  private FloatEncoding floatEncoding;

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
      names = "--storage.tsdb.memory-snapshot-on-shutdown",
      paramLabel = "BOOLEAN",
      arity = "0..1",
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Write down what is in memory at shutdown, so that the next start need not replay the"
              + " log. Default: ${DEFAULT-VALUE}.")
  private boolean headSnapshot;

  @Reloadable
  @Option(
      names = "--storage.exemplars.max-exemplars",
      paramLabel = "N",
      defaultValue = "100000",
      converter = Count.class,
      description =
          "Most exemplars to keep, of all series together; 0 keeps none. Default:"
              + " ${DEFAULT-VALUE}.")
  private long maxExemplars;

  @Option(
      names = "--storage.remote.read-sample-limit",
      paramLabel = "N",
      defaultValue = "5e7",
      converter = Count.class,
      description =
          "Most samples in an answer to remote read, streamed ones apart; 0 sets no limit. Default:"
              + " ${DEFAULT-VALUE}.")
  private long readSampleLimit;

  @Option(
      names = "--storage.remote.read-concurrent-limit",
      paramLabel = "N",
      defaultValue = "10",
      converter = PositiveInt.class,
      description = "Most remote reads at the same time. Default: ${DEFAULT-VALUE}.")
  private int readConcurrentLimit;

  @Option(
      names = "--storage.remote.read-max-bytes-in-frame",
      paramLabel = "N",
      defaultValue = "1048576",
      converter = PositiveInt.class,
      description =
          "Bytes in a frame of a streamed answer to remote read. Default: ${DEFAULT-VALUE}.")
  private int readMaxBytesInFrame;

  @Mixin private LimitFlags limits;

  @Reloadable
  @Option(
      names = "--log.level",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "Least severity to log: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private LogLevel logLevel;

  private static final class Address implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return RemoteOptions.defaults().withListenAddress(text).listenAddress();
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
    this(stop, ready, System.getenv());
  }

  /// @param environment the variables of the environment
  ServeCommand(Supplier<StopSignal> stop, IntConsumer ready, Map<String, String> environment) {
    this.stop = stop;
    this.ready = ready;
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    var settings =
        new Settings(spec, () -> new ServeCommand(stop, ready, environment), environment);
    ServeCommand said = settings.read();
    said.setLogLevel();
    StopSignal orders = stop.get();
    var configuration = new Configuration(said, settings, orders::stop, System::currentTimeMillis);
    orders.onHangUp(configuration::reload);
    var server =
        new Server(said.directory, said.storeOptions(), said.remoteOptions(), configuration);
    server.run(orders, ready);
    return 0;
  }

  /// Hands over to a running server what can be changed in one: the options that are {@link
  /// Reloadable}. They have been checked, so this does not fail half way.
  void applyTo(Varve store) {
    setLogLevel();
    store.setLimits(limits.limits());
    store.resizeExemplars(maxExemplars());
    store.setOutOfOrderWindow(outOfOrderWindow);
    store.setStaleSeriesCompactionThreshold(staleSeriesCompactionThreshold);
    store.setRetention(retention);
    store.setCompactionBytesPerSecond(compactionBytesPerSecond);
    durability.applyTo(store);
  }

  boolean enableLifecycle() {
    return enableLifecycle;
  }

  CommandSpec spec() {
    return spec;
  }

  @Nullable Path configFile() {
    return configFile;
  }

  /// Checks that the settings go together; each by itself was checked when it was read.
  ///
  /// @throws UsageException if they do not
  void check() {
    var ignored = storeOptions();
  }

  private void setLogLevel() {
    LogConfiguration.setLevel(Level.toLevel(logLevel.name()));
  }

  private VarveOptions storeOptions() {
    try {
      return durability
          .addTo(VarveOptions.defaults())
          .withRetention(retention)
          .withBlockRange(blockRange)
          .withMaxBlockDuration(maxBlockDuration)
          .withCompactionBytesPerSecond(compactionBytesPerSecond)
          .withOutOfOrderWindow(outOfOrderWindow)
          .withStaleSeriesCompactionThreshold(staleSeriesCompactionThreshold)
          .withWalSegmentBytes(segmentSize)
          .withWalCompression(compress && !noCompression ? compression : Compression.NONE)
          .withCompatibility(compatibility)
          .withFloatEncoding(floatEncoding)
          .withStartTimestamps(startTimestamps)
          .withLabelIndices(labelIndices)
          .withHeadSnapshot(headSnapshot)
          .withLimits(limits.limits())
          .withMaxExemplars(maxExemplars())
          .requireConsistent();
    } catch (IllegalArgumentException e) {
      throw new UsageException(Objects.requireNonNullElse(e.getMessage(), e.toString()));
    }
  }

  private int maxExemplars() {
    return (int) Math.min(maxExemplars, Integer.MAX_VALUE);
  }

  private RemoteOptions remoteOptions() {
    HeapShares heap = HeapShares.ofThisProcess();
    return RemoteOptions.defaults()
        .withMaxInFlightBytes(heap.requests())
        .withMaxResponseBytes(heap.answers())
        .withListenAddress(listenAddress)
        .withMaxSamples(readSampleLimit == 0 ? Long.MAX_VALUE : readSampleLimit)
        .withMaxReads(readConcurrentLimit)
        .withMaxFrameBytes(readMaxBytesInFrame)
        .withVersion(Version.text());
  }
}
