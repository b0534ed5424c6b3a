package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.LocalDisk;
import io.varve.io.MappedFile;
import io.varve.model.Labels;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Indexes as bytes, and random series for them.
final class IndexFixture {
  private static final Path NAME = Path.of("index");

  private IndexFixture() {}

  /// The index file of these series, all their names and values being its symbols.
  static byte[] write(Path directory, SortedMap<Labels, ChunkList> series) throws IOException {
    Path file = Files.createTempFile(directory, "index", "");
    Files.delete(file);
    try (var writer = new IndexWriter(new LocalDisk(), file)) {
      for (String symbol : symbols(series.keySet())) {
        writer.addSymbol(symbol);
      }
      for (var one : series.entrySet()) {
        writer.addSeries(one.getKey(), one.getValue());
      }
      writer.finish();
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }

  /// All that a reader tells, written anew.
  static byte[] rewrite(Path directory, IndexReader reader, IndexLayout layout) throws IOException {
    Path file = directory.resolve("copy");
    var disk = new LocalDisk();
    try (var writer = new IndexWriter(disk, file, layout)) {
      reader.symbolBytes().forEachRemaining(writer::addSymbol);
      var entry = new SeriesEntry();
      for (Postings all = reader.all(); all.next(); ) {
        if (!reader.series(all.ref(), entry)) {
          throw new AssertionError("no series " + all.ref());
        }
        writer.addSeries(entry.labels(), entry.chunks());
      }
      writer.finish();
    }
    return disk.readAll(file, 1 << 20);
  }

  static IndexReader reader(byte[] index) {
    return new IndexReader(mapped(index));
  }

  static MappedFile mapped(byte[] bytes) {
    return new MappedFile(NAME, MemorySegment.ofArray(bytes));
  }

  static Collection<String> symbols(Collection<Labels> series) {
    var symbols = new TreeSet<String>(IndexFixture::compareUtf8);
    series.forEach(labels ->
        labels.forEach((name, value) -> {
          symbols.add(name);
          symbols.add(value);
        }));
    return symbols;
  }

  static int compareUtf8(String a, String b) {
    return Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));
  }

  static ChunkList chunks(long... refMinMax) {
    var chunks = new ChunkList();
    for (int i = 0; i < refMinMax.length; i += 3) {
      chunks.add(refMinMax[i], refMinMax[i + 1], refMinMax[i + 2]);
    }
    return chunks;
  }

  /// Label sets over a few names and values, some of them awkward.
  static Labels randomLabels(RandomGenerator random) {
    String[] names = {"__name__", "job", "instance", "zone", "été", "\uff5e", "😀"};
    String[] values = {
      "a", "b", "ab", "abc", "foo", "foobar", "é", "ｚ", "😀", "😀😁", "\n", "x".repeat(130)
    };
    Labels.Builder labels = Labels.builder();
    labels.set("i", Integer.toString(random.nextInt(100)));
    for (String name : names) {
      if (random.nextBoolean()) {
        labels.set(name, values[random.nextInt(values.length)]);
      }
    }
    return labels.build();
  }

  /// Up to {@code most} different series with up to 5 chunks each.
  static SortedMap<Labels, ChunkList> randomSeries(RandomGenerator random, int most) {
    var series = new TreeMap<Labels, ChunkList>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      series.put(randomLabels(random), new ChunkList());
    }
    long ref = 0;
    for (ChunkList chunks : series.values()) {
      long time = random.nextLong(-1L << 41, 1L << 41);
      for (int i = random.nextInt(6); i > 0; i--) {
        ref += random.nextBoolean() ? random.nextLong(1 << 10) : random.nextLong(1L << 33);
        long maxt = time + random.nextLong(1 << 20);
        chunks.add(ref, time, maxt);
        time = maxt + 1 + random.nextLong(1 << 20);
      }
    }
    return series;
  }

  static List<Long> refs(Postings postings) {
    var refs = new ArrayList<Long>();
    while (postings.next()) {
      refs.add(postings.ref());
    }
    return refs;
  }

  static List<Labels> labels(IndexReader reader, Postings postings) {
    var labels = new ArrayList<Labels>();
    var entry = new SeriesEntry();
    while (postings.next()) {
      if (!reader.series(postings.ref(), entry)) {
        throw new AssertionError("no series " + postings.ref());
      }
      labels.add(entry.labels());
    }
    return labels;
  }
}
