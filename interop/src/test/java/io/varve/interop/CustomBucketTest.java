package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import io.varve.model.CounterReset;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Histograms with custom buckets by remote write. No Prometheus of the versions here sends them
/// whole, so the test does.
@ExtendWith(Peers.class)
final class CustomBucketTest {
  private static final int SCRAPES = MadeUpHistograms.HOUR;

  private static final List<String> QUERIES =
      List.of(
          "{__name__=~'made_up_.+'}",
          "histogram_quantile(0.9, rate({__name__=~'made_up_(float_)?custom'}[5m]))",
          "histogram_sum(increase({__name__=~'made_up_(float_)?custom'}[6m]))",
          "sum(rate(made_up_custom[5m]))");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  /// Both are sent the same samples; the reader has those of Varve only.
  @Test
  void readerOfVarveAnswersAsPrometheusDoes() throws IOException {
    var target = new MadeUpHistograms(Property.random(), SCRAPES, true);
    VarveServer varve =
        VarveServer.start(processes, directory.resolve("varve"), "--storage.tsdb.compat=3.5");
    PrometheusServer original =
        start("original", PrometheusConfig.empty(), "--web.enable-remote-write-receiver");
    PrometheusServer reader =
        start("reader", PrometheusConfig.empty().remoteRead(varve.readAddress()));

    target.send(varve.writeAddress(), 0, SCRAPES);
    target.send(original.address(), 0, SCRAPES);

    assertThat(varve.chunks(0, Long.MAX_VALUE).differencesTo(target.samples(SCRAPES))).isEmpty();
    long end = MadeUpHistograms.time(SCRAPES - 1);
    for (String query : QUERIES) {
      List<Object> expected =
          original.api().range(query, MadeUpHistograms.START, end, MadeUpHistograms.INTERVAL);
      assertThat(expected).as(query).isNotEmpty();
      assertThat(reader.api().range(query, MadeUpHistograms.START, end, MadeUpHistograms.INTERVAL))
          .as(query)
          .isEqualTo(expected);
    }
    assertThat(reader.complaints()).isEmpty();
  }

  /// By default nothing is stored that Prometheus 2.42 would lose without a word.
  @Test
  void onlyTheyAreRefusedWhereTheOldestPrometheusIsToReadThem() throws IOException {
    VarveServer varve = VarveServer.start(processes, directory.resolve("varve"));
    var bounded = Observations.custom(1, 2);
    var exponential = Observations.exponential(3, 0.01);
    bounded.observe(1.5);
    exponential.observe(1.5);
    Labels custom = Labels.of(Labels.METRIC_NAME, "custom");
    Labels mixed = Labels.of(Labels.METRIC_NAME, "mixed");
    long time = System.currentTimeMillis();
    var request = new RemoteWrite();
    request.add(custom, time, bounded.whole(CounterReset.UNKNOWN));
    request.add(custom, time + 1, bounded.halves(CounterReset.UNKNOWN));
    request.add(mixed, time, 1);
    request.add(mixed, time + 1, bounded.whole(CounterReset.UNKNOWN));
    request.add(mixed, time + 2, exponential.whole(CounterReset.UNKNOWN));

    assertThatThrownBy(() -> request.send(varve.writeAddress()))
        .hasMessageContaining("answers 400")
        .hasMessageContaining(
            "3 of 5 samples were not stored"
                + " (3 not readable by the Prometheus version to be compatible with)")
        .hasMessageContaining("it has custom buckets")
        .hasMessageContaining("custom");

    var stored = new Samples();
    stored.add(mixed, time, 1);
    stored.add(
        mixed, List.of(new Samples.Sample(time + 2, exponential.whole(CounterReset.UNKNOWN))));
    assertThat(varve.chunks(0, Long.MAX_VALUE).differencesTo(stored)).isEmpty();
  }

  private PrometheusServer start(String name, PrometheusConfig config, String... flags)
      throws IOException {
    PrometheusVersion version = PrometheusVersion.V3_5;
    return PrometheusServer.startWithHistograms(
        processes, version, directory.resolve(name), config, flags);
  }
}
