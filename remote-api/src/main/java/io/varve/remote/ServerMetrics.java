package io.varve.remote;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.varve.remote.RemoteProto.ReadRequest.ResponseType;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/// What the server counts of itself, under the names that Prometheus has for it where it has one.
/// Thread-safe.
final class ServerMetrics {
  /// Those of Prometheus, seconds.
  private static final double[] DURATION_BOUNDS = {.1, .2, .4, 1, 3, 8, 20, 60, 120};

  private static final double MILLIS = 1000;

  private final PrometheusRegistry registry;
  private final Counter requests;
  private final Histogram durations;
  private final Gauge readQueries;
  private final Counter answeredQueries;
  private final Counter invalidLabels;
  private final Counter storedSamples;
  private final Counter rejectedSamples;
  private final Counter storedExemplars;
  private final Counter refusedExemplars;
  private final Counter storedMetadata;
  private final Counter refusedMetadata;

  ServerMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    requests = counter("prometheus_http_requests_total", "Requests answered.", "handler", "code");
    durations =
        Histogram.builder()
            .name("prometheus_http_request_duration_seconds")
            .help("Time from the head of a request to the end of its answer.")
            .labelNames("handler")
            .classicOnly()
            .classicUpperBounds(DURATION_BOUNDS)
            .register(registry);
    readQueries =
        Gauge.builder()
            .name("prometheus_remote_read_handler_queries")
            .help("Remote reads that run or wait for their turn.")
            .register(registry);
    answeredQueries =
        counter(
            "varve_remote_read_queries_total",
            "Queries received by remote read, by the type of the response agreed on.",
            "response_type");
    invalidLabels =
        counter(
            "prometheus_api_remote_write_invalid_labels_samples_total",
            "Samples received by remote write and rejected because of their labels.");
    storedSamples =
        counter("varve_remote_write_samples_total", "Samples received by remote write and stored.");
    rejectedSamples =
        counter(
            "varve_remote_write_rejected_samples_total",
            "Samples received by remote write and not stored.",
            "reason");
    storedExemplars =
        counter(
            "varve_remote_write_exemplars_total", "Exemplars received by remote write and stored.");
    refusedExemplars =
        counter(
            "varve_remote_write_refused_exemplars_total",
            "Exemplars received by remote write and not stored.",
            "reason");
    storedMetadata =
        counter(
            "varve_remote_write_metadata_total",
            "Metadata entries received by remote write and kept.");
    refusedMetadata =
        counter(
            "varve_remote_write_refused_metadata_total",
            "Metadata entries received by remote write and not kept.");
  }

  private Counter counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  void buildInfo(String version) {
    Info.builder()
        .name("varve_build_info")
        .help("The version that is running.")
        .labelNames("version", "java")
        .register(registry)
        .setLabelValues(version, Runtime.version().toString());
  }

  void ready(BooleanSupplier ready) {
    GaugeWithCallback.builder()
        .name("prometheus_ready")
        .help("Whether the store is open.")
        .callback(callback -> callback.call(ready.getAsBoolean() ? 1 : 0))
        .register(registry);
  }

  void reloads(Lifecycle lifecycle) {
    gauge(
        "prometheus_config_last_reload_successful",
        "Whether the last reload of the configuration was successful.",
        () -> lifecycle.reloaded() ? 1 : 0);
    gauge(
        "prometheus_config_last_reload_success_timestamp_seconds",
        "When the configuration was last read successfully.",
        () -> lifecycle.reloadedAt() / MILLIS);
  }

  private void gauge(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  void inFlightBytes(ByteBudget budget) {
    GaugeWithCallback.builder()
        .name("varve_http_in_flight_bytes")
        .help("Bytes held by the requests in flight.")
        .callback(callback -> callback.call((double) budget.used()))
        .register(registry);
  }

  /// @param handler the path, as the router has it
  void request(String handler, int status, long nanos) {
    requests.labelValues(handler, Integer.toString(status)).inc();
    durations.labelValues(handler).observe((double) nanos / TimeUnit.SECONDS.toNanos(1));
  }

  void readBegins() {
    readQueries.inc();
  }

  /// @param queries those of one request
  void read(ResponseType type, int queries) {
    answeredQueries.labelValues(type.name().toLowerCase(Locale.ROOT)).inc(queries);
  }

  void readEnds() {
    readQueries.dec();
  }

  void write(WriteResult result) {
    storedSamples.inc(result.stored());
    result.rejected().forEach((reason, count) -> rejectedSamples.labelValues(reason).inc(count));
    invalidLabels.inc(result.rejected().getOrDefault(WriteTally.INVALID_LABELS, 0L));
    storedExemplars.inc(result.exemplars());
    result
        .refusedExemplars()
        .forEach((reason, count) -> refusedExemplars.labelValues(reason).inc(count));
    storedMetadata.inc(result.metadata());
    refusedMetadata.inc(result.refusedMetadata());
  }
}
