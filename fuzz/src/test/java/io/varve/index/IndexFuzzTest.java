package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
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
    return Stream.concat(older, Seeds.golden("[0-9A-Z]{26}/index", 6000));
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
      walk(new IndexReader(file), read);
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

  private static void walk(IndexReader reader, List<String> series) {
    var entry = new SeriesEntry();
    for (Postings all = reader.all(); all.next(); ) {
      if (reader.series(all.ref(), entry)) {
        series.add(entry.labels() + " " + entry.chunks());
      }
    }
    for (String name : reader.labelNames()) {
      count(reader.withName(name));
      for (String value : reader.labelValues(name)) {
        count(reader.postings(name, value));
      }
      count(reader.postings(name, "p", value -> true));
    }
    for (Iterator<String> symbols = reader.symbols(); symbols.hasNext(); ) {
      assertThat(symbols.next()).isNotNull();
    }
  }

  private static void count(Postings postings) {
    long last = -1;
    while (postings.next()) {
      assertThat(postings.ref()).isGreaterThan(last);
      last = postings.ref();
    }
  }
}
