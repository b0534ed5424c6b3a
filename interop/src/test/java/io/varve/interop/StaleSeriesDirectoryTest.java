package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.check.DirectoryVerifier;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Series that have ended and left the head early, in a directory that one program writes and the
/// other goes on with. One of them has come back.
@ExtendWith(Peers.class)
final class StaleSeriesDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final double THRESHOLD = 0.5;
  private static final int SCRAPES = EndingTarget.END + 20;
  private static final int ALL = 7 * EndingTarget.HOUR;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  enum End {
    STOPPED,
    KILLED
  }

  /// The newest only where it is installed, for it cannot be had everywhere.
  static Stream<PrometheusVersion> versions() {
    return Stream.concat(
        Stream.of(PrometheusVersion.V2_42, PrometheusVersion.V3_5),
        newest().limit(1).map(end -> PrometheusVersion.V3_13));
  }

  static Stream<Arguments> versionsAndEnds() {
    return versions()
        .flatMap(version -> Stream.of(End.values()).map(end -> Arguments.of(version, end)));
  }

  /// All ends if the newest is installed.
  static Stream<End> newest() {
    boolean installed = Files.isExecutable(PrometheusVersion.V3_13.prometheus());
    return installed ? Stream.of(End.values()) : Stream.empty();
  }

  @ParameterizedTest
  @MethodSource("versionsAndEnds")
  void prometheusHasTheSamplesOfVarve(PrometheusVersion version, End end) throws IOException {
    EndingTarget target = target(version);
    Path data = writeByVarve(target, version, end);

    PrometheusServer prometheus = start(version, data);

    assertThat(prometheus.samples(0, Long.MAX_VALUE).differencesTo(target.samples(SCRAPES)))
        .isEmpty();
    assertThat(prometheus.chunks(0, Long.MAX_VALUE).differencesTo(target.samples(SCRAPES)))
        .isEmpty();
    assertThat(complaints(prometheus)).isEmpty();
    // One that does not know of it has them in memory again.
    assertThat(headSeries(prometheus))
        .isEqualTo(
            version.compatibility().staleSeriesBlocks()
                ? EndingTarget.SERIES - EndingTarget.ENDING + 1
                : EndingTarget.SERIES);

    List<String> blocks = DataDirectory.blocks(data);
    target.send(prometheus.address(), SCRAPES, ALL);
    eventually("a block to be cut", PATIENCE, () -> !DataDirectory.blocks(data).equals(blocks));
    assertThat(prometheus.samples(0, Long.MAX_VALUE).differencesTo(target.samples(ALL))).isEmpty();
    prometheus.stop();

    assertThat(complaints(prometheus)).isEmpty();
    checkVarve(data, version, target.samples(ALL));
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("newest")
  void varveHasTheSamplesOfPrometheus(End end) throws IOException {
    PrometheusVersion version = PrometheusVersion.V3_13;
    EndingTarget target = target(version);
    Path data = directory.resolve("data");
    PrometheusServer prometheus = start(version, data, "--storage.tsdb.block-reload-interval=1s");
    target.send(prometheus.address(), 0, EndingTarget.END + 1);
    eventually(
        "series to leave",
        PATIENCE,
        () -> headSeries(prometheus) == EndingTarget.SERIES - EndingTarget.ENDING);
    target.send(prometheus.address(), EndingTarget.END + 1, SCRAPES);
    if (end == End.KILLED) {
      prometheus.kill();
    } else {
      prometheus.stop();
    }

    Path copy = DataDirectory.copy(data, directory.resolve("copy"));
    try (Varve store = Varve.openReadOnly(copy, options(version))) {
      assertThat(Samples.of(store).differencesTo(target.samples(SCRAPES))).isEmpty();
      assertThat(store.blocks()).anyMatch(block -> block.compaction().isOfStaleSeries());
    }
    checkVarve(data, version, target.samples(SCRAPES));
    try (Varve store = Varve.open(data, options(version))) {
      assertThat(store.stats().headSeries())
          .isEqualTo(EndingTarget.SERIES - EndingTarget.ENDING + 1);
      target.append(store, SCRAPES, ALL);
      store.maintain();
    }
    checkVarve(data, version, target.samples(ALL));

    PrometheusServer again = start(version, data);

    assertThat(again.samples(0, Long.MAX_VALUE).differencesTo(target.samples(ALL))).isEmpty();
    assertThat(complaints(again)).isEmpty();
  }

  private PrometheusServer start(PrometheusVersion version, Path data, String... more)
      throws IOException {
    var all = new ArrayList<>(List.of(more));
    all.add("--web.enable-remote-write-receiver");
    PrometheusConfig config = PrometheusConfig.empty();
    String[] flags = all.toArray(String[]::new);
    return version.compatibility().staleSeriesBlocks()
        ? PrometheusServer.start(
            processes, version, data, config.compactingStaleSeries(THRESHOLD), flags)
        : PrometheusServer.startWithHistograms(processes, version, data, config, flags);
  }

  /// 2.42 does not hand out histograms as samples.
  private static EndingTarget target(PrometheusVersion version) {
    return new EndingTarget(version != PrometheusVersion.V2_42);
  }

  private static long headSeries(PrometheusServer prometheus) throws IOException {
    return Http.get(prometheus.address().resolve("/metrics"))
        .lines()
        .filter(line -> line.startsWith("prometheus_tsdb_head_series "))
        .mapToLong(line -> (long) Double.parseDouble(line.split(" ", 2)[1]))
        .findFirst()
        .orElseThrow();
  }

  /// Besides that blocks overlap, which is how it has to be, and that the end came while they were
  /// being merged.
  private static List<String> complaints(PrometheusServer prometheus) {
    return prometheus.complaints().stream()
        .filter(line -> !line.matches(".*\"compaction failed\".*context canceled.*"))
        .filter(line -> !line.contains("msg=\"Overlapping blocks found during reloadBlocks\""))
        .toList();
  }

  /// @return the directory, or a copy of it as it was before Varve closed it
  private Path writeByVarve(EndingTarget target, PrometheusVersion version, End end)
      throws IOException {
    Path data = directory.resolve("data");
    Path copy = directory.resolve("copy");
    try (Varve store = Varve.open(data, options(version))) {
      target.append(store, 0, 4 * EndingTarget.HOUR);
      store.maintain();
      target.append(store, 4 * EndingTarget.HOUR, EndingTarget.END + 1);
      store.maintain();
      assertThat(store.stats().headSeries()).isEqualTo(EndingTarget.SERIES - EndingTarget.ENDING);
      target.append(store, EndingTarget.END + 1, SCRAPES);
      assertThat(store.blocks()).filteredOn(block -> block.compaction().endsHead()).hasSize(1);
      assertThat(store.blocks())
          .filteredOn(block -> block.compaction().isOfStaleSeries())
          .hasSize(2);
      DataDirectory.copy(data, copy);
    }
    Path left = end == End.STOPPED ? data : copy;
    var findings = new ArrayList<Finding>();
    DirectoryVerifier.verify(new LocalDisk(), left, findings::add);
    assertThat(findings).isEmpty();
    return left;
  }

  /// Opens it twice.
  private static void checkVarve(Path data, PrometheusVersion version, Samples expected)
      throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Varve store = Varve.open(data, options(version))) {
        assertThat(List.of(Samples.of(store), Samples.ofChunks(store, 0, Long.MAX_VALUE)))
            .allSatisfy(samples -> assertThat(samples.differencesTo(expected)).isEmpty());
        store.maintain();
        assertThat(Samples.of(store).differencesTo(expected)).isEmpty();
        assertThat(store.stats().walCorruptions()).isZero();
        assertThat(store.stats().walReplayUnknownRefs()).isZero();
      }
    }
  }

  private static VarveOptions options(PrometheusVersion version) {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withRetention(Duration.ZERO)
        .withCompatibility(version.compatibility())
        .withStaleSeriesCompactionThreshold(THRESHOLD);
  }
}
