package io.varve.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A target of scraping with exemplars and metadata, in the OpenMetrics text format. Each scrape
/// finds new exemplars. Thread-safe.
final class ExemplarExporter implements AutoCloseable {
  private static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final HttpServer server;
  private int scrapes;

  private ExemplarExporter(HttpServer server) {
    this.server = server;
  }

  static ExemplarExporter start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
    var exporter = new ExemplarExporter(HttpServer.create(address, 0));
    exporter.server.createContext("/metrics", exporter::answer);
    exporter.server.start();
    return exporter;
  }

  String hostAndPort() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = text().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /// With exemplars that have a time, and some that have none; one is always the same.
  private synchronized String text() {
    scrapes++;
    double now = System.currentTimeMillis() / 1000.0;
    return String.format(
        Locale.ROOT,
        """
        # HELP requests Requests, "all" of them.
        # TYPE requests counter
        requests_total{code="200"} %1$d # {trace_id="r%1$d"} 1 %2$.3f
        requests_total{code="500"} 1 # {trace_id="always"} 1
        # HELP latency_seconds How long \\\\ it took.
        # TYPE latency_seconds histogram
        # UNIT latency_seconds seconds
        latency_seconds_bucket{le="0.1"} %1$d # {trace_id="a%1$d",span="é日本"} 0.0%1$d
        latency_seconds_bucket{le="+Inf"} %3$d # {} 1e9 %2$.3f
        latency_seconds_count %3$d
        latency_seconds_sum %3$d.5
        # TYPE temperature gauge
        temperature -3.5
        # EOF
        """,
        scrapes,
        now,
        2 * scrapes);
  }

  /// From now on it cannot be scraped.
  @Override
  public void close() {
    server.stop(0);
  }
}
