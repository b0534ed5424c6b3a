package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.join;
import static io.varve.wal.Logs.putSegment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
final class WalReadAheadTest {
  /// More than two blocks take.
  private static final int MANY = 5000;

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void tellsWhatTheReaderTells(Compression compression) throws IOException {
    RandomGenerator random = Logs.random();
    try (Wal wal = Logs.open(directory, 16, compression)) {
      for (int i = 0; i < MANY; i++) {
        int length = 1 + random.nextInt(random.nextInt(20) == 0 ? 2 * PAGE : 200);
        wal.log(batch(Logs.randomRecord(random, length)));
      }
    }

    List<String> ahead;
    try (WalReader in = WalReader.open(DISK, directory);
        var reader = new WalReadAhead(in)) {
      assertThat(reader.segment()).isEqualTo(-1);
      ahead = tell(reader);
      assertThat(reader.next()).isFalse();
      assertThat(reader.segment()).isEqualTo(in.lastSegment());
      assertThat(reader.offset()).isEqualTo(in.offset());
    }
    assertThat(ahead).hasSize(MANY).isEqualTo(tellDirectly());
  }

  @Test
  void takesRecordsOfAnyLength() throws IOException {
    byte[][] records = new byte[12][];
    Arrays.setAll(records, i -> filled(i % 3 == 0 ? 3 << 20 : 70_000 * i, i));
    Logs.write(directory, 1000, Compression.NONE, batch(records));

    try (WalReader in = WalReader.open(DISK, directory);
        var reader = new WalReadAhead(in)) {
      for (byte[] record : records) {
        assertThat(reader.next()).isTrue();
        assertThat(bytes(reader.record())).isEqualTo(record);
      }
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void anEmptyLogHasNoRecord() throws IOException {
    putSegment(directory, 4, new byte[0]);

    try (WalReader in = WalReader.open(DISK, directory);
        var reader = new WalReadAhead(in)) {
      assertThat(reader.next()).isFalse();
      assertThat(reader.next()).isFalse();
      assertThat(reader.segment()).isEqualTo(4);
    }
  }

  @Test
  void recordsMayBeEmpty() throws IOException {
    byte[] empty = Logs.bytes("01 0000 00000000");
    putSegment(directory, 0, join(empty, Logs.bytes("01 0001 399f7b69 0a"), empty));

    try (WalReader in = WalReader.open(DISK, directory);
        var reader = new WalReadAhead(in)) {
      assertThat(tell(reader)).isEqualTo(tellDirectly()).hasSize(3);
    }
  }

  @Test
  void damageComesAfterAllBeforeIt() throws IOException {
    for (int records : new int[] {0, 1, 1024, MANY}) {
      byte[][] all = new byte[records][];
      Arrays.setAll(all, i -> new byte[] {(byte) 200, (byte) i});
      Path log = directory.resolve("log" + records);
      Logs.write(log, 1000, Compression.NONE, batch(all));
      byte[] sound = Logs.segment(log, 0);
      long damageAt = end(log);
      byte[] damaged = Arrays.copyOf(sound, (int) damageAt);
      putSegment(log, 0, join(damaged, Logs.bytes("01 0001 00000000 0a")));

      try (WalReader in = WalReader.open(DISK, log);
          var reader = new WalReadAhead(in)) {
        for (int i = 0; i < records; i++) {
          assertThat(reader.next()).isTrue();
        }
        assertThatThrownBy(reader::next)
            .isInstanceOf(CorruptionException.class)
            .hasMessageContaining("the checksum is");
        assertThat(reader.segment()).isZero();
        assertThat(reader.offset()).isEqualTo(damageAt);
      }
    }
  }

  @Test
  void damageInARecordIsToldWithItsPlace() throws IOException {
    byte[][] records = new byte[MANY][];
    Arrays.setAll(records, i -> new byte[] {1, 2, 3});
    Logs.write(directory, 1, Compression.NONE, batch(records));

    try (WalReader in = WalReader.open(DISK, directory);
        var reader = new WalReadAhead(in)) {
      for (int i = 0; i < MANY / 2; i++) {
        assertThat(reader.next()).isTrue();
      }
      int segment = reader.segment();
      assertThatThrownBy(() -> RecordDecoder.decode(reader.record(), new Told()))
          .isInstanceOf(CorruptionException.class)
          .hasMessageContaining(
              WalFormat.segment(directory, segment) + ", record at " + reader.offset());
    }
  }

  @Test
  void canBeClosedAnywhere() throws IOException {
    byte[][] records = new byte[MANY][];
    Arrays.setAll(records, i -> filled(100, i));
    Logs.write(directory, 1000, Compression.SNAPPY, batch(records));

    for (int taken : new int[] {0, 1, 1025, 2500}) {
      try (WalReader in = WalReader.open(DISK, directory);
          var reader = new WalReadAhead(in)) {
        for (int i = 0; i < taken; i++) {
          assertThat(reader.next()).isTrue();
        }
      }
    }
  }

  private static List<String> tell(WalReadAhead reader) throws IOException {
    var told = new ArrayList<String>();
    while (reader.next()) {
      told.add(told(reader.segment(), reader.offset(), reader.record()));
    }
    return told;
  }

  private List<String> tellDirectly() throws IOException {
    var told = new ArrayList<String>();
    try (WalReader reader = WalReader.open(DISK, directory)) {
      while (reader.next()) {
        told.add(told(reader.segment(), reader.offset(), reader.record()));
      }
    }
    return told;
  }

  private static String told(int segment, long offset, ByteReader record) {
    return segment + "@" + offset + ": " + Arrays.hashCode(bytes(record));
  }

  private static byte[] bytes(ByteReader record) {
    int from = record.position();
    return Arrays.copyOfRange(record.array(), from, from + record.remaining());
  }

  /// Where the last record of the only segment ends.
  private static long end(Path log) throws IOException {
    try (var reader = new SegmentReader(DISK, WalFormat.segment(log, 0))) {
      while (reader.next()) {}
      return reader.recordEnd();
    }
  }
}
