package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A small log that holds every type of record, damaged in every place.
///
/// What no checksum covers are the seven bytes of a fragment's header, and of these only the bits
/// that tell of compression can change without being noticed, when the record is one fragment: a
/// compressed record is then told as one of an unknown type.
final class AllRecordsDamageTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void readsAPrefixWhateverIsCutOff(Compression compression) throws IOException {
    byte[] log = write(compression);
    List<String> all = read();
    for (int length = 0; length < log.length; length++) {
      Logs.putSegment(directory, 0, Arrays.copyOf(log, length));

      List<String> read = read();

      assertThat(read).as("length %d", length).isEqualTo(all.subList(0, read.size()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsAPrefixWhateverBitIsFlipped(Compression compression) throws IOException {
    byte[] log = write(compression);
    List<String> all = read();
    var unnoticed = new ArrayList<Integer>();
    for (int bit : bitsToFlip(log)) {
      byte[] flipped = log.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      Logs.putSegment(directory, 0, flipped);

      List<String> read = read();

      if (!read.equals(all.subList(0, Math.min(read.size(), all.size())))) {
        assertThat(read).as("bit %d", bit).anyMatch(line -> line.startsWith("unknown "));
        unnoticed.add(bit);
      }
    }
    assertThat(unnoticed).isSubsetOf(compressionBits(log));
  }

  @Test
  void holdsRecordsOfAllTypes() throws IOException {
    write(Compression.SNAPPY);

    assertThat(read()).hasSize(40).noneMatch(line -> line.startsWith("unknown "));
  }

  /// All bits of the headers, one of each other byte.
  private static List<Integer> bitsToFlip(byte[] log) {
    var bits = new ArrayList<Integer>();
    for (int header : headers(log)) {
      for (int bit = 0; bit < Byte.SIZE * WalFormat.HEADER_SIZE; bit++) {
        bits.add(Byte.SIZE * header + bit);
      }
    }
    for (int at = 0; at < log.length; at++) {
      bits.add(Byte.SIZE * at + at % Byte.SIZE);
    }
    return bits;
  }

  /// The numbers of the bits that say how the records are compressed.
  private static List<Integer> compressionBits(byte[] log) {
    return headers(log).stream()
        .flatMap(at -> Stream.of(Byte.SIZE * at + 3, Byte.SIZE * at + 4))
        .toList();
  }

  /// Where the fragments start.
  private static List<Integer> headers(byte[] log) {
    var headers = new ArrayList<Integer>();
    for (int at = 0; at < log.length && log[at] != 0; ) {
      headers.add(at);
      at += WalFormat.HEADER_SIZE + dataLength(log, at);
    }
    return headers;
  }

  private static int dataLength(byte[] log, int header) {
    return ByteBuffer.wrap(log).getShort(header + WalFormat.LENGTH_OFFSET);
  }

  /// The log without the fill of its page.
  private byte[] write(Compression compression) throws IOException {
    var batch = new RecordBatch();
    for (String name : PrometheusRecordsTest.ALL) {
      batch.begin().putBytes(Logs.bytes(Golden.line(name)));
      batch.end();
    }
    Logs.write(directory, 1, compression, batch);
    byte[] log = Logs.segment(directory, 0);
    int last = headers(log).getLast();
    return Arrays.copyOf(log, last + WalFormat.HEADER_SIZE + dataLength(log, last));
  }

  /// What is told up to damage or a torn end.
  private List<String> read() throws IOException {
    var told = new Told();
    try (WalReader reader = WalReader.open(Logs.DISK, directory)) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), told);
      }
    } catch (CorruptionException e) {
      assertThat(e.file()).contains("00000000");
    }
    return told.lines;
  }
}
