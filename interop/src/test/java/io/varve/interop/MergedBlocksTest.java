package io.varve.interop;

import static io.varve.interop.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Compatibility;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.check.DirectoryVerifier;
import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Blocks that Varve has merged, before promtool, and beside the same blocks that Prometheus has
/// merged.
@ExtendWith(Peers.class)
final class MergedBlocksTest {
  private static final int HOURS = 9;

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void promtoolPrintsTheSameSamplesAfterAsBefore(PrometheusVersion version) throws IOException {
    BlockFolder folder = new BlockFolder(directory.resolve("blocks")).with(write(version, 1));
    assertThat(folder.blocks()).hasSize(3);
    String before = dump(version, folder);

    folder.mergeAll();

    assertThat(folder.blocks()).hasSize(1);
    BlockMeta merged = folder.blocks().getFirst();
    assertThat(differences(dump(version, folder), before)).isEmpty();
    assertThat(before).contains("made_up_counter");
    var promtool = new Promtool(version, directory);
    assertThat(promtool.tsdb("list", folder.path()))
        .contains(merged.ulid().toString(), String.valueOf(merged.stats().numSamples()));
    assertThat(promtool.tsdb("analyze", folder.path(), merged.ulid()))
        .contains(String.valueOf(merged.stats().numSeries()));
    assertThat(findings(folder)).isEmpty();
  }

  /// Only where it is installed: older ones wait a minute before they merge.
  static Stream<PrometheusVersion> newest() {
    return Stream.of(PrometheusVersion.V3_13)
        .filter(version -> Files.isExecutable(version.prometheus()));
  }

  /// The same series with other samples at the same times, so that it shows which of them are kept.
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("newest")
  void mergesOverlapsAsPrometheusDoes(PrometheusVersion version) throws IOException {
    Path one = write(version, 1);
    Path two = write(version, 2);
    Path three = write(version, 3);
    BlockFolder theirs =
        new BlockFolder(directory.resolve("theirs")).with(one).with(two).with(three);
    BlockFolder ours = new BlockFolder(directory.resolve("ours")).with(theirs.path());
    assertThat(ours.blocks()).hasSize(9);
    PrometheusServer prometheus =
        PrometheusServer.start(
            processes,
            version,
            theirs.path(),
            PrometheusConfig.empty(),
            "--storage.tsdb.block-reload-interval=1s");
    eventually("blocks to be merged", Duration.ofSeconds(40), () -> theirs.blocks().size() == 3);
    prometheus.stop();

    ours.mergeAsPlanned();

    assertThat(ours.blocks())
        .extracting(MergedBlocksTest::withoutUlids)
        .containsExactlyElementsOf(
            theirs.blocks().stream().map(MergedBlocksTest::withoutUlids).toList());
    assertThat(differences(dump(version, ours), dump(version, theirs))).isEmpty();
    assertThat(findings(ours)).isEmpty();
  }

  private static String withoutUlids(BlockMeta block) {
    return "[%d, %d) %s, level %d, %s, of %s"
        .formatted(
            block.minTime(),
            block.maxTime(),
            block.stats(),
            block.compaction().level(),
            block.compaction().hints(),
            block.compaction().sources());
  }

  /// Three blocks of two hours, and a head.
  private Path write(PrometheusVersion version, long seed) throws IOException {
    Path data = directory.resolve("data" + seed);
    var floats = new MadeUpTarget(new SplittableRandom(seed), 100);
    var histograms =
        new MadeUpHistograms(
            new SplittableRandom(seed),
            HOURS * MadeUpHistograms.HOUR,
            version != PrometheusVersion.V2_42);
    VarveOptions options =
        VarveOptions.defaults().withMaintenance(false).withCompatibility(compatibility(version));
    try (Varve store = Varve.open(data, options)) {
      for (int hour = 0; hour < HOURS; hour++) {
        floats.scrape(store, MadeUpTarget.HOUR);
        int from = hour * MadeUpHistograms.HOUR;
        histograms.append(store, from, from + MadeUpHistograms.HOUR, 1);
      }
      store.maintain();
    }
    return data;
  }

  /// Start timestamps, which the newest keeps, are no matter here.
  private static Compatibility compatibility(PrometheusVersion version) {
    return version == PrometheusVersion.V2_42
        ? version.compatibility()
        : PrometheusVersion.V3_5.compatibility();
  }

  private String dump(PrometheusVersion version, BlockFolder folder) throws IOException {
    return new Promtool(version, directory).tsdb("dump", folder.path());
  }

  /// The first lines that one has and the other has not.
  private static List<String> differences(String actual, String expected) {
    List<String> lines = actual.lines().toList();
    List<String> others = expected.lines().toList();
    var differences = new ArrayList<String>();
    for (int i = 0; i < Math.max(lines.size(), others.size()) && differences.size() < 5; i++) {
      String line = i < lines.size() ? lines.get(i) : "none";
      String other = i < others.size() ? others.get(i) : "none";
      if (!line.equals(other)) {
        differences.add("line " + i + ": " + line + ", not " + other);
      }
    }
    return differences;
  }

  private static List<Finding> findings(BlockFolder folder) throws IOException {
    var findings = new ArrayList<Finding>();
    DirectoryVerifier.verify(new LocalDisk(), folder.path(), findings::add);
    return findings;
  }
}
