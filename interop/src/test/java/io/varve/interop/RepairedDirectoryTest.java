package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.UlidFactory;
import io.varve.check.DirectoryRepair;
import io.varve.check.DirectoryVerifier;
import io.varve.check.RepairAction;
import io.varve.fixture.Property;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A directory with a damaged file is repaired; then a real Prometheus opens it without a warning,
/// and has just what Varve has.
@ExtendWith(Peers.class)
final class RepairedDirectoryTest {
  private static final int SEGMENT_BYTES = 256 << 10;

  @TempDir static Path original;
  private static Samples written;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  /// Which file is damaged.
  enum Damaged {
    BLOCK_INDEX,
    BLOCK_CHUNKS,
    HEAD_CHUNKS,
    CHECKPOINT,
    SEGMENT;

    Path in(Path data) throws IOException {
      return switch (this) {
        case BLOCK_INDEX -> data.resolve(DataDirectory.blocks(data).getFirst()).resolve("index");
        case BLOCK_CHUNKS ->
            data.resolve(DataDirectory.blocks(data).getFirst()).resolve("chunks/000001");
        case HEAD_CHUNKS ->
            data.resolve("chunks_head").resolve(DataDirectory.headChunkFiles(data).getFirst());
        case CHECKPOINT ->
            data.resolve("wal")
                .resolve(DataDirectory.checkpoints(data).getLast())
                .resolve("00000000");
        case SEGMENT -> data.resolve("wal").resolve(DataDirectory.segments(data).getFirst());
      };
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(PrometheusVersion.V2_42, PrometheusVersion.V3_5)
        .flatMap(version -> Stream.of(Damaged.values()).map(file -> Arguments.of(version, file)));
  }

  @BeforeAll
  static void write() throws IOException {
    var target = new MadeUpTarget(Property.random(), 100);
    try (Varve store = Varve.open(original, options())) {
      for (int i = 0; i < 2; i++) {
        target.scrape(store, 4 * MadeUpTarget.HOUR);
        store.maintain();
      }
      target.scrape(store, MadeUpTarget.HOUR / 2);
    }
    written = target.written();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void prometheusHasWhatVarveHas(PrometheusVersion version, Damaged damaged) throws IOException {
    Path data = DataDirectory.copy(original, directory.resolve("data"));
    damage(damaged.in(data));
    assertThat(findings(data)).isNotEmpty();

    List<RepairAction> actions = repair(data);

    assertThat(actions).isNotEmpty();
    assertThat(findings(data)).isEmpty();
    Samples left;
    try (Varve store = Varve.open(DataDirectory.copy(data, directory.resolve("copy")), options())) {
      left = Samples.of(store);
    }
    assertThat(left.count()).isGreaterThan(written.count() / 4);
    PrometheusServer prometheus =
        PrometheusServer.start(processes, version, data, PrometheusConfig.empty());
    Samples prometheusHas = prometheus.samples(0, Long.MAX_VALUE);
    assertThat(prometheusHas.differencesTo(left.withoutNegativeZeros())).isEmpty();
    assertThat(prometheus.complaints()).isEmpty();
  }

  /// Flips a bit in the middle.
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x10;
    Files.write(file, bytes);
  }

  private static List<Finding> findings(Path data) throws IOException {
    var findings = new ArrayList<Finding>();
    DirectoryVerifier.verify(new LocalDisk(), data, findings::add);
    return findings;
  }

  private static List<RepairAction> repair(Path data) throws IOException {
    var actions = new ArrayList<RepairAction>();
    var ulids = new UlidFactory(System::currentTimeMillis, Property.random());
    var options = new DirectoryRepair.Options(false, false);
    DirectoryRepair.repair(new LocalDisk(), data, options, ulids, actions::add);
    return actions;
  }

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false).withWalSegmentBytes(SEGMENT_BYTES);
  }
}
