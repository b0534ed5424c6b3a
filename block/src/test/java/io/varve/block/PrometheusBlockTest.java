package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.BlockSamples;
import io.varve.fixture.FloatSamples;
import io.varve.index.IndexLayout;
import io.varve.index.IndexReader;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads blocks that Prometheus wrote, see the README beside them.
class PrometheusBlockTest {
  private final Disk disk = new LocalDisk();
  @TempDir private Path data;

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void readsEverySampleThatPromtoolDumps(String version) throws Exception {
    try (Block block = open(version)) {
      assertThat(lines(block)).isEqualTo(dump());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void keepsTheBitsOfNaNAndZero(String version) throws Exception {
    try (Block block = open(version)) {
      FloatSamples odd =
          BlockSamples.select(
                  block, Long.MIN_VALUE, Long.MAX_VALUE, Matcher.equal("__name__", "odd"))
              .get(Labels.of("__name__", "odd", "job", "web"));

      assertThat(odd.valueBits())
          .startsWith(
              SampleValue.NORMAL_NAN_BITS,
              Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
              Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY),
              Double.doubleToRawLongBits(0.0),
              Double.doubleToRawLongBits(-0.0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void knowsWhatIsInIt(String version) throws Exception {
    try (Block block = open(version)) {
      assertThat(block.meta().ulid()).hasToString(block.directory().getFileName().toString());
      assertThat(block.meta().stats())
          .isEqualTo(new BlockMeta.Stats(2181, 0, 0, 8, 21, 0, ExtraFields.NONE));
      assertThat(block.minTime()).isEqualTo(1600005600000L);
      assertThat(block.maxTime()).isEqualTo(1600012799999L);
      assertThat(block.labelNames(List.of())).containsExactly("__name__", "code", "job", "place");
      assertThat(block.labelValues("job", List.of()))
          .containsExactly("room", "web", "\uff21", "\ud835\udcb3");
      assertThat(block.labelValues("code", List.of(Matcher.regex("job", "w.+"))))
          .containsExactly("200", "500");
      assertThat(block.series(List.of(Matcher.equal("__name__", "noise"))))
          .containsExactly(
              Labels.of("__name__", "noise", "job", "\uff21"),
              Labels.of("__name__", "noise", "job", "\ud835\udcb3"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void metaDataIsWrittenBackByteByByte(String version) throws Exception {
    Path file = directory(version).resolve("meta.json");
    byte[] written = disk.readAll(file, 1000);

    assertThat(MetaJsonWriter.toJson(MetaFile.read(disk, file.getParent()))).isEqualTo(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.42", "3.5"})
  void everyFileIsWrittenAgainByteByByte(String version) throws Exception {
    Path original = directory(version);
    Ulid ulid = Ulid.parse(original.getFileName().toString()).orElseThrow();

    Path copy = data.resolve(ulid.toString());
    try (Block block = Block.open(disk, original);
        Arena arena = Arena.ofConfined();
        BlockWriter writer = BlockWriter.create(disk, data, ulid, IndexLayout.WITH_LABEL_INDICES)) {
      // There are some that no series uses.
      var symbols = new IndexReader(disk.map(original.resolve("index"), arena)).symbolBytes();
      while (symbols.hasNext()) {
        writer.addSymbol(symbols.next());
      }
      BlockFiles.writeChunks(block, writer);
      BlockMeta meta = block.meta();
      writer.finish(meta.minTime(), meta.maxTime(), meta.compaction());
    }

    for (String file : List.of("index", "chunks/000001", "tombstones")) {
      assertThat(disk.readAll(copy.resolve(file), 1 << 20))
          .as(file)
          .isEqualTo(disk.readAll(original.resolve(file), 1 << 20));
    }
  }

  @Test
  void readsABlockWhoseIndexIsOfVersion1() throws Exception {
    try (Block block = open("v1")) {
      var samples = BlockSamples.all(block);
      assertThat(samples).hasSize(102);
      assertThat(samples.get(Labels.of("foo", "bar")).times()).containsExactly(1);
      assertThat(samples.get(Labels.of("foo", "bar")).value(0)).isEqualTo(2);
      assertThat(samples.get(Labels.of("foo", "baz")).times()).containsExactly(3);
      assertThat(samples.get(Labels.of("foo", "baz")).value(0)).isEqualTo(4);
      assertThat(samples.get(Labels.of("bar", "73")).times()).containsExactly(0);
      assertThat(block.series(List.of(Matcher.notRegex("foo", "^.?$")))).hasSize(2);
    }
  }

  private Block open(String version) throws Exception {
    return Block.open(disk, directory(version));
  }

  private Path directory(String version) throws URISyntaxException, IOException {
    Path data = resource(version);
    return data.resolve(disk.list(data).getFirst());
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(PrometheusBlockTest.class.getResource("/prometheus/" + name).toURI());
  }

  private static List<String> lines(Block block) {
    var lines = new ArrayList<String>();
    BlockSamples.all(block)
        .forEach((labels, samples) -> {
          for (int i = 0; i < samples.size(); i++) {
            lines.add(labels + " " + samples.value(i) + " " + samples.times()[i]);
          }
        });
    return lines;
  }

  /// The dump, with values as Java writes them.
  private static List<String> dump() throws Exception {
    var lines = new ArrayList<String>();
    try (var in = PrometheusBlockTest.class.getResourceAsStream("/prometheus/dump.txt.gz");
        var reader = new BufferedReader(new InputStreamReader(new GZIPInputStream(in), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int time = line.lastIndexOf(' ');
        int value = line.lastIndexOf(' ', time - 1);
        String number = line.substring(value + 1, time).replace("Inf", "Infinity");
        lines.add(line.substring(0, value + 1) + Double.parseDouble(number) + line.substring(time));
      }
    }
    return lines;
  }
}
