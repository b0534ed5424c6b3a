package io.varve.remote;

import static io.varve.remote.TestServer.NOW;
import static io.varve.remote.TestServer.request;
import static io.varve.remote.TestServer.sample;
import static io.varve.remote.TestServer.series;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Limits;
import io.varve.Varve;
import io.varve.remote.TypesProto.Exemplar;
import io.varve.remote.TypesProto.Label;
import io.varve.remote.TypesProto.TimeSeries;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exemplars by remote write into the real store, and by HTTP out of it.
class ExemplarEndpointTest {
  private static final String EMPTY = "{\"status\":\"success\",\"data\":[]}";

  @TempDir private Path directory;
  private Varve store;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    store = EngineStore.open(directory);
    server = TestServer.over(store);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    store.close();
  }

  private static Exemplar.Builder exemplar(long time, double value, String... labels) {
    Exemplar.Builder exemplar = Exemplar.newBuilder().setTimestamp(time).setValue(value);
    for (int i = 0; i < labels.length; i += 2) {
      exemplar.addLabels(Label.newBuilder().setName(labels[i]).setValue(labels[i + 1]));
    }
    return exemplar;
  }

  private void write(TimeSeries.Builder... series) throws Exception {
    assertThat(server.write(request(series)).statusCode()).isEqualTo(204);
  }

  private String query(String query, String more) throws Exception {
    HttpResponse<String> response =
        server.get(
            "/api/v1/query_exemplars?query="
                + URLEncoder.encode(query, StandardCharsets.UTF_8)
                + more);
    return response.statusCode() + " " + response.body();
  }

  private List<String> metrics() throws Exception {
    return server.get("/metrics").body().lines().toList();
  }

  @Test
  void answersAsPrometheusDoes() throws Exception {
    write(
        series("__name__", "y").addSamples(sample(NOW, 1)),
        series("__name__", "x", "job", "a")
            .addSamples(sample(NOW, 1))
            .addExemplars(exemplar(NOW - 1, 0.5, "span", "\"1\"", "trace_id", "abc"))
            .addExemplars(exemplar(NOW, 1e-9)),
        // As Prometheus sends them: the exemplars of a series apart from its samples.
        series("__name__", "y").addExemplars(exemplar(NOW + 50, Double.POSITIVE_INFINITY)));

    assertThat(query("rate(x{job=\"a\"}[5m]) / on () group_left y", ""))
        .isEqualTo(
            "200 {\"status\":\"success\",\"data\":["
                + "{\"seriesLabels\":{\"__name__\":\"x\",\"job\":\"a\"},\"exemplars\":["
                + "{\"labels\":{\"span\":\"\\\"1\\\"\",\"trace_id\":\"abc\"},"
                + "\"value\":\"0.5\",\"timestamp\":1699999999.999},"
                + "{\"labels\":{},\"value\":\"1e-09\",\"timestamp\":1700000000}]},"
                + "{\"seriesLabels\":{\"__name__\":\"y\"},\"exemplars\":["
                + "{\"labels\":{},\"value\":\"+Inf\",\"timestamp\":1700000000.050}]}]}");
    assertThat(query("y", "&start=1700000000.05&end=2023-11-14T22:13:20.050Z"))
        .contains("1700000000.050");
    assertThat(query("y", "&end=1700000000")).isEqualTo("200 " + EMPTY);
    assertThat(query("x{job=\"b\"}", "")).isEqualTo("200 " + EMPTY);
    assertThat(query("1 + 1", "")).isEqualTo("204 ");
    assertThat(server.form("/api/v1/query_exemplars", "query=y").body()).contains("+Inf");
  }

  @Test
  void refusesWhatIsNoQuestion() throws Exception {
    String start = "400 {\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"";

    assertThat(query("x{", "")).startsWith(start).contains("a brace is not closed");
    assertThat(query("", "")).startsWith(start).contains("expected an operand");
    assertThat(query("x", "&start=2&end=1"))
        .isEqualTo(start + "end timestamp must not be before start timestamp\"}");
    assertThat(query("x", "&start=x")).startsWith(start).contains("start");
  }

  @Test
  void refusedExemplarsAreCountedAndDoNotFailTheRequest() throws Exception {
    write(
        series("__name__", "x")
            .addSamples(sample(NOW, 1))
            .addExemplars(exemplar(NOW, 1, "a", "1"))
            .addExemplars(exemplar(NOW - 1, 1, "a", "2"))
            .addExemplars(exemplar(NOW + 1, 1, "a", "x".repeat(200)))
            .addExemplars(exemplar(NOW + 2, 1, "b", "1", "a", "1"))
            .addExemplars(exemplar(NOW + 3_600_000, 1, "a", "1")),
        series("__name__", "x").addExemplars(exemplar(NOW, 1, "a", "1")),
        series("__name__", "unknown").addExemplars(exemplar(NOW, 1, "a", "1")),
        series("job", "nameless").addExemplars(exemplar(NOW, 1, "a", "1")));

    assertThat(metrics())
        .contains(
            "varve_remote_write_samples_total 1.0",
            "varve_remote_write_exemplars_total 2.0",
            "varve_remote_write_refused_exemplars_total{reason=\"out of order exemplar\"} 1.0",
            "varve_remote_write_refused_exemplars_total{reason=\"label length for exemplar exceeds"
                + " maximum of 128 UTF-8 characters\"} 1.0",
            "varve_remote_write_refused_exemplars_total{reason=\"invalid labels\"} 1.0",
            "varve_remote_write_refused_exemplars_total{reason=\"too far in the future\"} 1.0",
            "varve_remote_write_refused_exemplars_total{reason=\"unknown series\"} 2.0",
            "prometheus_tsdb_exemplar_exemplars_appended_total 1.0",
            "prometheus_tsdb_exemplar_exemplars_in_storage 1.0",
            "prometheus_tsdb_exemplar_series_with_exemplars_in_storage 1.0",
            "prometheus_tsdb_exemplar_last_exemplars_timestamp_seconds 1.7E9",
            "prometheus_tsdb_exemplar_max_exemplars 100000.0",
            "prometheus_tsdb_exemplar_out_of_order_exemplars_total 1.0",
            "varve_exemplars_too_long_total 1.0",
            "prometheus_tsdb_head_series 1.0");
    assertThat(query("x", "")).contains("\"a\":\"1\"").doesNotContain("\"a\":\"2\"");
  }

  @Test
  void exemplarsOfNoPossibleSeriesAreCountedAndDoNotFailTheRequest() throws Exception {
    write(
        series().addExemplars(exemplar(NOW, 1, "a", "1")),
        series("__name__", "x", "a", "").addExemplars(exemplar(NOW, 1, "a", "1")),
        series("b", "1", "__name__", "x").addExemplars(exemplar(NOW, 1, "a", "1")),
        series("__name__", "x", "__name__", "x").addExemplars(exemplar(NOW, 1, "a", "1")));

    assertThat(metrics())
        .contains(
            "varve_remote_write_refused_exemplars_total{reason=\"unknown series\"} 4.0",
            "prometheus_tsdb_head_series 0.0");
  }

  @Test
  void exemplarOfASeriesOverALimitDoesNotFailTheServer() throws Exception {
    write(series("__name__", "x").addSamples(sample(NOW, 1)));
    store.setLimits(Limits.NONE.withSeries(1));

    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "y").addSamples(sample(NOW, 1)).addExemplars(exemplar(NOW, 7))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(metrics())
        .contains("varve_remote_write_refused_exemplars_total{reason=\"unknown series\"} 1.0");
  }

  @Test
  void keepsTheExemplarsOfARequestWhoseSamplesAreRefused() throws Exception {
    write(series("__name__", "x").addSamples(sample(NOW, 1)));

    HttpResponse<String> response =
        server.write(
            request(
                series("__name__", "x")
                    .addSamples(sample(NOW - 1, 1))
                    .addExemplars(exemplar(NOW - 1, 7))));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(query("x", "")).contains("\"value\":\"7\"");
  }

  @Test
  void damagedExemplarsMakeTheRequestMalformed() throws Exception {
    byte[] body =
        request(
                series("__name__", "x")
                    .addSamples(sample(NOW, 1))
                    .addExemplars(exemplar(NOW, 1, "a", "1")))
            .toByteArray();
    body[body.length - 7] = (byte) 0xff; // the tag of the time

    HttpResponse<String> response = server.writeRaw(TestServer.snappy(body));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(metrics()).contains("prometheus_tsdb_head_series 0.0");
  }
}
