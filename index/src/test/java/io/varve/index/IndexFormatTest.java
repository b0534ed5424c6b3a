package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Labels;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The layout byte by byte. The bytes were put together by hand from the specification, their
/// checksums computed bit by bit outside of this code base.
class IndexFormatTest {
  private static final HexFormat HEX = HexFormat.of();

  @TempDir Path directory;

  /// The example in the javadoc of {@link IndexFormat}.
  private static final byte[] ONE_SERIES =
      bytes(
          """
          ba aa d7 00  02
          00 00 00 08  00 00 00 02  01 61  01 62  31 70 55 3b
          00 00 00 00  00 00 00 00  00 00 00
          04  01 00 01  00  86 80 79 08
          00 00 00
          00 00 00 08  00 00 00 01  00 00 00 02  55 02 ad d1
          00 00 00 08  00 00 00 01  00 00 00 02  55 02 ad d1
          00 00 00 0e  00 00 00 02  02 00 00 2c  02 01 61 01 62 3c  25 d1 bb 4a
          00 00 00 00 00 00 00 05  00 00 00 00 00 00 00 15  00 00 00 00 00 00 00 29
          00 00 00 00 00 00 00 4c  00 00 00 00 00 00 00 29  00 00 00 00 00 00 00 4c
          ef c8 95 40
          """);

  /// `{__name__="x", a="ü"}` with chunks 8 [-1000, 0], 308 [1, 60000], 1:8 [70000, 70000], and
  /// `{__name__="x", b="ü"}` with chunk 1:9 [0, 10].
  private static final byte[] WITH_CHUNKS =
      bytes(
          """
          ba aa d7 00  02
          00 00 00 16  00 00 00 05
            08 5f 5f 6e 61 6d 65 5f 5f  01 61  01 62  01 78  02 c3 bc  c0 5a 83 8b
          00 00 00 00  00 00 00 00  00 00 00 00  00
          19  02 00 03 01 04
              03 cf 0f e8 07 08  01 df d4 03 d8 04  90 4e 00 a8 fb ff ff 1f  ac 69 77 8c
          00 00
          0d  02 00 03 02 04  01 00 0a 89 80 80 80 10  7f 76 0f 64
          00 00 00 00 00 0c  00 00 00 02  00 00 00 03  00 00 00 05  bb 33 cb d4
                00 00 00 0c  00 00 00 02  00 00 00 03  00 00 00 05  bb 33 cb d4
                00 00 00 08  00 00 00 01  00 00 00 03  a7 69 2e d2
                00 00 00 08  00 00 00 01  00 00 00 05  81 c8 c9 3a
          00 00 00 25  00 00 00 04
            02 00 00 64
            02 08 5f 5f 6e 61 6d 65 5f 5f 01 78 78
            02 01 61 02 c3 bc 8c 01
            02 01 62 02 c3 bc 9c 01  8f ad 44 ff
          00 00 00 00 00 00 00 05  00 00 00 00 00 00 00 23  00 00 00 00 00 00 00 62
          00 00 00 00 00 00 00 ac  00 00 00 00 00 00 00 62  00 00 00 00 00 00 00 ac
          c2 ec 04 22
          """);

  @Test
  void writesOneSeriesToTheByte() throws Exception {
    var series = new TreeMap<Labels, ChunkList>();
    series.put(Labels.of("a", "b"), new ChunkList());

    assertHex(IndexFixture.write(directory, series), ONE_SERIES);
  }

  @Test
  void writesChunksToTheByte() throws Exception {
    var series = new TreeMap<Labels, ChunkList>();
    series.put(
        Labels.of("__name__", "x", "a", "ü"),
        IndexFixture.chunks(8, -1000, 0, 308, 1, 60_000, 0x1_0000_0008L, 70_000, 70_000));
    series.put(Labels.of("__name__", "x", "b", "ü"), IndexFixture.chunks(0x1_0000_0009L, 0, 10));

    assertHex(IndexFixture.write(directory, series), WITH_CHUNKS);
  }

  @Test
  void readsOneSeries() {
    IndexReader reader = IndexFixture.reader(ONE_SERIES);
    var entry = new SeriesEntry();

    assertThat(reader.version()).isEqualTo(2);
    assertThat(IndexFixture.refs(reader.all())).containsExactly(2L);
    assertThat(IndexFixture.refs(reader.postings("a", "b"))).containsExactly(2L);
    assertThat(reader.series(2, entry)).isTrue();
    assertThat(entry.labels()).isEqualTo(Labels.of("a", "b"));
    assertThat(entry.chunks().size()).isZero();
    assertThat(reader.symbols()).toIterable().containsExactly("a", "b");
  }

  @Test
  void readsChunks() {
    IndexReader reader = IndexFixture.reader(WITH_CHUNKS);
    var entry = new SeriesEntry();

    assertThat(reader.series(3, entry)).isTrue();
    assertThat(entry.labels()).isEqualTo(Labels.of("__name__", "x", "a", "ü"));
    assertThat(entry.chunks())
        .hasToString("[8 [-1000, 0], 134 [1, 60000], 100000008 [70000, 70000]]");
    assertThat(reader.series(5, entry)).isTrue();
    assertThat(entry.labels()).isEqualTo(Labels.of("__name__", "x", "b", "ü"));
    assertThat(entry.chunks()).hasToString("[100000009 [0, 10]]");
    assertThat(IndexFixture.refs(reader.postings("__name__", "x"))).containsExactly(3L, 5L);
    assertThat(IndexFixture.refs(reader.postings("b", "ü"))).containsExactly(5L);
  }

  @Test
  void readsVersion3AsVersion2() {
    byte[] index = ONE_SERIES.clone();
    index[IndexFormat.VERSION_OFFSET] = 3;

    IndexReader reader = IndexFixture.reader(index);

    assertThat(reader.version()).isEqualTo(3);
    assertThat(IndexFixture.labels(reader, reader.all())).containsExactly(Labels.of("a", "b"));
  }

  private static void assertHex(byte[] actual, byte[] expected) {
    assertThat(HEX.formatHex(actual)).isEqualTo(HEX.formatHex(expected));
  }

  private static byte[] bytes(String hex) {
    return HEX.parseHex(hex.replaceAll("\\s", ""));
  }
}
