package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log that is damaged in several places, its checkpoint too, is salvaged when Varve opens it;
/// then a real Prometheus replays it without a warning, and has just what Varve has.
@ExtendWith(Peers.class)
final class SalvagedLogTest {
  private static final int SEGMENT_BYTES = 256 << 10;

  @TempDir static Path original;
  private static Samples written;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  @BeforeAll
  static void write() throws IOException {
    var target = new MadeUpTarget(Property.random(), 100);
    try (Varve store = Varve.open(original, options())) {
      for (int i = 0; i < 2; i++) {
        target.scrape(store, 4 * MadeUpTarget.HOUR);
        store.maintain();
      }
      target.scrape(store, MadeUpTarget.HOUR);
    }
    written = target.written();
  }

  @ParameterizedTest
  @EnumSource(names = {"V2_42", "V3_5"})
  void prometheusReplaysWhatIsLeft(PrometheusVersion version) throws IOException {
    Path data = DataDirectory.copy(original, directory.resolve("data"));
    RandomGenerator random = Property.random();
    Path wal = data.resolve("wal");
    damage(wal.resolve(DataDirectory.checkpoints(data).getLast()).resolve("00000000"), random);
    List<String> segments = DataDirectory.segments(data);
    assertThat(segments).hasSizeGreaterThan(2);
    for (String segment : segments) {
      damage(wal.resolve(segment), random);
    }
    Files.delete(wal.resolve(segments.get(segments.size() / 2)));

    Samples left;
    try (Varve store = Varve.open(data, options())) {
      left = Samples.of(store);
      assertThat(store.stats().walCorruptions()).isGreaterThan(2);
    }

    assertThat(left.count()).isBetween(written.count() / 4, written.count() - 1);
    assertThat(data.resolve("quarantine-1/wal")).isDirectory();
    PrometheusServer prometheus =
        PrometheusServer.start(processes, version, data, PrometheusConfig.empty());
    Samples prometheusHas = prometheus.samples(0, Long.MAX_VALUE);
    assertThat(prometheusHas.differencesTo(left.withoutNegativeZeros())).isEmpty();
    assertThat(prometheus.log()).doesNotContain("corrupt");
  }

  /// Flips a bit, if there is one.
  private static void damage(Path file, RandomGenerator random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      Files.write(file, bytes);
    }
  }

  private static VarveOptions options() {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withHeadSnapshot(false)
        .withWalSegmentBytes(SEGMENT_BYTES);
  }
}
