package io.varve.wal;

import static java.util.stream.Collectors.toList;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fuzz.Seeds;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import java.util.HexFormat;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// One record of the log, decompressed.
final class RecordFuzzTest {
  static Stream<byte[]> seeds() {
    // By type, so that all types are among the few.
    return Stream.of("2.42-blocks", "3.5-blocks", "3.5-ooo", "3.13-blocks", "3.13-ooo")
        .flatMap(name -> Seeds.lines("golden/prometheus-" + name + "/wal.txt.gz"))
        .map(line -> line.substring(line.lastIndexOf('\t') + 1))
        .filter(hex -> hex.length() <= 600)
        .distinct()
        .collect(Collectors.groupingBy(hex -> hex.substring(0, 2), TreeMap::new, toList()))
        .values()
        .stream()
        .flatMap(ofType -> ofType.stream().limit(6))
        .map(hex -> HexFormat.of().parseHex(hex));
  }

  @MethodSource("seeds")
  @FuzzTest
  void decodesOrRefuses(byte[] input) {
    var handler = new CheckingHandler();
    try {
      RecordDecoder.decode(new ByteReader(input, 0, input.length, "record", 0), handler);
    } catch (CorruptionException e) {
      // Promised.
    }
    handler.requireNoMoreThan(input.length);
  }
}
