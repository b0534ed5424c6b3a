package io.varve.remote;

import static io.varve.remote.StoreMetrics.VARVE;
import static io.varve.remote.StoreMetrics.counter;
import static io.varve.remote.StoreMetrics.gauge;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.varve.WriteStats;

/// The figures of what keeps samples safe, and of what keeps them out. Static and stateless.
final class WriteMetrics {
  private WriteMetrics() {}

  static void collect(WriteStats stats, MetricSnapshots.Builder to) {
    counter(to, VARVE, "wal_fsyncs_failed", "Syncs of the logs that failed.", stats.fsyncsFailed());
    gauge(
        to,
        VARVE,
        "wal_doubtful",
        "Whether what may be missing on the disk after that could not be logged again.",
        stats.logDoubtful() ? 1 : 0);
    counter(
        to,
        VARVE,
        "suspended_writes",
        "Writes refused because no samples were taken for a while.",
        stats.suspended());
  }
}
