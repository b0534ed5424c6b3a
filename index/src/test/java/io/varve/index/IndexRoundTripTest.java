package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.io.LocalDisk;
import io.varve.io.MappedFile;
import io.varve.model.Labels;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexRoundTripTest {
  @TempDir Path directory;

  @Test
  void readsBackAnEmptyIndex() throws Exception {
    IndexReader reader = IndexFixture.reader(IndexFixture.write(directory, new TreeMap<>()));

    assertThat(reader.all().next()).isFalse();
    assertThat(reader.symbols().hasNext()).isFalse();
    assertThat(reader.labelNames()).isEmpty();
    assertThat(reader.series(1, new SeriesEntry())).isFalse();
  }

  @Test
  void readsBackWhatWasWritten() {
    Property.forAll(
        100,
        random -> {
          SortedMap<Labels, ChunkList> series = IndexFixture.randomSeries(random, 300);
          IndexReader reader = IndexFixture.reader(IndexFixture.write(directory, series));

          assertHolds(reader, series);
          assertThat(reader.symbols())
              .toIterable()
              .containsExactlyElementsOf(IndexFixture.symbols(series.keySet()));
          assertThat(reader.symbolCount()).isEqualTo(IndexFixture.symbols(series.keySet()).size());
        });
  }

  /// Lists, symbols and the table are longer than any buffer on their way.
  @Test
  void readsBackManySeriesThroughAMapping() throws Exception {
    int count = 120_000;
    var series = new TreeMap<Labels, ChunkList>();
    for (int i = 0; i < count; i++) {
      Labels labels =
          Labels.of(
              "__name__", "metric", "id", "%09d".formatted(i), "mod", Integer.toString(i % 7));
      series.put(labels, new ChunkList());
    }
    long ref = 8;
    for (ChunkList chunks : series.values()) {
      chunks.add(ref++, 1_700_000_000_000L, 1_700_000_060_000L);
    }
    Path file = directory.resolve("index");
    var disk = new LocalDisk();
    var ids = new ArrayList<Long>();
    try (var writer = new IndexWriter(disk, file)) {
      IndexFixture.symbols(series.keySet()).forEach(writer::addSymbol);
      for (var one : series.entrySet()) {
        ids.add(writer.addSeries(one.getKey(), one.getValue()));
      }
      writer.finish();
    }

    try (Arena arena = Arena.ofShared()) {
      MappedFile mapped = disk.map(file, arena);
      var reader = new IndexReader(mapped);

      assertThat(IndexFixture.refs(reader.all())).isEqualTo(ids);
      assertThat(IndexFixture.refs(reader.withName("id"))).isEqualTo(ids);
      assertHolds(reader, series);
      assertThat(IndexFixture.labels(reader, reader.postings("id", "000077777")))
          .containsExactly(Labels.of("__name__", "metric", "id", "000077777", "mod", "0"));
      assertThat(reader.postings("id", "0000777777").next()).isFalse();
      assertThat(IndexFixture.labels(reader, reader.postings("id", "00007777", value -> true)))
          .hasSize(10);
      Postings third = reader.postings("mod", "3");
      assertThat(third.seek(ids.get(100_000))).isTrue();
      assertThat(third.ref()).isEqualTo(ids.get(100_005));
    }
  }

  @Test
  void keepsSymbolsThatNoSeriesUses() throws Exception {
    Path file = directory.resolve("index");
    var disk = new LocalDisk();
    try (var writer = new IndexWriter(disk, file)) {
      for (String symbol : new String[] {"", "a", "unused", "x"}) {
        writer.addSymbol(symbol);
      }
      writer.addSeries(Labels.of("a", "x"), new ChunkList());
      writer.finish();
    }

    IndexReader reader = IndexFixture.reader(disk.readAll(file, 1 << 20));

    assertThat(reader.symbols()).toIterable().containsExactly("", "a", "unused", "x");
    assertThat(IndexFixture.labels(reader, reader.all())).containsExactly(Labels.of("a", "x"));
    assertThat(reader.labelNames()).containsExactly("a");
  }

  @Test
  void keepsTimesAndReferencesAtTheEndsOfTheirRanges() throws Exception {
    var series = new TreeMap<Labels, ChunkList>();
    series.put(
        Labels.of("a", "b"),
        IndexFixture.chunks(0, Long.MIN_VALUE, Long.MIN_VALUE, 0, -1, 0, -1, 1, Long.MAX_VALUE));
    series.put(Labels.of("a", "c"), IndexFixture.chunks(-1, Long.MIN_VALUE, Long.MAX_VALUE));

    assertHolds(IndexFixture.reader(IndexFixture.write(directory, series)), series);
  }

  @Test
  void readsIntoOneEntryFromSeveralIndexes() throws Exception {
    var first = new TreeMap<Labels, ChunkList>();
    first.put(Labels.of("a", "b"), new ChunkList());
    var second = new TreeMap<Labels, ChunkList>();
    second.put(Labels.of("c", "d"), new ChunkList());
    IndexReader one = IndexFixture.reader(IndexFixture.write(directory, first));
    IndexReader other = IndexFixture.reader(IndexFixture.write(directory, second));
    var entry = new SeriesEntry();

    for (int i = 0; i < 2; i++) {
      assertThat(one.series(2, entry)).isTrue();
      assertThat(entry.labels()).isEqualTo(Labels.of("a", "b"));
      assertThat(other.series(2, entry)).isTrue();
      assertThat(entry.labels()).isEqualTo(Labels.of("c", "d"));
    }
  }

  private static void assertHolds(IndexReader reader, SortedMap<Labels, ChunkList> series) {
    var entry = new SeriesEntry();
    Postings all = reader.all();
    for (var expected : series.entrySet()) {
      assertThat(all.next()).isTrue();
      assertThat(reader.series(all.ref(), entry)).isTrue();
      assertThat(entry.chunks()).hasToString(expected.getValue().toString());
      assertThat(entry.labels()).isEqualTo(expected.getKey());
    }
    assertThat(all.next()).isFalse();
  }
}
