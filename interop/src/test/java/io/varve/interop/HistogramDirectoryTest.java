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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The same native histograms go into a store of Varve and, by remote write, into one of a real
/// Prometheus. A second Prometheus then has in Varve's directory what went in, and answers queries
/// as the first one does; Varve has it in either directory.
@ExtendWith(Peers.class)
final class HistogramDirectoryTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SCRAPES = 8 * MadeUpHistograms.HOUR;

  /// In the head, when there are as many blocks as can be.
  private static final int HEAD = 2 * MadeUpHistograms.HOUR;

  private static final int MORE = MadeUpHistograms.HOUR / 2;

  private static final List<String> QUERIES =
      List.of(
          "made_up_mixed",
          "{__name__=~'made_up_.*stale'}",
          "histogram_quantile(0.9, rate({__name__=~'made_up_(float_)?(counter|stale)'}[5m]))",
          "histogram_quantile(0.5, sum(rate(made_up_counter[10m])))",
          "histogram_count(increase({__name__=~'made_up_(float_)?counter|made_up_layout'}[7m]))",
          "histogram_sum(rate({__name__=~'made_up_(float_)?(counter|stale)'}[5m]))",
          "histogram_fraction(-1, 2.5, rate({__name__=~'made_up_(float_)?counter'}[5m]))",
          "sum by (__name__) ({__name__=~'made_up_(float_)?gauge'})",
          "delta({__name__=~'made_up_(float_)?gauge'}[5m])",
          "resets(made_up_float[1h])");

  private static final List<String> CUSTOM_BUCKET_QUERIES =
      List.of(
          "made_up_custom_layout",
          "histogram_quantile(0.9, rate({__name__=~'made_up_(float_)?custom'}[5m]))",
          "sum(rate(made_up_custom[5m]))",
          "avg_over_time({__name__=~'made_up_(float_)?gauge'}[10m])",
          "resets({__name__=~'made_up_(float_)?(counter|custom)|made_up_layout'}[1h])");

  @RegisterExtension final Processes processes = new Processes();
  @TempDir Path directory;

  enum End {
    STOPPED,
    KILLED;

    void of(PrometheusServer server) {
      switch (this) {
        case STOPPED -> server.stop();
        case KILLED -> server.kill();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"V2_42, SNAPPY, STOPPED", "V3_5, ZSTD, KILLED"})
  void histogramsAreTheSameInBothDirectories(
      PrometheusVersion version, Compression compression, End end) throws IOException {
    boolean custom = version.compatibility().customBuckets();
    var target = new MadeUpHistograms(Property.random(), SCRAPES + MORE, custom);
    VarveOptions options = options(version).withWalCompression(compression);
    Path ours = writeByVarve(target, options);
    Path copy = DataDirectory.copy(ours, directory.resolve("copy"));
    Path theirs = directory.resolve("theirs");
    PrometheusServer reader = start(version, copy);
    PrometheusServer writer = start(version, theirs, "--web.enable-remote-write-receiver");
    target.send(writer.address(), 0, SCRAPES);
    eventually("blocks to be cut", PATIENCE, () -> DataDirectory.blocks(theirs).size() > 1);

    Samples streamable = target.samples(SCRAPES).between(0, streamable(version));
    for (PrometheusServer server : List.of(writer, reader)) {
      assertThat(server.chunks(0, streamable(version)).differencesTo(streamable)).isEmpty();
    }
    assertSameAnswers(writer.api(), reader.api(), custom);
    for (PrometheusServer server : List.of(writer, reader)) {
      end.of(server);
      assertThat(server.complaints()).isEmpty();
    }
    checkPromtool(version, ours);
    checkDump(theirs, target.samples(SCRAPES));
    goOn(theirs, target, options);
    goOn(copy, target, options);
  }

  /// Writes so much that the directory has everything that there can be.
  ///
  /// @return a copy of the directory as it was before Varve closed it
  private Path writeByVarve(MadeUpHistograms target, VarveOptions options) throws IOException {
    Path data = directory.resolve("data");
    Path copy = directory.resolve("ours");
    try (Varve store = Varve.open(data, options)) {
      int half = SCRAPES / 2;
      target.append(store, 0, half, 1);
      store.maintain();
      target.append(store, half, SCRAPES, 7);
      store.maintain();
      DataDirectory.copy(data, copy);
    }
    assertThat(DataDirectory.blocks(copy)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(DataDirectory.checkpoints(copy)).hasSize(1);
    assertThat(DataDirectory.segments(copy)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(DataDirectory.headChunkFiles(copy)).isNotEmpty();
    return copy;
  }

  private PrometheusServer start(PrometheusVersion version, Path data, String... flags)
      throws IOException {
    return PrometheusServer.startWithHistograms(
        processes, version, data, PrometheusConfig.empty(), flags);
  }

  /// The last moment that can be read in chunks: 2.42 fails at the last chunk of a series if that
  /// has gauge histograms.
  private static long streamable(PrometheusVersion version) {
    int scrapes = version == PrometheusVersion.V2_42 ? SCRAPES - HEAD : SCRAPES;
    return MadeUpHistograms.time(scrapes) - 1;
  }

  private static void assertSameAnswers(PromApi theirs, PromApi ours, boolean custom)
      throws IOException {
    long end = MadeUpHistograms.time(SCRAPES - 1);
    var queries = new ArrayList<>(QUERIES);
    if (custom) {
      queries.addAll(CUSTOM_BUCKET_QUERIES);
    }
    for (String query : queries) {
      assertSame(
          query,
          ours.range(query, MadeUpHistograms.START, end, MadeUpHistograms.INTERVAL),
          theirs.range(query, MadeUpHistograms.START, end, MadeUpHistograms.INTERVAL));
    }
    // As they are: in the head and just before, and far in the blocks.
    for (int scrapes : new int[] {SCRAPES, SCRAPES / 3}) {
      String all = "{__name__=~'made_up_.+', number!='2'}[130m]";
      long time = MadeUpHistograms.time(scrapes - 1);
      assertSame(all, ours.instant(all, time), theirs.instant(all, time));
    }
  }

  private static void assertSame(String query, List<Object> answer, List<Object> expected) {
    assertThat(expected.isEmpty()).as(query).isFalse();
    assertThat(answer.size()).as(query).isEqualTo(expected.size());
    for (int i = 0; i < answer.size(); i++) {
      // Too long to be printed in full.
      boolean same = answer.get(i).equals(expected.get(i));
      assertThat(same ? "" : firstDifference(answer.get(i), expected.get(i))).as(query).isEmpty();
    }
  }

  private static String firstDifference(Object answer, Object expected) {
    String mine = answer.toString();
    String theirs = expected.toString();
    int at = 0;
    while (at < mine.length() && at < theirs.length() && mine.charAt(at) == theirs.charAt(at)) {
      at++;
    }
    int from = Math.max(0, at - 200);
    return mine.substring(from, Math.min(mine.length(), at + 200))
        + "\n\nin place of\n\n"
        + theirs.substring(from, Math.min(theirs.length(), at + 200));
  }

  private void checkPromtool(PrometheusVersion version, Path ours) throws IOException {
    var promtool = new Promtool(version, directory);
    Path copy = DataDirectory.copy(ours, directory.resolve("for-promtool"));
    assertThat(promtool.tsdb("list", copy).lines()).hasSize(DataDirectory.blocks(copy).size() + 1);
    for (String block : DataDirectory.blocks(copy)) {
      assertThat(promtool.tsdb("analyze", "--extended", copy, block))
          .contains("Block ID: " + block);
    }
  }

  /// By promtool's text, though it passes over the first histograms of a series, and over all after
  /// a change of kind.
  private void checkDump(Path theirs, Samples written) throws IOException {
    Path copy = DataDirectory.copy(theirs, directory.resolve("for-dump"));
    Set<String> dumped =
        Program.output(directory, Distribution.command(List.of("dump", copy.toString())))
            .lines()
            .collect(HashSet::new, Set::add, Set::addAll);
    List<String> expected =
        new Promtool(PrometheusVersion.V3_5, directory).tsdb("dump", copy).lines().toList();

    assertThat(expected).hasSizeGreaterThan((int) written.count() / 2);
    assertThat(expected.stream().filter(line -> !dumped.contains(line)).limit(5)).isEmpty();
    assertThat(dumped).hasSize((int) written.count());
  }

  /// Opens a directory that Prometheus has left, twice, and writes to it in between.
  private static void goOn(Path data, MadeUpHistograms target, VarveOptions options)
      throws IOException {
    try (Varve store = Varve.openReadOnly(data, options)) {
      assertThat(
              Samples.ofChunks(store, Long.MIN_VALUE, Long.MAX_VALUE)
                  .differencesTo(target.samples(SCRAPES)))
          .isEmpty();
    }
    try (Varve store = Varve.open(data, options)) {
      assertThat(Samples.of(store).differencesTo(target.samples(SCRAPES))).isEmpty();
      assertThat(store.stats().walCorruptions()).isZero();
      assertThat(store.stats().walReplayUnknownRefs()).isZero();
      target.append(store, SCRAPES, SCRAPES + MORE, 1);
    }
    try (Varve store = Varve.open(data, options)) {
      assertThat(Samples.of(store).differencesTo(target.samples(SCRAPES + MORE))).isEmpty();
    }
  }

  private static VarveOptions options(PrometheusVersion version) {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withWalSegmentBytes(64 << 10)
        .withCompatibility(version.compatibility());
  }
}
