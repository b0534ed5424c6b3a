package io.varve.interop;

import com.google.protobuf.CodedOutputStream;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.varve.fixture.Property;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Spans;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.random.RandomGenerator;

/// A target of scraping with native histograms and a classic one, in the protobuf exposition
/// format, the only one that has native histograms. Each scrape finds new observations.
/// Thread-safe.
final class HistogramExporter implements AutoCloseable {
  private static final String TYPE =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  /// Numbers of `io.prometheus.client.MetricType`.
  private static final int HISTOGRAM = 4;

  private static final int GAUGE_HISTOGRAM = 5;
  private static final int SCRAPES_UNTIL_RESTART = 7;
  private static final double[] BOUNDS = {0.25, 1, 4};

  private final HttpServer server;
  private final boolean gauges;
  private final RandomGenerator random = Property.random();
  private Observations latency = Observations.exponential(3, 0.01);
  private Observations classic = Observations.custom(BOUNDS);
  private int scrapes;

  private HistogramExporter(HttpServer server, boolean gauges) {
    this.server = server;
    this.gauges = gauges;
  }

  /// @param gauges whether there is a gauge histogram
  static HistogramExporter start(boolean gauges) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
    var exporter = new HistogramExporter(HttpServer.create(address, 0), gauges);
    exporter.server.createContext("/metrics", exporter::answer);
    exporter.server.start();
    return exporter;
  }

  String hostAndPort() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = families();
      exchange.getResponseHeaders().set("Content-Type", TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private synchronized byte[] families() throws IOException {
    if (++scrapes % SCRAPES_UNTIL_RESTART == 0) {
      latency = Observations.exponential(3, 0.01);
      classic = Observations.custom(BOUNDS);
    }
    latency.observe(random, 5);
    classic.observe(random, 5);
    Observations depth = Observations.exponential(0, 0.001);
    depth.observe(random, 8);
    byte[] latencyNow = message(out -> whole(out, latency.whole(CounterReset.UNKNOWN)));
    byte[] depthNow = message(out -> whole(out, depth.whole(CounterReset.GAUGE)));
    byte[] weightedNow = message(out -> floats(out, latency.halves(CounterReset.UNKNOWN)));
    byte[] classicNow = message(out -> classic(out, classic));
    return message(out -> {
      out.writeByteArrayNoTag(family("latency_seconds", HISTOGRAM, latencyNow));
      if (gauges) {
        out.writeByteArrayNoTag(family("depth", GAUGE_HISTOGRAM, depthNow));
      }
      out.writeByteArrayNoTag(family("weighted_seconds", HISTOGRAM, weightedNow));
      out.writeByteArrayNoTag(family("classic_seconds", HISTOGRAM, classicNow));
    });
  }

  private static byte[] family(String name, int type, byte[] histogram) throws IOException {
    byte[] label =
        message(out -> {
          out.writeString(1, "of");
          out.writeString(2, name);
        });
    byte[] metric =
        message(out -> {
          out.writeByteArray(1, label);
          out.writeByteArray(7, histogram);
        });
    return message(out -> {
      out.writeString(1, name);
      out.writeEnum(3, type);
      out.writeByteArray(4, metric);
    });
  }

  private static void whole(CodedOutputStream out, Histogram h) throws IOException {
    out.writeUInt64(1, h.count());
    out.writeDouble(2, h.sum());
    out.writeSInt32(5, h.schema());
    out.writeDouble(6, h.zeroThreshold());
    out.writeUInt64(7, h.zeroCount());
    spans(out, 9, h.negativeSpans());
    for (long delta : h.negativeBuckets()) {
      out.writeSInt64(10, delta);
    }
    spans(out, 12, h.positiveSpans());
    for (long delta : h.positiveBuckets()) {
      out.writeSInt64(13, delta);
    }
  }

  private static void floats(CodedOutputStream out, FloatHistogram h) throws IOException {
    out.writeDouble(4, h.count());
    out.writeDouble(2, h.sum());
    out.writeSInt32(5, h.schema());
    out.writeDouble(6, h.zeroThreshold());
    out.writeDouble(8, h.zeroCount());
    spans(out, 9, h.negativeSpans());
    for (double count : h.negativeBuckets()) {
      out.writeDouble(11, count);
    }
    spans(out, 12, h.positiveSpans());
    for (double count : h.positiveBuckets()) {
      out.writeDouble(14, count);
    }
  }

  private static void spans(CodedOutputStream out, int field, Spans spans) throws IOException {
    for (int i = 0; i < spans.count(); i++) {
      int span = i;
      out.writeByteArray(
          field,
          message(to -> {
            to.writeSInt32(1, spans.offset(span));
            to.writeUInt32(2, spans.length(span));
          }));
    }
  }

  /// With buckets that count all observations up to their bounds.
  private static void classic(CodedOutputStream out, Observations observed) throws IOException {
    Histogram h = observed.whole(CounterReset.UNKNOWN);
    out.writeUInt64(1, h.count());
    out.writeDouble(2, h.sum());
    for (int i = 0; i < BOUNDS.length; i++) {
      long cumulative = observed.upTo(i);
      double bound = BOUNDS[i];
      out.writeByteArray(
          3,
          message(to -> {
            to.writeUInt64(1, cumulative);
            to.writeDouble(2, bound);
          }));
    }
  }

  private interface Body {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Body body) throws IOException {
    var bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    body.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  /// From now on it cannot be scraped.
  @Override
  public void close() {
    server.stop(0);
  }
}
