package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import io.varve.io.CorruptionException;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexVersion1Test {
  @TempDir Path directory;

  private static byte[] real() throws IOException {
    try (InputStream in = IndexVersion1Test.class.getResourceAsStream("prometheus-v1/index")) {
      return in.readAllBytes();
    }
  }

  /// In the order of labels, as the index has them.
  private static List<Labels> realSeries() {
    Stream<Labels> bars =
        IntStream.range(0, 100).mapToObj(i -> Labels.of("bar", Integer.toString(i)));
    return Stream.concat(bars, Stream.of(Labels.of("foo", "bar"), Labels.of("foo", "baz")))
        .sorted()
        .toList();
  }

  @Test
  void readsWhatAnOldPrometheusWrote() throws IOException {
    IndexReader reader = IndexFixture.reader(real());

    assertThat(reader.version()).isOne();
    assertThat(IndexFixture.labels(reader, reader.all()))
        .containsExactlyInAnyOrderElementsOf(realSeries());
    assertThat(reader.labelNames()).containsExactly("bar", "foo");
    assertThat(reader.labelValues("foo")).containsExactly("bar", "baz");
    assertThat(reader.labelValues("bar")).hasSize(100).startsWith("0", "1", "10", "11");
    assertThat(labels(reader, Matcher.equal("foo", "baz")))
        .containsExactly(Labels.of("foo", "baz"));
    assertThat(labels(reader, Matcher.regex("bar", "4."))).hasSize(10);
    assertThat(labels(reader, Matcher.equal("bar", ""))).hasSize(2);
  }

  @Test
  void readsItsChunks() throws IOException {
    IndexReader reader = IndexFixture.reader(real());
    var entry = new SeriesEntry();
    Postings found = reader.postings("foo", "baz");

    assertThat(found.next()).isTrue();
    assertThat(reader.series(found.ref(), entry)).isTrue();
    assertThat(entry.chunks()).hasToString("[722 [3, 3]]");
  }

  @Test
  void readsWhatVersion2Says() {
    Property.forAll(
        60,
        random -> {
          var series = IndexFixture.randomSeries(random, 200);
          IndexReader expected = IndexFixture.reader(IndexFixture.write(directory, series));
          IndexReader actual = IndexFixture.reader(Version1.write(series, random));

          assertThat(contents(actual)).isEqualTo(contents(expected));
        });
  }

  @Test
  void refusesEveryTruncation() {
    byte[] index = small();
    for (int length = 0; length < index.length; length++) {
      byte[] cut = Arrays.copyOf(index, length);
      assertThatThrownBy(() -> contents(IndexFixture.reader(cut)))
          .describedAs("cut to %s bytes", length)
          .isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void noticesEveryChangedByte() {
    byte[] index = small();
    List<String> contents = contents(IndexFixture.reader(index));
    for (int at = 0; at < index.length; at++) {
      for (int bits : new int[] {0x01, 0x02, 0x80, 0xff}) {
        byte[] changed = index.clone();
        changed[at] ^= (byte) bits;
        try {
          assertThat(contents(IndexFixture.reader(changed)))
              .describedAs("byte %s xor %s", at, bits)
              .isEqualTo(contents);
        } catch (CorruptionException expected) {
          assertThat(expected.what()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void refusesAReferenceIntoTheMiddleOfASymbol() {
    byte[] index = Version1.write(seriesOf(Labels.of("abc", "def")), Property.random());
    int body = 5 + 4 + 4 + 8 + 4 + 1;
    assertThat(index[body + 1]).as("offset of abc").isEqualTo((byte) 13);
    index[body + 1] = 14;
    Version1.sealSeries(index, body - 1);
    IndexReader reader = IndexFixture.reader(index);
    Postings all = reader.all();
    assertThat(all.next()).isTrue();

    assertThatThrownBy(() -> reader.series(all.ref(), new SeriesEntry()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("symbol 14 of 2 does not exist");
  }

  @Test
  void answersFalseForIdsOutsideOfTheSeries() {
    IndexReader reader = IndexFixture.reader(small());
    var entry = new SeriesEntry();

    for (long id : List.of(0L, 5L, -1L, 0xFFFF_FFFFL, 1L << 32, Long.MAX_VALUE)) {
      assertThat(reader.series(id, entry)).isFalse();
    }
  }

  private static byte[] small() {
    return Version1.write(
        seriesOf(Labels.of("a", "x", "b", "é"), Labels.of("a", "y"), Labels.of("b", "x")),
        Property.random());
  }

  private static SortedMap<Labels, ChunkList> seriesOf(Labels... labels) {
    var series = new TreeMap<Labels, ChunkList>();
    for (Labels one : labels) {
      series.put(one, IndexFixture.chunks(8 + series.size(), 1000, 2000));
    }
    return series;
  }

  private static List<Labels> labels(IndexReader reader, Matcher matcher) {
    return IndexFixture.labels(reader, MatcherPostings.select(reader, List.of(matcher)));
  }

  /// All that a reader says, without ids.
  private static List<String> contents(IndexReader reader) {
    var lines = new ArrayList<String>();
    var entry = new SeriesEntry();
    for (Postings all = reader.all(); all.next(); ) {
      boolean found = reader.series(all.ref(), entry);
      lines.add(found ? entry.labels() + " " + entry.chunks() : "none");
    }
    for (String name : reader.labelNames()) {
      lines.add(name + IndexFixture.labels(reader, reader.withName(name)));
      for (String value : reader.labelValues(name)) {
        lines.add(value + IndexFixture.labels(reader, reader.postings(name, value)));
      }
    }
    for (Iterator<byte[]> symbols = reader.symbolBytes(); symbols.hasNext(); ) {
      lines.add(new String(symbols.next(), UTF_8));
    }
    return lines;
  }
}
