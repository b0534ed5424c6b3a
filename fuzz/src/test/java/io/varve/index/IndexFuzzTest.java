package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// An index file, all of it read and verified.
final class IndexFuzzTest {
  private static final String RESOURCES = "index/src/test/resources/io/varve/index/";

  static Stream<byte[]> seeds() {
    Stream<byte[]> older =
        Stream.of("prometheus", "prometheus-v1")
            .map(name -> Seeds.file(RESOURCES + name + "/index"));
    Stream<byte[]> golden = Stream.concat(older, Seeds.golden("[0-9A-Z]{26}/index", 6000));
    return Stream.concat(Stream.of(small()), golden);
  }

  /// Small inputs are tried more often.
  private static byte[] small() {
    var disk = new MemoryDisk();
    Path file = Path.of("/small");
    try (var writer = new IndexWriter(disk, file)) {
      for (String symbol : new String[] {"__name__", "a", "b", "up"}) {
        writer.addSymbol(symbol);
      }
      var chunks = new ChunkList();
      chunks.add(8, 1000, 2000);
      chunks.add(58, 2500, 3000);
      writer.addSeries(Labels.of("__name__", "a"), new ChunkList());
      writer.addSeries(Labels.of("__name__", "up", "a", "b"), chunks);
      writer.finish();
      return disk.readAll(file, 1 << 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) {
    check(input);
    check(Seal.index(input.clone()));
  }

  private static void check(byte[] index) {
    var file = new MappedFile(Path.of("index"), MemorySegment.ofArray(index));
    var findings = new ArrayList<Finding>();
    var verifier = new IndexVerifier(file, findings::add);
    var verified = new ArrayList<String>();
    verifier.verify((id, offset, entry, afterDamage) -> {
      if (verified.size() < 1000) {
        verified.add(text(entry));
      }
    });
    try {
      var read = new ArrayList<String>();
      walk(new IndexReader(file), read, findings.isEmpty());
      if (findings.isEmpty() && read.size() < 1000) {
        assertThat(verified).containsExactlyInAnyOrderElementsOf(read);
      }
    } catch (CorruptionException e) {
      assertThat(findings).as("the verifier finds what a reader finds: %s", e).isNotEmpty();
    }
  }

  private static String text(SeriesEntry entry) {
    try {
      return entry.labels() + " " + entry.chunks();
    } catch (CorruptionException e) {
      return e.toString();
    }
  }

  /// @param sound whether the lists are in order: readers do not look, being safe all the same
  private static void walk(IndexReader reader, List<String> series, boolean sound) {
    var entry = new SeriesEntry();
    for (Postings all = reader.all(); all.next(); ) {
      if (reader.series(all.ref(), entry)) {
        series.add(entry.labels() + " " + entry.chunks());
      }
    }
    for (String name : reader.labelNames()) {
      walk(reader.withName(name), sound);
      for (String value : reader.labelValues(name)) {
        walk(reader.postings(name, value), sound);
        walk(select(reader, Matcher.regex(name, ".+"), Matcher.notEqual("a", value)), sound);
        walk(select(reader, Matcher.equal(name, value), Matcher.regex("a", ".*b|")), sound);
      }
      walk(reader.postings(name, "p", value -> true), sound);
    }
    for (Iterator<String> symbols = reader.symbols(); symbols.hasNext(); ) {
      assertThat(symbols.next()).isNotNull();
    }
  }

  private static Postings select(IndexReader reader, Matcher... matchers) {
    return MatcherPostings.select(reader, List.of(matchers));
  }

  private static void walk(Postings postings, boolean sound) {
    long last = -1;
    while (postings.next()) {
      assertThat(!sound || postings.ref() > last)
          .as("%d follows %d", postings.ref(), last)
          .isTrue();
      last = postings.ref();
    }
  }
}
