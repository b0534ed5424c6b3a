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
    gauge(
        to,
        VARVE,
        "disk_reserve_bytes",
        "Free space of the disk that is kept from samples.",
        (double) stats.diskReserve());
    gauge(
        to,
        VARVE,
        "disk_free_bytes",
        "Free space of the disk when it was last counted; -1 if it was not yet.",
        (double) stats.diskFree());
    gauge(
        to,
        VARVE,
        "disk_reserve_touched",
        "Whether it is less than the reserve, so that no samples are taken.",
        stats.diskReserveTouched() ? 1 : 0);
    counter(
        to,
        VARVE,
        "suspended_writes",
        "Writes refused because no samples were taken for a while.",
        stats.suspended());
  }
}
