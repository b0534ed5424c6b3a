package io.varve.remote;

import static io.varve.remote.StoreMetrics.FLOAT;
import static io.varve.remote.StoreMetrics.HISTOGRAM;
import static io.varve.remote.StoreMetrics.PREFIX;
import static io.varve.remote.StoreMetrics.SAMPLES;
import static io.varve.remote.StoreMetrics.counter;
import static io.varve.remote.StoreMetrics.durations;
import static io.varve.remote.StoreMetrics.gauge;
import static io.varve.remote.StoreMetrics.point;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.varve.OutOfOrderStats;

/// The figures of samples that came out of order. Static and stateless.
final class OutOfOrderMetrics {
  private static final String WBL = "out_of_order_wbl_";

  private OutOfOrderMetrics() {}

  static void collect(OutOfOrderStats stats, MetricSnapshots.Builder to) {
    to.metricSnapshot(
        CounterSnapshot.builder()
            .name(PREFIX + "head_out_of_order_samples_appended")
            .help("Samples stored that came out of order.")
            .dataPoint(point(stats.samplesAppended(), FLOAT))
            .dataPoint(point(stats.histogramsAppended(), HISTOGRAM))
            .build());
    gauge(to, WBL + "segment_current", "Number of the present segment.", stats.wblSegment());
    gauge(
        to,
        WBL + "storage_size_bytes",
        "Bytes of the log of samples out of order.",
        stats.wblBytes());
    counter(to, WBL + "page_flushes", "Pages written to that log.", stats.wblPageFlushes());
    counter(to, WBL + "writes_failed", "Commits it did not take.", stats.wblWritesFailed());
    counter(to, WBL + "truncations", "Times it was truncated.", stats.wblTruncations());
    durations(
        to,
        WBL + "fsync_duration_seconds",
        "Time spent in syncs of it.",
        stats.wblFsyncs(),
        stats.wblFsyncNanos());
    counter(
        to,
        "wbl_replay_unknown_refs",
        "Samples and markers in it of series that are not known.",
        stats.wblReplayUnknownRefs(),
        SAMPLES);
  }
}
