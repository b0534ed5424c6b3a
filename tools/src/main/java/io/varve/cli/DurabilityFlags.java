package io.varve.cli;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.WalSync;
import java.time.Duration;
import picocli.CommandLine.Option;

/// What `varve serve` does so that samples survive.
@SuppressWarnings("NullAway.Init") // picocli sets the options
final class DurabilityFlags {
  @Reloadable
  @Option(
      names = "--storage.tsdb.wal-sync",
      paramLabel = "MODE",
      defaultValue = "segment",
      description =
          "When what was acknowledged survives a loss of power: commit, at once; interval, after"
              + " some milliseconds; segment, once its file of the log is full, as in Prometheus."
              + " Default: ${DEFAULT-VALUE}.")
  private WalSync walSync;

  @Reloadable
  @Option(
      names = "--storage.tsdb.wal-sync-interval",
      paramLabel = "DURATION",
      defaultValue = "100ms",
      converter = PositiveDuration.class,
      description =
          "How long it may take with the mode interval, and the sync itself besides. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration walSyncInterval;

  @Reloadable
  @Option(
      names = "--storage.tsdb.disk-reserve",
      paramLabel = "SIZE",
      defaultValue = "512MB",
      converter = Base2Bytes.class,
      description =
          "Free space of the disk that no samples are taken into: it is for cutting blocks, after"
              + " which the log is cut. 0B keeps none. Default: ${DEFAULT-VALUE}.")
  private long diskReserve;

  VarveOptions addTo(VarveOptions options) {
    return options
        .withWalSync(walSync)
        .withWalSyncInterval(walSyncInterval)
        .withDiskReserve(diskReserve);
  }

  void applyTo(Varve store) {
    store.setWalSyncInterval(walSyncInterval);
    store.setWalSync(walSync);
    store.setDiskReserve(diskReserve);
  }
}
