package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One Prometheus scrapes and writes to Varve, another one that has nothing of its own reads from
/// Varve: both give the same answers.
@ExtendWith(Peers.class)
final class RemoteInteropTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /// How far the queries look back, milliseconds.
  private static final long LOOKBACK = 5000;

  private static final List<String> QUERIES =
      List.of(
          "up",
          "rate(prometheus_http_requests_total[5s])",
          "sum by (job) (rate({__name__=~\"(process|node)_cpu_seconds_total\"}[4s]))",
          "{__name__=~\"node_(load1|memory_Mem.+_bytes)\", job!=\"prometheus\"}",
          "{job=~\"pro.*\", __name__=~\"go_(gc|memstats)_.+\", quantile=\"\"}",
          "histogram_quantile(0.9, sum by (le, handler)"
              + " (rate(prometheus_http_request_duration_seconds_bucket[5s])))",
          "absent(no_such_metric)",
          "count({__name__=~\".+\"})",
          "topk(3, node_cpu_seconds_total offset 1s)");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;
  private NodeExporter exporter;
  private VarveServer varve;

  @BeforeEach
  void start() throws IOException {
    exporter = NodeExporter.start(processes, directory);
    varve = VarveServer.start(processes, directory.resolve("varve-data"));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void readerOfVarveAnswersAsTheScraperDoes(PrometheusVersion version) throws IOException {
    PrometheusServer scraper = scraper(version);
    PrometheusServer reader = reader(version);
    long start = RemoteWriting.arrival(reader, 2);
    long end = start + LOOKBACK + 4000;
    RemoteWriting.awaitScrape(scraper, end);

    assertSameAnswers(scraper, reader, start, end);
    assertThat(queriesAnsweredWith("samples") > 0).isEqualTo(version == PrometheusVersion.V2_42);
    assertThat(queriesAnsweredWith("streamed_xor_chunks") > 0)
        .isEqualTo(version == PrometheusVersion.V3_5);
    assertThat(scraper.complaints()).isEmpty();
    assertThat(reader.complaints()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void nothingIsLostWhenVarveIsKilled(PrometheusVersion version) throws IOException {
    PrometheusServer scraper = scraper(version);
    PrometheusServer reader = reader(version);
    long start = RemoteWriting.arrival(reader, 2);
    varve.crashAndRestart();
    long end = Math.max(start + LOOKBACK, System.currentTimeMillis()) + 2000;
    RemoteWriting.awaitScrape(scraper, end);

    assertSameAnswers(scraper, reader, start, end);
  }

  private double queriesAnsweredWith(String type) throws IOException {
    return varve.metric("varve_remote_read_queries_total{response_type=\"" + type + "\"}");
  }

  private PrometheusServer scraper(PrometheusVersion version) throws IOException {
    PrometheusConfig config =
        PrometheusConfig.empty()
            .externalLabel("site", "interop")
            .scrapeSelf("1s")
            .scrape("node", exporter.hostAndPort(), "1s")
            .remoteWrite(varve.writeAddress());
    return PrometheusServer.start(processes, version, directory.resolve("scraper"), config);
  }

  private PrometheusServer reader(PrometheusVersion version) throws IOException {
    PrometheusConfig config =
        PrometheusConfig.empty().externalLabel("site", "interop").remoteRead(varve.readAddress());
    return PrometheusServer.start(processes, version, directory.resolve("reader"), config);
  }

  /// Waits until the queue of remote write has delivered, and compares every answer.
  ///
  /// @param start milliseconds since the epoch, as {@code end}
  private static void assertSameAnswers(
      PrometheusServer scraper, PrometheusServer reader, long start, long end) throws IOException {
    String all = "{__name__=~\".+\"}[" + (end - start) + "ms]";
    List<Object> sent = scraper.api().instant(all, end);
    assertThat(sent).hasSizeGreaterThan(800);
    eventually(
        "all samples to arrive", PATIENCE, () -> reader.api().instant(all, end).equals(sent));
    for (String query : QUERIES) {
      List<Object> expected = scraper.api().range(query, start + LOOKBACK, end);
      assertThat(expected).as(query).isNotEmpty();
      assertThat(reader.api().range(query, start + LOOKBACK, end)).as(query).isEqualTo(expected);
    }
  }
}
