package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockChunks;
import io.varve.block.BlockMeta;
import io.varve.block.BlockVerifier;
import io.varve.chunk.ChunkEncoding;
import io.varve.io.Finding;
import io.varve.model.HistogramSchema;
import io.varve.wal.WalVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Has Varve write what `commits.txt.gz` says, blocks cut off as they become due, and compares what
/// it reads of that with the commits.
final class WriteBackTest {
  /// What befalls samples that are not in order; the head does not take them yet.
  private static final Set<AppendOutcome> NOT_IN_ORDER =
      EnumSet.of(
          AppendOutcome.OUT_OF_ORDER,
          AppendOutcome.OUT_OF_BOUNDS,
          AppendOutcome.DUPLICATE_FOR_TIMESTAMP);

  static List<Golden> all() {
    return Golden.all();
  }

  /// With all that the writer of the directory had.
  @ParameterizedTest
  @MethodSource("all")
  void samplesComeBackAsTheWriterHadThem(Golden golden, @TempDir Path temp) throws Exception {
    Commits commits = Commits.of(golden);

    Set<AppendOutcome> refused = write(commits, golden.options(), temp);

    assertThat(NOT_IN_ORDER).containsAll(refused);
    assertThat(refused.isEmpty()).isEqualTo(!golden.isOutOfOrder());
    assertHolds(Commits.lines(commits.inOrder()), golden, golden.options(), temp);
  }

  /// With what Prometheus 2.42 can read, the rest refused.
  @ParameterizedTest
  @MethodSource("all")
  void samplesComeBackAs242WouldHaveThem(Golden golden, @TempDir Path temp) throws Exception {
    Commits commits = Commits.of(golden);
    VarveOptions options =
        VarveOptions.defaults().withMaintenance(false).withRetention(Duration.ZERO);

    Set<AppendOutcome> refused = write(commits, options, temp);

    List<GoldenSample> expected = commits.inOrder(WriteBackTest::isKnownTo242);
    assertThat(refused.contains(AppendOutcome.INCOMPATIBLE))
        .isEqualTo(!commits.samples().stream().allMatch(WriteBackTest::isKnownTo242));
    refused.remove(AppendOutcome.INCOMPATIBLE);
    assertThat(NOT_IN_ORDER).containsAll(refused);
    assertHolds(Commits.lines(expected), golden, options, temp);
    for (Path block : blocks(temp)) {
      assertThat(BlockChunks.read(Golden.disk(), block))
          .allMatch(stored -> stored.chunk().encoding() <= ChunkEncoding.FLOAT_HISTOGRAM);
    }
  }

  private static boolean isKnownTo242(GoldenSample sample) {
    boolean custom =
        sample.histogram() != null && HistogramSchema.isCustom(sample.histogram().schema());
    return sample.start() == 0 && !custom;
  }

  /// The commits are what the writer was told, the samples what it has: that they go together makes
  /// the other tests of this class compare with real Prometheus.
  @ParameterizedTest
  @MethodSource("all")
  void commitsLessWhatWasDeletedAreTheSamples(Golden golden) throws Exception {
    Commits commits = Commits.of(golden);
    List<String> actual =
        Commits.lines(
            commits.inOrder().stream().filter(sample -> !commits.isDeleted(sample)).toList());
    List<String> all = golden.lines("samples.txt.gz");
    Set<String> keys = new TreeSet<>();
    actual.forEach(line -> keys.add(OutOfOrderSamples.key(line)));
    List<String> expected =
        all.stream().filter(line -> keys.contains(OutOfOrderSamples.key(line))).toList();

    OutOfOrderSamples disputed = OutOfOrderSamples.of(golden);
    List<String> lost = new ArrayList<>(disputed.settled(actual));
    lost.removeAll(disputed.settled(expected));

    // Each sample is there, with its value, but for what the README says is lost.
    assertThat(lost)
        .hasSize(
            switch (golden.name()) {
              case "prometheus-2.42-blocks" -> 4;
              case "prometheus-2.42-killed", "prometheus-3.5-killed" -> 2;
              default -> 0;
            });
    if (!golden.isOutOfOrder()) {
      assertThat(expected).isEqualTo(all);
    }
  }

  private static Set<AppendOutcome> write(Commits commits, VarveOptions options, Path data)
      throws IOException {
    Set<AppendOutcome> refused = EnumSet.noneOf(AppendOutcome.class);
    try (Varve store = Varve.open(data, options);
        Appender appender = store.appender()) {
      for (Commits.Commit commit : commits.commits()) {
        refused.addAll(Writing.write(commit, appender));
        store.maintain();
      }
    }
    return refused;
  }

  private static void assertHolds(
      List<String> expected, Golden golden, VarveOptions options, Path data) throws IOException {
    try (Varve store = Varve.openReadOnly(data, options)) {
      Lines.assertSame(StoredSamples.normalLines(store), expected);
      if (golden.name().matches(".*-(blocks|ooo|spans)")) {
        assertThat(store.blocks()).isNotEmpty();
      }
    }
    List<Finding> findings = new ArrayList<>();
    for (Path block : blocks(data)) {
      BlockVerifier.verify(Golden.disk(), block, findings::add);
    }
    WalVerifier.verify(Golden.disk(), data.resolve("wal"), findings::add);
    assertThat(findings).isEmpty();
  }

  private static List<Path> blocks(Path data) throws IOException {
    try (Varve store = Varve.openReadOnly(data, VarveOptions.defaults())) {
      return store.blocks().stream()
          .map(BlockMeta::ulid)
          .map(ulid -> data.resolve(ulid.toString()))
          .toList();
    }
  }
}
