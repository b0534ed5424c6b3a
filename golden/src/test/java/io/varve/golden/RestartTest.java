package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.ExemplarSeries;
import io.varve.SnapshotStats;
import io.varve.Varve;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.wal.ChunkSnapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Starts from snapshots: those of Prometheus, and those that Varve makes of what Prometheus wrote.
final class RestartTest {
  static List<Golden> all() {
    return Golden.all();
  }

  static List<Golden> snapshots() {
    return Golden.ending("-snapshot");
  }

  /// What a store says.
  private record Said(
      List<String> samples,
      List<ExemplarSeries> exemplars,
      SortedMap<String, List<Metadata>> metadata) {
    static Said by(Varve store) {
      List<List<Matcher>> all = List.of(List.of(Matcher.regex(Labels.METRIC_NAME, ".*")));
      return new Said(
          StoredSamples.normalLines(store),
          store.exemplars(Long.MIN_VALUE, Long.MAX_VALUE, all),
          store.metadata());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingChangesByOurSnapshot(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Said before;
    try (Varve store = Varve.open(data, golden.options())) {
      before = Said.by(store);
    }

    for (int i = 0; i < 2; i++) {
      try (Varve store = Varve.open(data, golden.options())) {
        assertThat(store.stats().snapshot()).isEqualTo(new SnapshotStats(true, 0));
        Said after = Said.by(store);
        Lines.assertSame(after.samples, before.samples);
        assertThat(after.exemplars).isEqualTo(before.exemplars);
        assertThat(after.metadata).isEqualTo(before.metadata);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void aHeadStartsFromThatOfPrometheus(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    try (Varve store = Varve.openReadOnly(data, golden.options())) {
      assertThat(store.stats().snapshot()).isEqualTo(new SnapshotStats(true, 0));
      assertSame(store, golden);
    }

    assertThat(ChunkSnapshots.latest(Golden.disk(), data)).isPresent();
  }

  /// A later Prometheus would take it for the state of the log that Varve wrote on.
  @ParameterizedTest
  @MethodSource("snapshots")
  void thatOfPrometheusIsGoneOnceVarveMayWrite(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    Varve killed = Varve.open(data, golden.options());
    assertThat(killed.stats().snapshot()).isEqualTo(new SnapshotStats(true, 0));
    assertSame(killed, golden);

    assertThat(ChunkSnapshots.latest(Golden.disk(), data)).isEmpty();
    try (Varve store = Varve.openReadOnly(data, golden.options())) {
      assertThat(store.stats().snapshot()).isEqualTo(SnapshotStats.NONE);
      assertSame(store, golden);
    }
    killed.close();
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void ifThatOfPrometheusIsDamagedTheLogIsReplayed(Golden golden, @TempDir Path temp)
      throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Path segment =
        ChunkSnapshots.latest(Golden.disk(), data).orElseThrow().directory().resolve("00000000");
    byte[] bytes = Files.readAllBytes(segment);
    bytes[bytes.length / 3] ^= 1;
    // What is behind the records is zero, and then no damage.
    bytes[40] ^= 1;
    Files.write(segment, bytes);

    try (Varve store = Varve.open(data, golden.options())) {
      assertThat(store.stats().snapshot()).isEqualTo(new SnapshotStats(false, 1));
      assertSame(store, golden);
    }
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void oneAheadOfTheLogIsLeftAside(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Path directory = ChunkSnapshots.latest(Golden.disk(), data).orElseThrow().directory();
    Files.move(directory, data.resolve("chunk_snapshot.000099.0000000000"));

    try (Varve store = Varve.openReadOnly(data, golden.options())) {
      assertThat(store.stats().snapshot()).isEqualTo(SnapshotStats.NONE);
      assertSame(store, golden);
    }
  }

  /// As another program leaves it that replaced the log: no record begins there.
  @ParameterizedTest
  @MethodSource("snapshots")
  void oneOfAnotherLogIsLeftAside(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Path directory = ChunkSnapshots.latest(Golden.disk(), data).orElseThrow().directory();
    Files.move(directory, data.resolve("chunk_snapshot.%06d.0000000013".formatted(segment(data))));

    try (Varve store = Varve.open(data, golden.options())) {
      assertThat(store.stats().snapshot()).isEqualTo(SnapshotStats.NONE);
      assertThat(store.stats().walCorruptions()).isZero();
      assertSame(store, golden);
    }
  }

  /// Number of a segment that is not empty.
  private static int segment(Path data) throws IOException {
    try (Stream<Path> segments = Files.list(data.resolve("wal"))) {
      return segments
          .filter(path -> path.getFileName().toString().matches("[0-9]+"))
          .filter(path -> path.toFile().length() > 0)
          .mapToInt(path -> Integer.parseInt(path.getFileName().toString()))
          .max()
          .orElseThrow();
    }
  }

  private static void assertSame(Varve store, Golden golden) throws IOException {
    Lines.assertSame(
        StoredSamples.normalLines(store).stream().sorted().toList(),
        golden.lines("samples.txt.gz"));
  }
}
