package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.ExemplarSeries;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Exemplars and metadata between Varve and a real Prometheus, by remote write and in one
/// directory.
@ExtendWith(Peers.class)
final class RemoteExemplarTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String EXEMPLARS = "--enable-feature=exemplar-storage";
  private static final List<String> QUERIES =
      List.of(
          "{__name__=~'.+'}",
          "histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[1m])))",
          "rate(requests_total{code=~'2..'}[5m]) / on () group_left temperature");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  private static URI query(URI server, String query, long start, long end) {
    return server.resolve(
        "/api/v1/query_exemplars?query="
            + URLEncoder.encode(query, StandardCharsets.UTF_8)
            + "&start="
            + start / 1000
            + "&end="
            + end / 1000);
  }

  @Test
  void varveAnswersAsTheSenderDoes() throws IOException {
    VarveServer varve = VarveServer.start(processes, directory.resolve("varve-data"));
    PrometheusServer scraper;
    long start;
    long end;
    try (var exporter = ExemplarExporter.start()) {
      scraper =
          PrometheusServer.start(
              processes,
              PrometheusVersion.V3_5,
              directory.resolve("scraper"),
              PrometheusConfig.empty()
                  .scrape("exemplars", exporter.hostAndPort(), "1s")
                  .remoteWrite(varve.writeAddress())
                  .withExemplarsAndMetadata(),
              EXEMPLARS);
      eventually(
          "exemplars to arrive",
          PATIENCE,
          () -> varve.metric("prometheus_tsdb_exemplar_exemplars_in_storage") > 4);
      // Those of the first scrapes may not have been sent.
      start = (System.currentTimeMillis() / 1000 + 2) * 1000;
      end = start + 5000;
      RemoteWriting.awaitScrape(scraper, end);
    }

    for (String query : QUERIES) {
      String expected = Http.get(query(scraper.address(), query, start, end));
      assertThat(expected).contains("trace_id");
      eventually(
          "the same answer to " + query,
          PATIENCE,
          () -> Http.get(query(varve.address(), query, start, end)).equals(expected));
    }
    assertThat(Http.get(query(scraper.address(), QUERIES.getFirst(), start, end)))
        .contains("é日本", "\"value\":\"1000000000\"");
    assertThat(Http.status(query(varve.address(), "1 + 1", start, end)))
        .isEqualTo(Http.status(query(scraper.address(), "1 + 1", start, end)));

    assertSameMetadata(scraper, varve);
    assertThat(scraper.complaints()).isEmpty();

    varve.crashAndRestart();
    assertThat(
            Json.object(Http.get(varve.address().resolve("/api/v1/metadata")))
                .get("data")
                .toString())
        .contains("How long \\ it took.");
    String all = QUERIES.getFirst();
    assertThat(Http.get(query(varve.address(), all, start, end)))
        .isEqualTo(Http.get(query(scraper.address(), all, start, end)));
  }

  private static void assertSameMetadata(PrometheusServer scraper, VarveServer varve)
      throws IOException {
    URI path = URI.create("/api/v1/metadata");
    Map<String, Object> expected = Json.object(Http.get(scraper.address().resolve(path)));
    assertThat(expected.get("data").toString()).contains("latency_seconds", "requests");
    eventually(
        "the same metadata",
        PATIENCE,
        () -> Json.object(Http.get(varve.address().resolve(path))).equals(expected));
    assertThat(Http.get(varve.address().resolve("/api/v1/metadata?metric=latency_seconds")))
        .isEqualTo(Http.get(scraper.address().resolve("/api/v1/metadata?metric=latency_seconds")));
  }

  /// Each version reads the records of exemplars and metadata that Varve logs, and Varve those that
  /// are left.
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void prometheusReplaysTheExemplarsOfVarve(PrometheusVersion version) throws IOException {
    Path data = directory.resolve("data");
    long time = System.currentTimeMillis() / 1000 * 1000;
    var labels = Labels.of("__name__", "requests_total");
    var metadata = new Metadata(MetricType.COUNTER, "", "Requests.");
    var exemplars =
        List.of(
            new Exemplar(Labels.of("trace_id", "abc"), 0.25, time),
            new Exemplar(Labels.EMPTY, 1, time + 1));
    VarveOptions options = VarveOptions.defaults().withMaintenance(false);
    try (Varve store = Varve.open(data, options);
        Appender appender = store.appender()) {
      var series = appender.append(labels, time, 1).ref();
      exemplars.forEach(exemplar -> appender.appendExemplar(series, exemplar));
      appender.updateMetadata("requests_total", metadata);
      appender.commit();
    }

    PrometheusServer prometheus =
        PrometheusServer.start(processes, version, data, PrometheusConfig.empty(), EXEMPLARS);
    String found = Http.get(query(prometheus.address(), "requests_total", time, time + 1000));
    prometheus.stop();

    assertThat(found)
        .contains("{\"labels\":{\"trace_id\":\"abc\"},\"value\":\"0.25\"", "{\"labels\":{},");
    assertThat(prometheus.complaints()).isEmpty();
    try (Varve store = Varve.open(data, options)) {
      assertThat(
              store.exemplars(
                  time, time + 1, List.of(List.of(Matcher.equal("__name__", "requests_total")))))
          .containsExactly(new ExemplarSeries(labels, exemplars));
      assertThat(store.metadata()).isEqualTo(Map.of("requests_total", List.of(metadata)));
    }
  }
}
