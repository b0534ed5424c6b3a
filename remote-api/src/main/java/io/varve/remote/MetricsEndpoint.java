package io.varve.remote;

import io.javalin.http.Context;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// `/metrics`, in Prometheus' text format or in OpenMetrics, as the scraper prefers. Thread-safe.
final class MetricsEndpoint {
  private static final int OK = 200;

  private final PrometheusRegistry registry;
  private @Nullable ExpositionFormats formats;

  MetricsEndpoint(PrometheusRegistry registry) {
    this.registry = registry;
  }

  void serve(Context context) throws IOException {
    String accept = Objects.requireNonNullElse(context.req().getHeader("Accept"), "");
    ExpositionFormatWriter writer = formats().findWriter(accept);
    // Written to memory first: what fails half way must not look like a whole scrape.
    var body = new ByteArrayOutputStream();
    writer.write(body, registry.scrape(), EscapingScheme.fromAcceptHeader(accept));
    Answers.bytes(context.res(), OK, writer.getContentType(), body.toByteArray());
  }

  /// The figures of the JVM are set up by the first scrape: the management beans they come from
  /// would make up a good part of the time it takes to start.
  private synchronized ExpositionFormats formats() {
    if (formats == null) {
      JvmMetrics.builder().register(registry);
      formats = ExpositionFormats.init();
    }
    return formats;
  }
}
