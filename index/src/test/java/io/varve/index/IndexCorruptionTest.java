package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.io.Crc32c;
import io.varve.io.Varint;
import io.varve.model.Labels;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever happens to the bytes, a reader gives the right data or a {@link CorruptionException}.
class IndexCorruptionTest {
  @TempDir Path directory;
  private byte[] index;
  private String contents;

  @BeforeEach
  void write() throws Exception {
    var series = new TreeMap<Labels, ChunkList>();
    for (int i = 0; i < 40; i++) {
      series.put(
          Labels.of(
              "__name__", "m" + i % 3, "id", "%03d".formatted(i), "odd", i % 2 == 1 ? "é" : ""),
          new ChunkList());
    }
    long ref = 8;
    for (ChunkList chunks : series.values()) {
      chunks.add(ref, 1000, 2000);
      chunks.add(ref + 50, 2500, 3000);
      ref += 100;
    }
    index = IndexFixture.write(directory, series);
    contents = contents(index);
  }

  /// All that a reader says about an index.
  private static String contents(byte[] index) {
    IndexReader reader = IndexFixture.reader(index);
    var text = new StringBuilder();
    var entry = new SeriesEntry();
    for (Postings all = reader.all(); all.next(); ) {
      boolean found = reader.series(all.ref(), entry);
      text.append(found ? entry.labels() + " " + entry.chunks() : "none").append('\n');
    }
    for (String name : reader.labelNames()) {
      text.append(name).append(IndexFixture.refs(reader.withName(name))).append('\n');
      for (String value : reader.labelValues(name)) {
        text.append(value).append(IndexFixture.refs(reader.postings(name, value))).append('\n');
      }
      text.append(IndexFixture.refs(reader.postings(name, "m", value -> true))).append('\n');
    }
    for (Iterator<String> symbols = reader.symbols(); symbols.hasNext(); ) {
      text.append(symbols.next()).append(' ');
    }
    return text.toString();
  }

  @Test
  void refusesEveryTruncation() {
    for (int length = 0; length < index.length; length++) {
      byte[] cut = Arrays.copyOf(index, length);
      assertThatThrownBy(() -> contents(cut))
          .describedAs("cut to %s bytes", length)
          .isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void noticesEveryChangedByte() {
    for (int at = 0; at < index.length; at++) {
      for (int bits : new int[] {0x01, 0x80, 0xff}) {
        byte[] changed = index.clone();
        changed[at] ^= (byte) bits;
        assertRightOrRefused(changed, "byte " + at + " xor " + bits);
      }
    }
  }

  @Test
  void noticesZeroedTails() {
    for (int from = 0; from < index.length; from += 7) {
      byte[] changed = index.clone();
      Arrays.fill(changed, from, index.length, (byte) 0);
      assertThatThrownBy(() -> contents(changed)).isInstanceOf(CorruptionException.class);
    }
  }

  private void assertRightOrRefused(byte[] changed, String what) {
    String actual;
    try {
      actual = contents(changed);
    } catch (CorruptionException expected) {
      return;
    }
    assertThat(actual).describedAs(what).isEqualTo(contents);
  }

  /// Bytes that lie on purpose: changed at random, and all checksums put right afterwards.
  @Test
  void survivesWrongContentUnderRightChecksums() {
    int[] read = new int[2];
    Property.forAll(
        3000,
        random -> {
          byte[] changed = index.clone();
          for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = 5 + random.nextInt(changed.length - 5);
            changed[at] =
                switch (random.nextInt(3)) {
                  case 0 -> (byte) random.nextInt();
                  case 1 -> (byte) (changed[at] + 1);
                  default -> (byte) 0xff;
                };
          }
          seal(changed);
          try {
            assertThat(contents(changed)).isNotNull();
            read[0]++;
          } catch (CorruptionException expected) {
            assertThat(expected.what()).isNotEmpty();
            read[1]++;
          }
        });
    assertThat(read[0]).as("accepted").isPositive();
    assertThat(read[1]).as("refused").isPositive();
  }

  @Test
  void survivesRandomBytes() {
    var random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      if (bytes.length > 57) {
        ByteBuffer.wrap(bytes).putInt(IndexFormat.MAGIC).put((byte) 2);
        for (int entry = 0; entry < 6; entry++) {
          ByteBuffer.wrap(bytes).putLong(bytes.length - 52 + 8 * entry, random.nextLong(300));
        }
        seal(bytes);
      }
      assertThatThrownBy(() -> contents(bytes)).isInstanceOf(CorruptionException.class);
    }
  }

  /// Puts all checksums right that can be found from the table of contents on.
  private static void seal(byte[] index) {
    ByteBuffer buffer = ByteBuffer.wrap(index);
    int toc = index.length - IndexFormat.TOC_LENGTH;
    buffer.putInt(index.length - 4, Crc32c.of(index, toc, 48));
    sealSection(index, buffer.getLong(toc));
    sealSection(index, buffer.getLong(toc + 40));
    sealSeries(index, buffer.getLong(toc + 8), buffer.getLong(toc + 16));
    sealLists(index, buffer.getLong(toc + 32), buffer.getLong(toc + 40));
  }

  /// @return offset after the section, or -1 if it does not fit
  private static long sealSection(byte[] index, long offset) {
    if (offset < 0 || offset > index.length - 8) {
      return -1;
    }
    long length = Integer.toUnsignedLong(ByteBuffer.wrap(index).getInt((int) offset));
    long end = offset + 4 + length;
    if (end > index.length - 4) {
      return -1;
    }
    ByteBuffer.wrap(index).putInt((int) end, Crc32c.of(index, (int) offset + 4, (int) length));
    return end + 4;
  }

  private static void sealLists(byte[] index, long from, long to) {
    for (long at = (from + 3) / 4 * 4; at >= 0 && at < to; ) {
      at = sealSection(index, at);
    }
  }

  private static void sealSeries(byte[] index, long from, long to) {
    if (from < 0 || from > index.length) {
      return;
    }
    for (int at = (int) (from + 15) / 16 * 16; at < Math.min(to, index.length - 10); ) {
      var in = new ByteReader(index, at, index.length - at, "index", at);
      long length;
      try {
        length = in.readUnsignedVarint();
      } catch (CorruptionException e) {
        return;
      }
      if (length < 0 || length > in.remaining() - 4) {
        return;
      }
      int end = in.position() + (int) length;
      ByteBuffer.wrap(index).putInt(end, Crc32c.of(index, in.position(), (int) length));
      at = (end + 4 + 15) / 16 * 16;
    }
  }

  @Test
  void namesFileOffsetAndFault() {
    byte[] changed = index.clone();
    changed[20] ^= 1;

    assertThatThrownBy(() -> IndexFixture.reader(changed))
        .isInstanceOfSatisfying(
            CorruptionException.class,
            e -> {
              assertThat(e.file()).isEqualTo("index");
              assertThat(e.offset()).isEqualTo(9);
              assertThat(e.what()).startsWith("symbols: checksum is ");
            });
  }

  @Test
  void refusesVersionsItDoesNotKnow() {
    for (int version : new int[] {0, 4, 255}) {
      byte[] changed = index.clone();
      changed[IndexFormat.VERSION_OFFSET] = (byte) version;
      assertThatThrownBy(() -> IndexFixture.reader(changed))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining("version " + version);
    }
  }

  @Test
  void answersFalseForIdsOutsideOfTheSeries() {
    IndexReader reader = IndexFixture.reader(index);
    var entry = new SeriesEntry();

    for (long id : List.of(0L, -1L, 0xFFFF_FFFFL, 1L << 32, 1L << 60, Long.MAX_VALUE)) {
      assertThat(reader.series(id, entry)).isFalse();
    }
  }

  /// A file that names one long symbol for each of many labels asks for far more than its own size.
  @Test
  void refusesLabelsOfUnboundedLength() throws Exception {
    var labels = Labels.builder();
    for (int i = 0; i < 65; i++) {
      labels.set("n%02d".formatted(i), "y");
    }
    var series = new TreeMap<Labels, ChunkList>();
    series.put(labels.build(), new ChunkList());
    series.put(Labels.of("n64", "x".repeat(1 << 20)), new ChunkList());
    byte[] hostile = IndexFixture.write(directory, series);
    int body = (int) IndexToc.read(IndexFixture.mapped(hostile)).series();
    body = (body + 15) / 16 * 16 + Varint.lengthOfUnsigned(2 * 65 + 2) + 1;
    for (int i = 0; i < 65; i++) {
      assertThat(hostile[body + 2 * i + 1]).as("symbol of y").isEqualTo((byte) 66);
      hostile[body + 2 * i + 1] = 65;
    }
    seal(hostile);

    IndexReader reader = IndexFixture.reader(hostile);
    var entry = new SeriesEntry();
    Postings all = reader.all();
    assertThat(all.next()).isTrue();
    assertThat(reader.series(all.ref(), entry)).isTrue();

    assertThatThrownBy(entry::labels)
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("labels of more than");
  }

  @Test
  void refusesSymbolsOutOfOrder() {
    List<byte[]> symbols = new ArrayList<>();
    IndexFixture.reader(index).symbolBytes().forEachRemaining(symbols::add);
    byte[] changed = index.clone();
    int at = 5 + 4 + 4 + 1;
    assertThat(new String(changed, at, symbols.getFirst().length, UTF_8)).isEqualTo("000");
    changed[at] = 'z';
    seal(changed);

    assertThatThrownBy(() -> contents(changed))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("not sorted");
  }
}
