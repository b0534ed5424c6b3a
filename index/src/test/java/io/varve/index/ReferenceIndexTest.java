package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An index that Prometheus wrote; see README.md beside it.
class ReferenceIndexTest {
  @TempDir Path directory;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ReferenceIndexTest.class.getResourceAsStream("prometheus/" + name)) {
      return in.readAllBytes();
    }
  }

  /// The lines of `series.txt`: labels, least and greatest time.
  private static List<String> expected() throws IOException {
    return new String(resource("series.txt"), UTF_8).lines().toList();
  }

  @Test
  void holdsTheSeriesThatPromtoolSeesInIt() throws Exception {
    IndexReader reader = IndexFixture.reader(resource("index"));
    var entry = new SeriesEntry();
    Postings all = reader.all();
    int chunks = 0;
    for (String line : expected()) {
      assertThat(all.next()).isTrue();
      assertThat(reader.series(all.ref(), entry)).isTrue();
      ChunkList list = entry.chunks();
      chunks += list.size();
      assertThat(entry.labels() + "\t" + list.minTime(0) + "\t" + list.maxTime(list.size() - 1))
          .isEqualTo(line);
    }
    assertThat(all.next()).isFalse();
    assertThat(chunks).isEqualTo(68);
  }

  @Test
  void findsTheChunksOfALongSeries() throws Exception {
    IndexReader reader = IndexFixture.reader(resource("index"));
    var entry = new SeriesEntry();
    Postings found = MatcherPostings.select(reader, List.of(Matcher.equal("__name__", "often")));

    assertThat(found.next()).isTrue();
    assertThat(reader.series(found.ref(), entry)).isTrue();

    ChunkList chunks = entry.chunks();
    assertThat(chunks.size()).isEqualTo(4);
    assertThat(chunks.minTime(0)).isEqualTo(1_700_000_000_000L);
    assertThat(chunks.maxTime(3)).isEqualTo(1_700_003_598_000L);
    for (int i = 1; i < 4; i++) {
      assertThat(chunks.minTime(i)).isEqualTo(chunks.maxTime(i - 1) + 7000);
      assertThat(chunks.ref(i)).isGreaterThan(chunks.ref(i - 1));
    }
  }

  @Test
  void answersMatchers() throws Exception {
    IndexReader reader = IndexFixture.reader(resource("index"));

    assertThat(count(reader, Matcher.regex("instance", "host-3.*"))).isEqualTo(10);
    assertThat(count(reader, Matcher.equal("zone", "Zürich"))).isEqualTo(14);
    assertThat(count(reader, Matcher.equal("zone", ""))).isEqualTo(51);
    assertThat(count(reader, Matcher.notEqual("note", ""))).isEqualTo(8);
    assertThat(count(reader, Matcher.equal("note", "line\nbreak"))).isEqualTo(1);
    assertThat(count(reader, Matcher.regex("job", "api|web"), Matcher.notEqual("zone", "Zürich")))
        .isEqualTo(26);
    assertThat(reader.labelNames()).containsExactly("__name__", "instance", "job", "note", "zone");
    assertThat(reader.labelValues("note"))
        .containsExactly("\"quoted\"", "a", "b", "back\\slash", "line\nbreak", "é", "～", "😀");
    assertThat(reader.labelValues("instance")).hasSize(40);
  }

  @Test
  void isWrittenAgainToTheByte() throws Exception {
    byte[] index = resource("index");

    byte[] copy =
        IndexFixture.rewrite(directory, IndexFixture.reader(index), IndexLayout.WITH_LABEL_INDICES);

    assertThat(copy).isEqualTo(index);
  }

  /// As from Prometheus 3.7 on the same index lacks the two sections that nobody reads.
  @Test
  void losesOnlyTheLabelIndicesInThePresentLayout() throws Exception {
    byte[] index = resource("index");
    IndexToc toc = IndexToc.read(IndexFixture.mapped(index));

    byte[] copy = IndexFixture.rewrite(directory, IndexFixture.reader(index), IndexLayout.CURRENT);

    IndexToc copyToc = IndexToc.read(IndexFixture.mapped(copy));
    int seriesEnd = (int) toc.labelIndices();
    assertThat(Arrays.copyOf(copy, seriesEnd)).isEqualTo(Arrays.copyOf(index, seriesEnd));
    assertThat(lists(copy, copyToc)).isEqualTo(lists(index, toc));
    assertThat(copy.length).isLessThan(index.length);
    assertThat(IndexFixture.labels(IndexFixture.reader(copy), IndexFixture.reader(copy).all()))
        .isEqualTo(
            IndexFixture.labels(IndexFixture.reader(index), IndexFixture.reader(index).all()));
  }

  @Test
  void writesWhatPrometheus313Writes() throws Exception {
    byte[] index = resource("../prometheus-3.13/index");
    IndexReader reader = IndexFixture.reader(index);

    assertThat(IndexFixture.rewrite(directory, reader, IndexLayout.CURRENT)).isEqualTo(index);
    assertThat(IndexFixture.labels(reader, reader.all())).hasSize(150);
    assertThat(count(reader, Matcher.notEqual("é", ""))).isEqualTo(100);
    assertThat(count(reader, Matcher.regex("note", "(long\n){30}0"))).isEqualTo(15);
  }

  private static byte[] lists(byte[] index, IndexToc toc) {
    int start = ((int) toc.postings() + 3) / 4 * 4;
    return Arrays.copyOfRange(index, start, (int) toc.labelOffsetTable());
  }

  private static long count(IndexReader reader, Matcher... matchers) {
    return IndexFixture.refs(MatcherPostings.select(reader, List.of(matchers))).size();
  }

  @Test
  void listsLabelsInTheOrderOfTheFile() throws Exception {
    IndexReader reader = IndexFixture.reader(resource("index"));

    List<Labels> labels = IndexFixture.labels(reader, reader.all());

    assertThat(labels).isSorted().doesNotHaveDuplicates().hasSize(65);
  }
}
