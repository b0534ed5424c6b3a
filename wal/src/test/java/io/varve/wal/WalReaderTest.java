package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.fragment;
import static io.varve.wal.Logs.hex;
import static io.varve.wal.Logs.join;
import static io.varve.wal.Logs.putSegment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WalReaderTest {
  private static final byte[] FULL_0A = bytes("01 0001 399f7b69 0a");
  private static final byte[] EMPTY = bytes("01 0000 00000000");

  @TempDir Path directory;

  @Test
  void readsAcrossSegments() throws IOException {
    putSegment(directory, 3, FULL_0A);
    putSegment(directory, 4, new byte[0]);
    putSegment(directory, 5, join(FULL_0A, EMPTY, FULL_0A));

    try (WalReader reader = WalReader.open(DISK, directory)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.segment()).isEqualTo(3);
      assertThat(reader.offset()).isZero();
      assertThat(reader.next()).isTrue();
      assertThat(reader.segment()).isEqualTo(5);
      assertThat(reader.next()).isTrue();
      assertThat(reader.offset()).isEqualTo(8);
      assertThat(reader.record().hasRemaining()).isFalse();
      assertThat(reader.next()).isTrue();
      assertThat(reader.offset()).isEqualTo(15);
      assertThat(reader.record().readByte()).isEqualTo(0x0a);
      assertThat(reader.next()).isFalse();
      assertThat(reader.next()).isFalse();
      assertThat(reader.tornTail()).isFalse();
    }
  }

  @Test
  void readsARange() throws IOException {
    for (int number = 7; number <= 10; number++) {
      Logs.putSegment(directory, number, FULL_0A);
    }

    try (WalReader reader = WalReader.open(DISK, directory, 8, 9)) {
      assertThat(Logs.readAll(reader)).hasSize(2);
      assertThat(reader.segment()).isEqualTo(9);
    }
    try (WalReader reader = WalReader.open(DISK, directory, 11, 10)) {
      assertThat(reader.next()).isFalse();
    }
  }

  @Test
  void takesSegmentNamesOfAnyLengthAndPassesOverOtherNames() throws IOException {
    putSegment(directory, 9, FULL_0A);
    DISK.rename(WalFormat.segment(directory, 9), directory.resolve("000009"));
    putSegment(directory, 10, FULL_0A);
    DISK.createDirectories(directory.resolve("checkpoint.00000008"));
    DISK.writeAtomically(directory.resolve("series_state.json"), new byte[1]);

    assertThat(Logs.read(directory)).containsExactly("0a", "0a");
  }

  @Test
  void aRecordOfSeveralPagesMayBeginBehindAFill() throws IOException {
    int header = 7;
    byte[] before = fragment(1, filled(PAGE - header - 3, 1));
    byte[] first = fragment(2, filled(PAGE - header, 2));
    byte[] last = fragment(4, filled(10, 2));

    putSegment(directory, 0, join(before, new byte[3], first, last));

    assertThat(Logs.read(directory))
        .containsExactly(hex(filled(PAGE - header - 3, 1)), hex(filled(PAGE - header + 10, 2)));
  }

  @Test
  void refusesALogWithAGap() throws IOException {
    putSegment(directory, 3, FULL_0A);
    putSegment(directory, 5, FULL_0A);

    assertThatThrownBy(() -> WalReader.open(DISK, directory))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("segments are not sequential: 5 follows 3");
  }

  @Test
  void refusesARangeThatIsNotThere() throws IOException {
    putSegment(directory, 3, FULL_0A);

    assertThatThrownBy(() -> WalReader.open(DISK, directory, 2, 3))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("segments 2 to 3 are needed, but those present are 3 to 3");
  }

  @Test
  void takesAFileThatEndsInAPageForFilledUp() throws IOException {
    putSegment(directory, 0, join(FULL_0A, new byte[5]));
    putSegment(directory, 1, FULL_0A);

    assertThat(Logs.read(directory)).containsExactly("0a", "0a");
  }

  /// Prometheus passes over them. But neither it nor Varve writes them: they are what is found
  /// where a loss of power took records.
  @Test
  void takesZerosInFrontOfRecordsForDamage() throws IOException {
    putSegment(directory, 0, join(new byte[2 * PAGE], FULL_0A, new byte[PAGE - 8], FULL_0A));

    assertThatThrownBy(() -> Logs.read(directory))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("at offset 0: zeros lie where records were");
  }

  @Test
  void toleratesATornTailInTheLastSegmentOnly() throws IOException {
    putSegment(directory, 0, join(FULL_0A, Arrays.copyOf(FULL_0A, 7)));

    try (WalReader reader = WalReader.open(DISK, directory)) {
      assertThat(Logs.readAll(reader)).containsExactly("0a");
      assertThat(reader.tornTail()).isTrue();
      assertThat(reader.offset()).isEqualTo(8);
    }

    putSegment(directory, 1, FULL_0A);
    try (WalReader reader = WalReader.open(DISK, directory)) {
      assertThat(reader.next()).isTrue();
      assertThatThrownBy(reader::next)
          .isInstanceOf(CorruptionException.class)
          .hasMessage(WalFormat.segment(directory, 0) + " at offset 8: the last record is torn");
      assertThat(reader.segment()).isZero();
      assertThat(reader.offset()).isEqualTo(8);
      assertThat(reader.next()).isFalse();
    }
    try (WalReader reader = WalReader.open(DISK, directory, 0, 0)) {
      assertThat(reader.next()).isTrue();
      assertThatThrownBy(reader::next).isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void toleratesNoTornTailInACheckpoint() throws IOException {
    Path checkpoint = directory.resolve("checkpoint.000004");
    putSegment(checkpoint, 0, Arrays.copyOf(FULL_0A, 7));

    try (WalReader reader = WalReader.open(DISK, new CheckpointRef(checkpoint, 4))) {
      assertThatThrownBy(reader::next).isInstanceOf(CorruptionException.class);
    }
  }

  @Test
  void takesARecordThatIsFollowedByZerosOnlyForTorn() throws IOException {
    Logs.write(directory, 4, Compression.NONE, batch(filled(PAGE, 5)));
    byte[] whole = Logs.segment(directory, 0);
    putSegment(directory, 0, Arrays.copyOf(Arrays.copyOf(whole, PAGE), 2 * PAGE));

    try (WalReader reader = WalReader.open(DISK, directory)) {
      assertThat(reader.next()).isFalse();
      assertThat(reader.tornTail()).isTrue();
      assertThat(reader.offset()).isZero();
    }
  }

  @Test
  void refusesARecordThatGoesOnAfterZeros() throws IOException {
    Logs.write(directory, 4, Compression.NONE, batch(filled(PAGE, 5)));
    byte[] whole = Logs.segment(directory, 0);
    byte[] first = Arrays.copyOf(whole, PAGE);
    byte[] second = Arrays.copyOfRange(whole, PAGE, 2 * PAGE);

    assertDamaged(join(first, new byte[PAGE], second), "a record goes on after a fill");
  }

  @Test
  void refusesFragmentsOutOfSequence() throws IOException {
    byte[] first = bytes("02 0001 399f7b69 0a");
    byte[] middle = bytes("03 0001 399f7b69 0a");
    byte[] last = bytes("04 0001 399f7b69 0a");

    assertDamaged(middle, "a record goes on that has not started");
    assertDamaged(last, "a record goes on that has not started");
    assertDamaged(join(first, FULL_0A), "a record starts inside another");
    assertDamaged(join(first, middle, first), "a record starts inside another");
    assertDamaged(join(first, bytes("0c 0001 399f7b69 0a")), "not compressed alike");
    putSegment(directory, 0, join(first, middle, last, FULL_0A));
    assertThat(Logs.read(directory)).containsExactly("0a0a0a", "0a");
  }

  @Test
  void refusesUnknownFlags() throws IOException {
    assertDamaged(bytes("05 0001 399f7b69 0a"), "unknown flags 101");
    assertDamaged(bytes("21 0001 399f7b69 0a"), "unknown flags 100001");
  }

  @Test
  void refusesAFillThatIsNotZero() throws IOException {
    assertDamaged(join(FULL_0A, bytes("00 00 01")), "not zero at 10");
    assertDamaged(join(FULL_0A, bytes("08")), "not zero at 8");
    byte[] page = join(FULL_0A, new byte[PAGE - 8]);
    page[PAGE - 1] = 1;
    assertDamaged(page, "not zero at " + (PAGE - 1));
    Logs.write(directory.resolve("b"), 1, Compression.NONE, batch(filled(PAGE - 7 - 3, 5)));
    byte[] filled = Logs.segment(directory.resolve("b"), 0);
    filled[PAGE - 3] = 1;
    assertDamaged(filled, "the fill of the page is not zero");
  }

  @Test
  void refusesALengthBeyondThePage() throws IOException {
    assertDamaged(join(bytes("01 7ffa 00000000"), new byte[PAGE]), "reaches beyond its page");
    assertDamaged(
        join(FULL_0A, bytes("01 7ff9 00000000"), new byte[PAGE]), "reaches beyond its page");
  }

  @Test
  void refusesAWrongChecksum() throws IOException {
    assertDamaged(bytes("01 0001 399f7b68 0a"), "the checksum is 399f7b69, expected 399f7b68");
  }

  @Test
  void refusesWhatIsNotSnappy() throws IOException {
    assertDamaged(bytes("09 0001 399f7b69 0a"), "not what Snappy makes");
    // A length of 2^32 - 1 in front of a literal of one byte.
    putSegment(directory, 0, fragment(9, bytes("ffffffff0f 0061")));
    assertDamaged(Logs.segment(directory, 0), "not what Snappy makes");
  }

  @Test
  void readsZstdWithAndWithoutTheLengthInItsFrames() throws IOException {
    putSegment(
        directory,
        0,
        join(
            fragment(0x11, bytes("28b52ffd 20 05 290000 68656c6c6f")),
            fragment(0x11, bytes("28b52ffd 00 00 290000 68656c6c6f"))));

    assertThat(Logs.read(directory)).containsExactly("68656c6c6f", "68656c6c6f");
  }

  @Test
  void refusesWhatIsNotZstd() throws IOException {
    assertDamaged(bytes("11 0001 399f7b69 0a"), "not what zstd makes");
    // A length of 2^40 in front of a block of five bytes.
    putSegment(
        directory, 0, fragment(0x11, bytes("28b52ffd e0 0000000000010000 290000 68656c6c6f")));
    assertDamaged(Logs.segment(directory, 0), "not what zstd makes");
  }

  @Test
  void takesSnappyIfBothCompressionsAreSet() throws IOException {
    putSegment(directory, 0, fragment(0x19, bytes("40 0061 fa0100")));

    assertThat(Logs.read(directory)).containsExactly(hex(filled(64, 'a')));
  }

  @Test
  void readsALogThatIsBeingWritten() throws IOException {
    try (Wal wal = Logs.open(directory, 1, Compression.SNAPPY)) {
      wal.log(batch(bytes("0a")));
      assertThat(Logs.read(directory)).containsExactly("0a");
      wal.log(batch(bytes("0b"), filled(2 * PAGE, 5)));
      assertThat(Logs.read(directory)).hasSize(3);
    }
  }

  private void assertDamaged(byte[] segment, String what) throws IOException {
    putSegment(directory, 0, segment);
    assertThatThrownBy(() -> Logs.read(directory))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining(what);
  }
}
