package io.varve.remote;

import static io.varve.remote.StoreMetrics.VARVE;
import static io.varve.remote.StoreMetrics.counter;
import static io.varve.remote.StoreMetrics.durations;
import static io.varve.remote.StoreMetrics.gauge;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.varve.CompactionProgress;
import io.varve.CompactionStats;
import io.varve.compact.CompactionListener.Step;
import java.util.Locale;

/// The figures of blocks that are made of others. Static and stateless.
final class CompactionMetrics {
  private CompactionMetrics() {}

  static void collect(CompactionStats stats, MetricSnapshots.Builder to) {
    counter(
        to,
        "vertical_compactions",
        "Times that blocks which overlapped were made one.",
        stats.verticalMerges(),
        Labels.EMPTY);
    counter(
        to,
        "compactions_skipped",
        "Times that blocks were to be made one, and there was no room or it was halted.",
        stats.skipped(),
        Labels.EMPTY);
    durations(
        to,
        "compaction_duration_seconds",
        "Time spent in making blocks of others.",
        stats.merges(),
        stats.nanos());
    gauge(
        to,
        "compaction_populating_block",
        "Whether a block is being made of others.",
        stats.running().isPresent() ? 1 : 0);
    counter(
        to,
        VARVE,
        "compaction_read_bytes",
        "Bytes of the blocks that were made one.",
        stats.bytesRead());
    counter(
        to,
        VARVE,
        "compaction_written_bytes",
        "Bytes of the blocks that were made of others.",
        stats.bytesWritten());
    gauge(
        to,
        VARVE,
        "compaction_left_out_blocks",
        "Blocks that are not made one with others because they are damaged or it failed.",
        (double) stats.blocksLeftOut());
    gauge(
        to,
        VARVE,
        "compaction_block_bytes",
        "Bytes there are of the block that is being made; 0 if none is.",
        stats.running().map(CompactionProgress::bytesWritten).orElse(0L));
    steps(stats, to);
  }

  private static void steps(CompactionStats stats, MetricSnapshots.Builder to) {
    var ratios =
        GaugeSnapshot.builder()
            .name(VARVE + "compaction_progress_ratio")
            .help("How much is done of each step of making a block of others, while one is made.");
    stats
        .running()
        .ifPresent(running -> {
          for (Step step : Step.values()) {
            ratios.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("step", step.name().toLowerCase(Locale.ROOT)))
                    .value(ratio(running, step))
                    .build());
          }
        });
    to.metricSnapshot(ratios.build());
  }

  private static double ratio(CompactionProgress running, Step step) {
    int order = step.compareTo(running.step());
    if (order != 0) {
      return order < 0 ? 1 : 0;
    }
    return running.total() == 0 ? 0 : Math.min(1, (double) running.done() / running.total());
  }
}
