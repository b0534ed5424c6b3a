package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.Property;
import io.varve.io.Compression;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Samples out of order, in a directory that one program writes and the other goes on with: in
/// blocks of their own, in chunks of the head, and in the WBL.
@ExtendWith(Peers.class)
final class OutOfOrderDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String WINDOW = LateTarget.WINDOW_HOURS + "h";
  private static final int SCRAPES = 6 * LateTarget.HOUR + 7;
  private static final int ALL = SCRAPES + LateTarget.HOUR / 4;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  enum End {
    STOPPED,
    KILLED
  }

  @ParameterizedTest
  @CsvSource({
    "V2_42, SNAPPY, STOPPED",
    "V2_42, NONE, KILLED",
    "V3_5, ZSTD, STOPPED",
    "V3_5, SNAPPY, KILLED"
  })
  void prometheusHasTheSamplesOfVarve(PrometheusVersion version, Compression compression, End end)
      throws IOException {
    LateTarget target = target(version);
    VarveOptions options = options(version).withWalCompression(compression);
    Path data = writeByVarve(target, options, end);

    PrometheusServer prometheus = start(version, data);

    assertThat(prometheus.samples(0, Long.MAX_VALUE).differencesTo(target.samples(SCRAPES)))
        .isEmpty();
    assertThat(prometheus.chunks(0, Long.MAX_VALUE).differencesTo(target.samples(SCRAPES)))
        .isEmpty();
    assertThat(complaints(prometheus)).isEmpty();

    target.send(prometheus.address(), SCRAPES, ALL);
    prometheus.stop();

    assertThat(complaints(prometheus)).isEmpty();
    checkVarve(data, options, target.samples(ALL));
  }

  @ParameterizedTest
  @CsvSource({"V2_42, STOPPED", "V2_42, KILLED", "V3_5, STOPPED", "V3_5, KILLED"})
  void varveHasTheSamplesOfPrometheus(PrometheusVersion version, End end) throws IOException {
    LateTarget target = target(version);
    Path data = directory.resolve("data");
    PrometheusServer prometheus = start(version, data);
    target.send(prometheus.address(), 0, SCRAPES);
    eventually("blocks to be cut", PATIENCE, () -> DataDirectory.blocks(data).size() > 1);
    if (end == End.KILLED) {
      prometheus.kill();
    } else {
      prometheus.stop();
    }
    assertThat(DataDirectory.names(data.resolve("wbl"), "*")).isNotEmpty();

    Path copy = DataDirectory.copy(data, directory.resolve("copy"));
    try (Varve store = Varve.openReadOnly(copy, options(version))) {
      assertThat(Samples.of(store).differencesTo(target.samples(SCRAPES))).isEmpty();
    }
    checkVarve(data, options(version), target.samples(SCRAPES));
    try (Varve store = Varve.open(data, options(version))) {
      target.append(store, SCRAPES, ALL);
      store.maintain();
    }
    checkVarve(data, options(version), target.samples(ALL));
  }

  private static LateTarget target(PrometheusVersion version) {
    return new LateTarget(Property.random(), ALL, version == PrometheusVersion.V3_5);
  }

  private PrometheusServer start(PrometheusVersion version, Path data) throws IOException {
    return PrometheusServer.startWithHistograms(
        processes,
        version,
        data,
        PrometheusConfig.empty().takingOutOfOrder(WINDOW),
        "--web.enable-remote-write-receiver");
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
  private Path writeByVarve(LateTarget target, VarveOptions options, End end) throws IOException {
    Path data = directory.resolve("data");
    Path copy = directory.resolve("copy");
    try (Varve store = Varve.open(data, options)) {
      target.append(store, 0, 4 * LateTarget.HOUR);
      store.maintain();
      target.append(store, 4 * LateTarget.HOUR, SCRAPES);
      assertThat(store.blocks()).anyMatch(block -> !block.compaction().endsHead());
      DataDirectory.copy(data, copy);
    }
    Path left = end == End.STOPPED ? data : copy;
    assertThat(DataDirectory.names(left.resolve("wbl"), "*")).isNotEmpty();
    assertThat(DataDirectory.headChunkFiles(left)).isNotEmpty();
    return left;
  }

  /// Opens it twice.
  private static void checkVarve(Path data, VarveOptions options, Samples expected)
      throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Varve store = Varve.open(data, options)) {
        assertThat(List.of(Samples.of(store), Samples.ofChunks(store, 0, Long.MAX_VALUE)))
            .allSatisfy(samples -> assertThat(samples.differencesTo(expected)).isEmpty());
        assertThat(store.stats().walCorruptions()).isZero();
        assertThat(store.stats().outOfOrder().wblReplayUnknownRefs()).isZero();
      }
    }
  }

  private static VarveOptions options(PrometheusVersion version) {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withCompatibility(version.compatibility())
        .withOutOfOrderWindow(Duration.ofHours(LateTarget.WINDOW_HOURS));
  }
}
