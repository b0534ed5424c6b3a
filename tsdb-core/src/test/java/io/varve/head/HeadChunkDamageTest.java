package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkBuffer;
import io.varve.fixture.MemoryDisk;
import io.varve.io.CorruptionException;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import io.varve.model.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The files of `chunks_head`, damaged in every place. The log holds what they hold, so that a
/// store answers everything whatever they are. Nothing protects three zero bytes of the header and
/// the zeros at the end of a file, which mean nothing.
final class HeadChunkDamageTest {
  private static final Path DATA = Path.of("/data");
  private static final Path FIRST = DATA.resolve("chunks_head/000001");
  private static final Path SECOND = DATA.resolve("chunks_head/000002");
  private static final long START = 1_699_999_200_000L;
  private static final Labels FLOATS = Labels.of("__name__", "floats");
  private static final Labels HISTOGRAMS = Labels.of("__name__", "histograms");

  private final MemoryDisk sound = new MemoryDisk();
  private List<String> samples = List.of();

  private static Varve open(MemoryDisk disk, boolean writable) throws IOException {
    VarveOptions options = VarveOptions.defaults().withDisk(disk).withMaintenance(false);
    return writable ? Varve.open(DATA, options) : Varve.openReadOnly(DATA, options);
  }

  /// Two files: what is added after a store is opened goes to a new one.
  @BeforeEach
  void fill() throws IOException {
    fill(0, 150);
    fill(150, 300);
    samples = read(sound, false);
    assertThat(samples).hasSize(600);
    assertThat(content(FIRST).length).isBetween(200, 1000);
    assertThat(content(SECOND).length).isBetween(200, 1000);
  }

  private void fill(int from, int to) throws IOException {
    try (Varve db = open(sound, true);
        Appender appender = db.appender()) {
      for (int i = from; i < to; i++) {
        appender.append(FLOATS, START + i * 15_000L, i % 2);
        appender.append(HISTOGRAMS, START + i * 15_000L, histogram(i));
      }
      assertThat(appender.commit().rejected()).isZero();
    }
  }

  private static Histogram histogram(int count) {
    return new Histogram(
        CounterReset.UNKNOWN,
        0,
        0.5,
        0,
        count,
        count,
        new Spans(new int[] {0}, new int[] {1}),
        Spans.NONE,
        new long[] {count},
        new long[0],
        new double[0]);
  }

  private byte[] content(Path file) throws IOException {
    return sound.readAll(file, 1 << 20);
  }

  private static List<String> read(MemoryDisk disk, boolean writable) throws IOException {
    var samples = new ArrayList<String>();
    try (Varve db = open(disk, writable);
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.regex("__name__", ".+"));
      while (series.next()) {
        SampleCursor cursor = series.samples();
        while (cursor.next()) {
          Object value =
              cursor.kind() == SampleKind.FLOAT ? cursor.value() : cursor.histogram().count();
          samples.add(series.labels() + " " + cursor.timestamp() + " " + value);
        }
      }
    }
    return samples;
  }

  /// Reading changes nothing; opening for writing mends, and then it is sound.
  private void assertComplete(String what, Path file, byte[] content) throws IOException {
    var damaged = new MemoryDisk();
    for (Path each :
        List.of(DATA.resolve("wal/00000000"), DATA.resolve("wal/00000001"), FIRST, SECOND)) {
      damaged.with(each.toString(), each.equals(file) ? content : content(each));
    }
    assertThat(read(damaged, false)).as("%s, read only", what).isEqualTo(samples);
    assertThat(damaged.readAll(file, 1 << 20)).isEqualTo(content);
    assertThat(read(damaged, true)).as(what).isEqualTo(samples);
    assertThat(HeadChunkLoader.load(damaged, DATA.resolve("chunks_head"), false).damage())
        .as("%s, mended", what)
        .isEmpty();
    assertThat(read(damaged, true)).as("%s, mended", what).isEqualTo(samples);
  }

  @Test
  void logMakesUpForWhateverIsCutOff() throws IOException {
    for (Path file : List.of(FIRST, SECOND)) {
      byte[] whole = content(file);
      for (int length = 0; length < whole.length; length++) {
        assertComplete("%s cut to %d".formatted(file, length), file, Arrays.copyOf(whole, length));
      }
    }
  }

  @Test
  void logMakesUpForEveryFlippedByte() throws IOException {
    for (Path file : List.of(FIRST, SECOND)) {
      byte[] whole = content(file);
      for (int at = 0; at < whole.length; at++) {
        for (int bits : new int[] {0x01, 0xff}) {
          byte[] flipped = whole.clone();
          flipped[at] ^= (byte) bits;
          assertComplete("%s, byte %d xor %d".formatted(file, at, bits), file, flipped);
        }
      }
    }
  }

  @Test
  void logMakesUpForZerosInPlaceOfTheEnd() throws IOException {
    byte[] whole = content(FIRST);
    for (int from = 0; from < whole.length; from++) {
      byte[] zeroed = whole.clone();
      Arrays.fill(zeroed, from, whole.length, (byte) 0);
      assertComplete("zeros from %d".formatted(from), FIRST, zeroed);
    }
  }

  @Test
  void takesNoMemoryForALengthThatExceedsTheFile() throws IOException {
    HeadChunks chunks = HeadChunks.open(sound, DATA.resolve("chunks_head"), List.of(1), false);
    try (var file = sound.openForWrite(FIRST)) {
      byte[] length = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x1f};
      file.write(length, 0, length.length, 8 + HeadChunkFormat.LENGTH_OFFSET);
    }

    assertThatThrownBy(() -> chunks.read(1L << 32 | 8, new ChunkBuffer()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("a chunk length of 67108863 exceeds the file");
    chunks.close();
  }

  @Test
  void logMakesUpForAMissingFile() throws IOException {
    var without = new MemoryDisk();
    for (Path file : List.of(DATA.resolve("wal/00000000"), DATA.resolve("wal/00000001"), SECOND)) {
      without.with(file.toString(), content(file));
    }

    assertThat(read(without, true)).isEqualTo(samples);
  }
}
