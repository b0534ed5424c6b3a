package io.varve.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.fixture.Property;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What promtool says of a directory that Varve has written: blocks, and a head behind them.
@ExtendWith(Peers.class)
final class PromtoolInteropTest {
  private static final Pattern LINE = Pattern.compile("(\\{.*\\}) (\\S+ \\d+)");
  private static final Pattern FIGURE = Pattern.compile("(?m)^([A-Za-z ()]+): (\\d+)$");

  @TempDir static Path original;
  private static Samples written;
  private static List<BlockMeta> blocks;

  @TempDir Path directory;
  private Path data;

  @BeforeAll
  static void write() throws IOException {
    var target = new MadeUpTarget(Property.random(), 300);
    VarveOptions options = VarveOptions.defaults().withMaintenance(false);
    try (Varve store = Varve.open(original, options)) {
      target.scrape(store, 7 * MadeUpTarget.HOUR);
      store.maintain();
      blocks = store.blocks();
    }
    written = target.written();
  }

  /// promtool 2.42 may cut files of the head even where it only reads.
  @BeforeEach
  void copy() throws IOException {
    data = DataDirectory.copy(original, directory.resolve("data"));
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(2);
    assertThat(blocks.getLast().maxTime()).isLessThan(written.maxTime());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void listShowsTheBlocks(PrometheusVersion version) throws IOException {
    List<String> lines = tsdb(version, "list", data).lines().toList();

    assertThat(lines.getFirst())
        .matches("BLOCK ULID +MIN TIME +MAX TIME +DURATION +NUM SAMPLES +NUM CHUNKS +NUM SERIES.*");
    assertThat(lines).hasSize(blocks.size() + 1);
    for (int i = 0; i < blocks.size(); i++) {
      BlockMeta block = blocks.get(i);
      Samples samples = within(block);
      String[] columns = lines.get(i + 1).split(" +", -1);
      assertThat(columns[0]).isEqualTo(block.ulid().toString());
      assertThat(columns[1]).isEqualTo(String.valueOf(block.minTime()));
      assertThat(columns[2]).isEqualTo(String.valueOf(block.maxTime()));
      assertThat(columns[4]).isEqualTo(String.valueOf(samples.count()));
      assertThat(columns[5]).isEqualTo(String.valueOf(block.stats().numChunks()));
      assertThat(columns[6]).isEqualTo(String.valueOf(samples.series().size()));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void analyzeCountsSeriesLabelsAndPostings(PrometheusVersion version) throws IOException {
    for (BlockMeta block : blocks) {
      Set<Labels> series = within(block).series().keySet();
      Set<String> names = new HashSet<>();
      Set<String> pairs = new HashSet<>();
      for (Labels labels : series) {
        names.addAll(labels.names());
        labels.forEach((name, value) -> pairs.add(name + '\0' + value));
      }

      String analysis = tsdb(version, "analyze", "--extended", data, block.ulid());

      Map<String, Integer> figures = new TreeMap<>();
      for (Matcher figure = FIGURE.matcher(analysis); figure.find(); ) {
        figures.putIfAbsent(figure.group(1), Integer.parseInt(figure.group(2)));
      }
      String total = version == PrometheusVersion.V2_42 ? "Series" : "Total Series";
      assertThat(figures)
          .containsEntry(total, series.size())
          .containsEntry("Label names", names.size())
          .containsEntry("Postings (unique label pairs)", pairs.size())
          .containsEntry(
              "Postings entries (total label pairs)", series.stream().mapToInt(Labels::size).sum());
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V3_13")
  void dumpPrintsEverySample(PrometheusVersion version) throws IOException {
    Map<String, List<String>> expected = new TreeMap<>();
    written
        .series()
        .forEach((labels, samples) -> expected.put(version.print(labels), print(samples)));

    Map<String, List<String>> printed = new TreeMap<>();
    tsdb(version, "dump", data)
        .lines()
        .forEach(line -> {
          Matcher parts = LINE.matcher(line);
          assertThat(parts.matches()).as(line).isTrue();
          printed.computeIfAbsent(parts.group(1), none -> new ArrayList<>()).add(parts.group(2));
        });

    assertThat(printed.keySet()).containsExactlyElementsOf(expected.keySet());
    expected.forEach((labels, samples) ->
        assertThat(firstDifference(printed.get(labels), samples)).as(labels).isEmpty());
  }

  private static Optional<String> firstDifference(List<String> lines, List<String> expected) {
    int at = 0;
    while (at < lines.size() && at < expected.size() && lines.get(at).equals(expected.get(at))) {
      at++;
    }
    return lines.size() == at && expected.size() == at
        ? Optional.empty()
        : Optional.of(
            "line " + at + " differs: " + line(lines, at) + ", not " + line(expected, at));
  }

  private static String line(List<String> lines, int number) {
    return number < lines.size() ? lines.get(number) : "none";
  }

  private static List<String> print(List<Samples.Sample> samples) {
    return samples.stream()
        .map(sample -> GoText.number(sample.value()) + " " + sample.timestamp())
        .toList();
  }

  private static Samples within(BlockMeta block) {
    return written.between(block.minTime(), block.maxTime() - 1);
  }

  private String tsdb(PrometheusVersion version, Object... arguments) throws IOException {
    return new Promtool(version, directory).tsdb(arguments);
  }
}
