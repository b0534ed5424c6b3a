package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A Prometheus scrapes native histograms and writes them to Varve, and another one that has
/// nothing of its own reads from Varve: both give the same answers.
@ExtendWith(Peers.class)
final class RemoteHistogramTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /// How far the queries look back, milliseconds.
  private static final long LOOKBACK = 5000;

  private static final String CUSTOM_BUCKETS = "schema=-53";

  private static final List<String> QUERIES =
      List.of(
          "{__name__=~'(latency|weighted)_seconds|depth'}",
          "histogram_quantile(0.9, rate({__name__=~'(latency|weighted)_seconds'}[5s]))",
          "histogram_count(increase({__name__=~'(latency|weighted)_seconds'}[4s]))",
          "histogram_sum(depth)",
          "histogram_fraction(-1, 2, latency_seconds)",
          "sum(rate(latency_seconds[5s]))");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;
  private HistogramExporter exporter;

  private VarveServer varve;

  @AfterEach
  void stop() {
    exporter.close();
  }

  private void start(boolean gauges, String... flags) throws IOException {
    exporter = HistogramExporter.start(gauges);
    varve = VarveServer.start(processes, directory.resolve("varve-data"), flags);
  }

  /// What 3.5 makes of classic histograms it sends without their bounds (a known fault, mended in
  /// 3.7): Varve refuses these, and nothing else of the requests that have some.
  @Test
  void readerOfVarveAnswersAsTheScraperDoes() throws IOException {
    start(true, "--storage.tsdb.compat=3.5");
    PrometheusServer reader =
        start(
            PrometheusVersion.V3_5,
            "reader",
            PrometheusConfig.empty().remoteRead(varve.readAddress()));
    PrometheusServer scraper =
        start(
            PrometheusVersion.V3_5,
            "scraper",
            PrometheusConfig.empty()
                .scrape("histograms", exporter.hostAndPort(), "1s")
                .convertingClassicHistograms()
                .remoteWrite(varve.writeAddress()));
    long start = RemoteWriting.arrival(reader, 1);
    long end = start + LOOKBACK + 5000;
    RemoteWriting.awaitScrape(scraper, end - 2000);
    exporter.close();
    RemoteWriting.awaitScrape(scraper, end);

    Samples scraped = scraper.chunks(start, end);
    assertArrived(varve, scraped.without(CUSTOM_BUCKETS), start, end);
    for (String query : QUERIES) {
      List<Object> expected = scraper.api().range(query, start + LOOKBACK, end);
      assertThat(expected).as(query).isNotEmpty();
      assertThat(reader.api().range(query, start + LOOKBACK, end)).as(query).isEqualTo(expected);
    }
    assertThat(reader.complaints()).isEmpty();
    assertThat(scraped.without(CUSTOM_BUCKETS).count()).isLessThan(scraped.count());
    assertThat(scraper.complaints()).isNotEmpty();
    assertThat(scraper.complaints())
        .allMatch(line -> line.contains("400 Bad Request") && line.contains("1 invalid histogram"));
  }

  /// Without gauges, which it cannot hand out before their chunk is full.
  @Test
  void varveHasTheHistogramsOfTheOldestScraper() throws IOException {
    start(false);
    PrometheusServer scraper =
        start(
            PrometheusVersion.V2_42,
            "scraper",
            PrometheusConfig.empty()
                .scrape("histograms", exporter.hostAndPort(), "1s")
                .remoteWrite(varve.writeAddress()));
    eventually("samples to arrive", PATIENCE, () -> varve.chunks(0, Long.MAX_VALUE).count() > 0);
    long start = System.currentTimeMillis();
    long end = start + 8000;
    RemoteWriting.awaitScrape(scraper, end - 2000);
    exporter.close();
    RemoteWriting.awaitScrape(scraper, end);

    Samples scraped = scraper.chunks(start, end);
    assertThat(scraped.series()).hasSizeGreaterThan(8);
    assertArrived(varve, scraped, start, end);
    assertThat(scraper.complaints()).isEmpty();
  }

  private PrometheusServer start(PrometheusVersion version, String name, PrometheusConfig config)
      throws IOException {
    return PrometheusServer.startWithHistograms(
        processes, version, directory.resolve(name), config);
  }

  /// Waits until the queue of remote write has delivered, and compares all samples.
  private static void assertArrived(VarveServer varve, Samples scraped, long start, long end)
      throws IOException {
    assertThat(scraped.series().keySet())
        .anyMatch(labels -> "latency_seconds".equals(labels.get(Labels.METRIC_NAME)));
    eventually(
        "all samples to arrive",
        PATIENCE,
        () -> varve.chunks(start, end).count() == scraped.count());
    assertThat(varve.chunks(start, end).differencesTo(scraped)).isEmpty();
  }
}
