package io.varve.remote;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.varve.ExemplarStats;
import io.varve.StaleSeriesStats;
import io.varve.Varve;
import io.varve.VarveStats;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The figures of the store under the names that they have in Prometheus, so that its dashboards
/// and alerts work. Empty until the store is open. Thread-safe.
final class StoreMetrics implements MultiCollector {
  static final String PREFIX = "prometheus_tsdb_";

  /// For what Prometheus has no figure of.
  static final String VARVE = "varve_";

  static final Labels FLOAT = Labels.of("type", "float");
  static final Labels HISTOGRAM = Labels.of("type", "histogram");
  static final Labels SAMPLES = Labels.of("type", "samples");
  private static final double MILLIS = 1000;

  private final Supplier<Optional<Varve>> store;

  StoreMetrics(Supplier<Optional<Varve>> store) {
    this.store = store;
  }

  @Override
  public MetricSnapshots collect() {
    var metrics = MetricSnapshots.builder();
    store.get().map(Varve::stats).ifPresent(stats -> collect(stats, metrics));
    return metrics.build();
  }

  private static void collect(VarveStats stats, MetricSnapshots.Builder metrics) {
    head(stats, metrics);
    samples(stats, metrics);
    limits(stats, metrics);
    exemplars(stats.exemplars(), metrics);
    blocks(stats, metrics);
    log(stats, metrics);
    OutOfOrderMetrics.collect(stats.outOfOrder(), metrics);
    staleSeries(stats.staleSeries(), metrics);
    CompactionMetrics.collect(stats.merging(), metrics);
    WriteMetrics.collect(stats.writes(), metrics);
  }

  private static void head(VarveStats stats, MetricSnapshots.Builder to) {
    gauge(to, "head_series", "Series in the head.", stats.headSeries());
    gauge(to, "head_chunks", "Chunks in the head.", stats.headChunks());
    gauge(
        to,
        "head_chunks_storage_size_bytes",
        "Bytes of sample data in the chunks of the head.",
        stats.headChunkBytes());
    gauge(to, "head_min_time", "Oldest time in the head, milliseconds.", stats.headMinTime());
    gauge(to, "head_max_time", "Newest time in the head, milliseconds.", stats.headMaxTime());
    gauge(to, "head_min_time_seconds", "Oldest time in the head.", stats.headMinTime() / MILLIS);
    gauge(to, "head_max_time_seconds", "Newest time in the head.", stats.headMaxTime() / MILLIS);
    gauge(
        to,
        "head_active_appenders",
        "Appenders with samples that are not committed.",
        stats.activeAppenders());
    counter(to, "head_series_created", "Series created in the head.", stats.seriesCreated());
    counter(to, "head_series_removed", "Series that left the head.", stats.seriesRemoved());
    counter(to, "head_truncations", "Times the head was cut.", stats.headTruncations());
    gauge(
        to,
        "isolation_low_watermark",
        "The oldest commit that some query may have to tell from those before it.",
        stats.isolation().lowWatermark());
    gauge(to, "isolation_high_watermark", "The newest commit.", stats.isolation().highWatermark());
  }

  private static void staleSeries(StaleSeriesStats stats, MetricSnapshots.Builder to) {
    gauge(to, "head_stale_series", "Series in the head that have ended.", stats.series());
    counter(
        to,
        "stale_series_compactions_triggered",
        "Times series that had ended were to leave the head early.",
        stats.compactions());
    counter(
        to, "stale_series_compactions_failed", "Times they could not.", stats.compactionsFailed());
  }

  private static void samples(VarveStats stats, MetricSnapshots.Builder to) {
    to.metricSnapshot(
        CounterSnapshot.builder()
            .name(PREFIX + "head_samples_appended")
            .help("Samples stored.")
            .dataPoint(point(stats.samplesAppended(), FLOAT))
            .dataPoint(point(stats.histogramsAppended(), HISTOGRAM))
            .build());
    counter(
        to,
        "out_of_order_samples",
        "Samples refused as out of order.",
        stats.samplesOutOfOrder(),
        FLOAT);
    counter(
        to,
        "out_of_bound_samples",
        "Samples refused as out of bounds.",
        stats.samplesOutOfBounds(),
        FLOAT);
    counter(to, "too_old_samples", "Samples refused as too old.", stats.samplesTooOld(), FLOAT);
    counter(
        to,
        VARVE,
        "invalid_histograms",
        "Native histograms refused as invalid.",
        stats.histogramsInvalid());
    counter(
        to,
        VARVE,
        "incompatible_samples",
        "Samples refused because the Prometheus version to be compatible with cannot read them.",
        stats.samplesIncompatible());
  }

  private static void limits(VarveStats stats, MetricSnapshots.Builder to) {
    var refusals =
        CounterSnapshot.builder()
            .name(VARVE + "limit_refusals")
            .help("Samples refused because a limit kept out their series.");
    stats
        .samplesOverLimit()
        .forEach((limit, count) ->
            refusals.dataPoint(point(count, Labels.of("limit", limit.toString()))));
    to.metricSnapshot(refusals.build());
  }

  private static void exemplars(ExemplarStats stats, MetricSnapshots.Builder to) {
    counter(to, "exemplar_exemplars_appended", "Exemplars stored.", stats.appended());
    gauge(to, "exemplar_exemplars_in_storage", "Exemplars there are.", stats.stored());
    gauge(
        to,
        "exemplar_series_with_exemplars_in_storage",
        "Series that have exemplars.",
        stats.series());
    gauge(
        to,
        "exemplar_last_exemplars_timestamp_seconds",
        "Time of the exemplar that has been there longest.",
        stats.oldestTime() / MILLIS);
    gauge(to, "exemplar_max_exemplars", "Most exemplars that are kept.", stats.max());
    counter(
        to,
        "exemplar_out_of_order_exemplars",
        "Exemplars refused as out of order.",
        stats.outOfOrder());
    counter(
        to,
        VARVE,
        "exemplars_too_long",
        "Exemplars refused because of the length of their labels.",
        stats.labelsTooLong());
  }

  private static void blocks(VarveStats stats, MetricSnapshots.Builder to) {
    gauge(to, "blocks_loaded", "Persisted blocks.", stats.blocks());
    gauge(to, "storage_blocks_bytes", "Bytes of all persisted blocks.", stats.blockBytes());
    gauge(
        to,
        "symbol_table_size_bytes",
        "Bytes of memory for the symbols of blocks.",
        stats.blockSymbolBytes());
    gauge(
        to, "lowest_timestamp", "Oldest time in the store, milliseconds.", stats.lowestTimestamp());
    gauge(
        to,
        "lowest_timestamp_seconds",
        "Oldest time in the store.",
        stats.lowestTimestamp() / MILLIS);
    counter(
        to,
        "compactions",
        "Blocks written, cut from the head or made of others.",
        stats.compactions());
    counter(
        to, "compactions_failed", "Blocks that could not be written.", stats.compactionsFailed());
    counter(to, "time_retentions", "Blocks deleted because of their age.", stats.timeRetentions());
    counter(to, "reloads", "Times the list of blocks was read.", stats.reloads());
    counter(
        to,
        "reloads_failures",
        "Times the list of blocks could not be read.",
        stats.reloadsFailed());
    counter(
        to,
        VARVE,
        "damaged_blocks",
        "Blocks that were found damaged and set aside.",
        stats.damagedBlocks());
  }

  private static void log(VarveStats stats, MetricSnapshots.Builder to) {
    gauge(to, "wal_segment_current", "Number of the present segment.", stats.walSegment());
    gauge(to, "wal_storage_size_bytes", "Bytes of the write-ahead log.", stats.walBytes());
    counter(to, "wal_page_flushes", "Pages written to the log.", stats.walPageFlushes());
    counter(to, "wal_writes_failed", "Commits that were not logged.", stats.walWritesFailed());
    counter(to, "wal_truncations", "Times the log was truncated.", stats.walTruncations());
    counter(to, "wal_corruptions", "Damaged records met.", stats.walCorruptions());
    counter(
        to,
        "wal_replay_unknown_refs",
        "Samples in the log of series that it does not define.",
        stats.walReplayUnknownRefs(),
        SAMPLES);
    counter(to, "checkpoint_creations", "Checkpoints made.", stats.checkpoints());
    counter(
        to,
        "checkpoint_creations_failed",
        "Checkpoints that could not be made.",
        stats.checkpointsFailed());
    gauge(
        to,
        "data_replay_duration_seconds",
        "Time it took to replay the log.",
        stats.replayMillis() / MILLIS);
    gauge(
        to,
        "clean_start",
        "Whether the last owner of the directory had closed it.",
        stats.cleanStart() ? 1 : 0);
    counter(
        to,
        "snapshot_replay_error",
        "Snapshots of the head that were damaged, so that the log was replayed.",
        stats.snapshot().errors());
    durations(
        to,
        "wal_fsync_duration_seconds",
        "Time spent in syncs of the log.",
        stats.walFsyncs(),
        stats.walFsyncNanos());
  }

  static void durations(
      MetricSnapshots.Builder to, String name, String help, long count, long nanos) {
    to.metricSnapshot(
        SummarySnapshot.builder()
            .name(PREFIX + name)
            .help(help)
            .dataPoint(
                SummaryDataPointSnapshot.builder()
                    .count(count)
                    .sum((double) nanos / TimeUnit.SECONDS.toNanos(1))
                    .build())
            .build());
  }

  private static void gauge(MetricSnapshots.Builder to, String name, String help, double value) {
    gauge(to, PREFIX, name, help, value);
  }

  static void gauge(
      MetricSnapshots.Builder to, String prefix, String name, String help, double value) {
    to.metricSnapshot(
        GaugeSnapshot.builder()
            .name(prefix + name)
            .help(help)
            .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
            .build());
  }

  static void gauge(MetricSnapshots.Builder to, String name, String help, long value) {
    gauge(to, name, help, (double) value);
  }

  static void counter(MetricSnapshots.Builder to, String name, String help, long value) {
    counter(to, name, help, value, Labels.EMPTY);
  }

  static void counter(
      MetricSnapshots.Builder to, String prefix, String name, String help, long value) {
    to.metricSnapshot(
        CounterSnapshot.builder()
            .name(prefix + name)
            .help(help)
            .dataPoint(point(value, Labels.EMPTY))
            .build());
  }

  /// @param name without the suffix `_total`
  static void counter(
      MetricSnapshots.Builder to, String name, String help, long value, Labels labels) {
    to.metricSnapshot(
        CounterSnapshot.builder()
            .name(PREFIX + name)
            .help(help)
            .dataPoint(point(value, labels))
            .build());
  }

  static CounterDataPointSnapshot point(long value, Labels labels) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }
}
