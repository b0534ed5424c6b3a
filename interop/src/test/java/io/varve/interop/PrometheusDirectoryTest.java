package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.DirectoryInUseException;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Varve opens what a real Prometheus has written: blocks of its own and of promtool, compacted
/// ones, a checkpoint, segments of the log, and full chunks of the head.
@ExtendWith(Peers.class)
final class PrometheusDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Labels OURS = Labels.of(Labels.METRIC_NAME, "written_by_varve");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  enum End {
    STOPPED,
    KILLED
  }

  @ParameterizedTest
  @CsvSource({"V2_42, STOPPED", "V2_42, KILLED", "V3_5, STOPPED", "V3_5, KILLED"})
  void varveHasTheSamplesOfPrometheus(PrometheusVersion version, End end) throws IOException {
    Path data = directory.resolve("data");
    importHistory(version, data);
    PrometheusServer prometheus = scrape(version, data);
    long until = System.currentTimeMillis();
    Samples recorded = recordOf(prometheus, until);

    checkWhileRunning(data, recorded, until);
    if (end == End.KILLED) {
      prometheus.kill();
    } else {
      prometheus.stop();
    }
    // 3.5 puts the full chunks of the head into files once a minute and at its end, if there are
    // any
    // just then; 2.42 each when it is full.
    if (version == PrometheusVersion.V2_42) {
      assertThat(DataDirectory.headChunkFiles(data)).isNotEmpty();
    }

    checkReadOnly(DataDirectory.copy(data, directory.resolve("read-only")), recorded, until);
    checkWritable(DataDirectory.copy(data, directory.resolve("writable")), recorded, until);
  }

  /// Puts two blocks of old samples into the directory.
  private void importHistory(PrometheusVersion version, Path data) throws IOException {
    long start = System.currentTimeMillis() / 1000 - 86_400;
    var text = new StringBuilder("# TYPE history gauge\n");
    for (int series = 0; series < 20; series++) {
      for (int i = 0; i < 400; i++) {
        text.append("history{number=\"").append(series).append("\",odd=\"ü\\\"\\\\\\n\"} ");
        text.append(i % 50 == 49 ? "NaN" : String.valueOf(series + i / 7.0));
        text.append(' ').append(start + i * 30L).append('\n');
      }
    }
    Path file = Files.writeString(directory.resolve("history.txt"), text.append("# EOF\n"));
    new Promtool(version, directory).tsdb("create-blocks-from", "openmetrics", "-q", file, data);
  }

  /// Lets a Prometheus scrape until its directory has everything that there can be. It cuts blocks
  /// of one second, so that this does not take hours.
  private PrometheusServer scrape(PrometheusVersion version, Path data) throws IOException {
    NodeExporter exporter = NodeExporter.start(processes, directory);
    PrometheusConfig config =
        PrometheusConfig.empty().scrapeSelf("100ms").scrape("node", exporter.hostAndPort(), "1s");
    PrometheusServer prometheus =
        PrometheusServer.start(
            processes,
            version,
            data,
            config,
            "--storage.tsdb.min-block-duration=1s",
            "--storage.tsdb.max-block-duration=9s");
    eventually(
        "a directory with blocks and a checkpoint",
        PATIENCE,
        () -> DataDirectory.blocks(data).size() > 3 && !DataDirectory.checkpoints(data).isEmpty());
    return prometheus;
  }

  /// All that Prometheus has until a moment, once no scrape that began before it can be under way.
  private static Samples recordOf(PrometheusServer prometheus, long until) throws IOException {
    eventually(
        "scrapes after the last one recorded",
        PATIENCE,
        () -> prometheus.api().scalar("min(timestamp(up))", System.currentTimeMillis()),
        seconds -> seconds * 1000 > until + 1000);
    Samples recorded = prometheus.samples(0, until);
    assertThat(recorded.series()).hasSizeGreaterThan(800);
    assertThat(recorded.series().keySet())
        .anyMatch(labels -> "history".equals(labels.get(Labels.METRIC_NAME)))
        .anyMatch(labels -> "node".equals(labels.get("job")))
        .anyMatch(labels -> "prometheus".equals(labels.get("job")));
    return recorded;
  }

  private static void checkWhileRunning(Path data, Samples recorded, long until)
      throws IOException {
    assertThatThrownBy(() -> Varve.open(data, options()))
        .isInstanceOf(DirectoryInUseException.class);
    try (Varve store = Varve.openReadOnly(data, options())) {
      assertThat(Samples.of(store, 0, until).withoutNegativeZeros().differencesTo(recorded))
          .isEmpty();
    }
  }

  private static void checkReadOnly(Path data, Samples recorded, long until) throws IOException {
    // The last seconds only: a range that cuts through blocks and chunks.
    long since = until - 4321;
    try (Varve store = Varve.openReadOnly(data, options())) {
      assertThat(differences(Samples.of(store, 0, until), recorded)).isEmpty();
      assertThat(differences(Samples.ofChunks(store, 0, until), recorded)).isEmpty();
      assertThat(differences(Samples.ofChunks(store, since, until), recorded.between(since, until)))
          .isEmpty();
      assertThat(store.stats().walCorruptions()).isZero();
    }
  }

  private static List<String> differences(Samples samples, Samples recorded) {
    return samples.withoutNegativeZeros().differencesTo(recorded);
  }

  /// Opens it twice, and writes to it in between.
  private static void checkWritable(Path data, Samples recorded, long until) throws IOException {
    Samples all;
    try (Varve store = Varve.open(data, options())) {
      assertThat(Samples.of(store, 0, until).withoutNegativeZeros().differencesTo(recorded))
          .isEmpty();
      assertThat(store.stats().walCorruptions()).isZero();
      assertThat(store.stats().walReplayUnknownRefs()).isZero();
      all = Samples.of(store);
      append(store, all);
    }
    try (Varve store = Varve.open(data, options())) {
      assertThat(Samples.of(store).differencesTo(all)).isEmpty();
    }
  }

  /// Continues the series of Prometheus, and begins one.
  private static void append(Varve store, Samples all) {
    long time = all.maxTime() + 1000;
    try (Appender appender = store.appender()) {
      for (Labels labels : all.series().keySet().toArray(Labels[]::new)) {
        appender.append(labels, time, 0.5);
        all.add(labels, time, 0.5);
      }
      appender.append(OURS, time, 1);
      all.add(OURS, time, 1);
      assertThat(appender.commit().rejections()).isEmpty();
    }
  }

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false);
  }
}
