package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.Property;
import io.varve.io.Compression;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A real Prometheus opens what Varve has written: blocks, a checkpoint, segments of the log, and
/// full chunks of the head. Then Varve opens it again.
@ExtendWith(Peers.class)
final class VarveDirectoryTest {
  private static final int SEGMENT_BYTES = 256 << 10;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  enum End {
    CLOSED,
    KILLED
  }

  @ParameterizedTest
  @CsvSource({
    "V2_42, NONE, CLOSED",
    "V2_42, SNAPPY, CLOSED",
    "V2_42, NONE, KILLED",
    "V2_42, SNAPPY, KILLED",
    "V3_5, NONE, CLOSED",
    "V3_5, SNAPPY, CLOSED",
    "V3_5, NONE, KILLED",
    "V3_5, SNAPPY, KILLED"
  })
  void prometheusHasTheSamplesOfVarve(PrometheusVersion version, Compression compression, End end)
      throws IOException {
    var target = new MadeUpTarget(Property.random(), 150);
    Path data = write(target, options().withWalCompression(compression), end);
    Samples written = target.written().withoutNegativeZeros();

    PrometheusServer prometheus =
        PrometheusServer.start(processes, version, data, PrometheusConfig.empty());

    assertThat(prometheus.samples(0, Long.MAX_VALUE).differencesTo(written)).isEmpty();
    assertThat(prometheus.complaints()).isEmpty();

    prometheus.stop();

    assertThat(prometheus.complaints()).isEmpty();
    goOn(data, target);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void prometheusDoesNotStartInADirectoryThatVarveHasOpen(PrometheusVersion version)
      throws IOException {
    Path data = directory.resolve("data");
    try (Varve store = Varve.open(data, options())) {
      new MadeUpTarget(Property.random(), 10).scrape(store, 1);

      PrometheusServer prometheus =
          PrometheusServer.launch(processes, version, data, PrometheusConfig.empty());

      assertThat(prometheus.awaitEnd()).isNotZero();
      assertThat(prometheus.log()).contains("lock DB directory: resource temporarily unavailable");
    }
  }

  /// Writes so much that the directory has everything that there can be.
  ///
  /// @return the directory, or a copy of it as it was before Varve closed it
  private Path write(MadeUpTarget target, VarveOptions options, End end) throws IOException {
    Path data = directory.resolve("data");
    Path copy = directory.resolve("copy");
    try (Varve store = Varve.open(data, options)) {
      target.scrape(store, 4 * MadeUpTarget.HOUR);
      store.maintain();
      target.scrape(store, 4 * MadeUpTarget.HOUR);
      store.maintain();
      target.scrape(store, MadeUpTarget.HOUR / 2);
      DataDirectory.copy(data, copy);
    }
    Path left = end == End.CLOSED ? data : copy;
    assertThat(DataDirectory.blocks(left)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(DataDirectory.checkpoints(left)).hasSize(1);
    assertThat(DataDirectory.segments(left)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(DataDirectory.headChunkFiles(left)).isNotEmpty();
    return left;
  }

  /// Opens a directory that Prometheus has left, twice, and writes to it in between.
  private static void goOn(Path data, MadeUpTarget target) throws IOException {
    try (Varve store = Varve.open(data, options())) {
      assertThat(Samples.of(store).differencesTo(target.written())).isEmpty();
      assertThat(store.stats().walCorruptions()).isZero();
      target.scrape(store, MadeUpTarget.HOUR / 2);
      assertThat(Samples.of(store).differencesTo(target.written())).isEmpty();
    }
    try (Varve store = Varve.open(data, options())) {
      assertThat(Samples.of(store).differencesTo(target.written())).isEmpty();
    }
  }

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false).withWalSegmentBytes(SEGMENT_BYTES);
  }
}
