package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The first byte is the encoding, the others are the payload.
final class ChunkFuzzTest {
  private final ChunkCursor cursor = new ChunkCursor();
  private final ChunkBuffer chunk = new ChunkBuffer();

  static Stream<byte[]> seeds() {
    Stream<byte[]> golden =
        Stream.of("prometheus-3.5-blocks", "prometheus-3.13-blocks")
            .flatMap(name -> Seeds.lines("golden/" + name + "/chunks.txt.gz"))
            .map(line -> line.split("\t", -1))
            .map(fields -> "0" + fields[5] + fields[8])
            .filter(hex -> hex.length() <= 1000)
            .distinct()
            .map(hex -> HexFormat.of().parseHex(hex));
    return Seeds.some(golden, 60);
  }

  @MethodSource("seeds")
  @FuzzTest
  void readsOrRefuses(byte[] input) {
    if (input.length == 0) {
      return;
    }
    List<Long> times = readAll(input);
    // Wherever a search begins, it finds what the walk found.
    if (times != null && times.size() > 1) {
      for (int at = 0; at < times.size(); at += 1 + times.size() / 8) {
        seek(input, times, times.get(at));
      }
    }
  }

  private void prepare(byte[] input) {
    int length = input.length - 1;
    // What is behind the payload must not matter.
    java.util.Arrays.fill(chunk.prepare(input[0], length), length, length + 8, input[0]);
    System.arraycopy(input, 1, chunk.prepare(input[0], length), 0, length);
    cursor.reset(chunk, "chunk", 0);
  }

  /// @return the times of the samples, or null if the chunk is damaged
  private List<Long> readAll(byte[] input) {
    var times = new ArrayList<Long>();
    try {
      prepare(input);
      while (cursor.next()) {
        times.add(cursor.timestamp());
        look();
      }
    } catch (CorruptionException e) {
      return null;
    }
    assertThat(times).hasSize(cursor.sampleCount());
    return times;
  }

  /// Asks for all that the sample has.
  private void look() {
    var _ = cursor.startTimestamp();
    if (cursor.kind() == SampleKind.FLOAT) {
      var _ = cursor.value();
      return;
    }
    NativeHistogram histogram =
        cursor.kind() == SampleKind.HISTOGRAM ? cursor.histogram() : cursor.floatHistogram();
    assertThat(histogram.positiveSpans().buckets()).isLessThanOrEqualTo(8 * chunk.length());
    assertThat(cursor.floatHistogram().positiveSpans()).isEqualTo(histogram.positiveSpans());
  }

  private void seek(byte[] input, List<Long> times, long wanted) {
    long found = times.stream().filter(t -> t >= wanted).findFirst().orElseThrow();
    prepare(input);
    assertThat(cursor.seek(wanted)).isTrue();
    assertThat(cursor.timestamp()).isEqualTo(found);
  }
}
