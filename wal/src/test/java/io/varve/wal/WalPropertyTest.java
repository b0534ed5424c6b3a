package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What holds for every log: it reads back as it was written, and no cut and no flipped bit makes a
/// reader do anything but stop.
final class WalPropertyTest {
  @TempDir Path directory;
  private final RandomGenerator random = Logs.random();

  @Test
  void readsBackWhatWasWritten() throws IOException {
    for (int i = 0; i < 40; i++) {
      Path log = directory.resolve("log" + i);
      int pages = 1 + random.nextInt(4);
      Compression compression = List.of(Compression.values()).get(random.nextInt(3));
      var expected = new ArrayList<String>();
      for (int opened = 0; opened < 3; opened++) {
        try (Wal wal = Logs.open(log, pages, compression)) {
          for (int batches = random.nextInt(20); batches > 0; batches--) {
            wal.log(randomBatch(expected));
          }
        }
      }

      assertThat(Logs.read(log)).isEqualTo(expected);
      assertSegmentsAreFull(log, pages);
    }
  }

  private RecordBatch randomBatch(List<String> expected) {
    var records = new ArrayList<byte[]>();
    for (int count = random.nextInt(8); count > 0; count--) {
      // Most records are short, some come near a page or a segment.
      int most = 1 << (3 + random.nextInt(15));
      records.add(Logs.randomRecord(random, 1 + random.nextInt(most)));
    }
    expected.addAll(Logs.hex(records));
    return Logs.batch(records.toArray(byte[][]::new));
  }

  private static void assertSegmentsAreFull(Path log, int pages) throws IOException {
    for (Segments.Segment segment : Segments.in(DISK, log).list()) {
      byte[] bytes = DISK.readAll(segment.file(), Integer.MAX_VALUE - 8);
      assertThat(bytes.length % Logs.PAGE).isZero();
      if (bytes.length > pages * Logs.PAGE) {
        assertThat(bytes[0] & WalFormat.TYPE_MASK).isEqualTo(WalFormat.FIRST);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsAtAPrefixWhereverTheLastSegmentIsCut(Compression compression) throws IOException {
    List<String> records = writeSmallLog(compression);
    byte[] last = Logs.segment(directory, 1);
    int recordsBefore = 2;
    int read = 0;
    for (int length = 0; length <= last.length; length += step(length, last.length)) {
      Logs.putSegment(directory, 1, Arrays.copyOf(last, length));

      try (WalReader reader = WalReader.open(DISK, directory)) {
        List<String> prefix = Logs.readAll(reader);

        assertThat(prefix).isEqualTo(records.subList(0, prefix.size()));
        assertThat(prefix.size()).isBetween(Math.max(recordsBefore, read), records.size());
        read = prefix.size();
      }
    }
    assertThat(read).isEqualTo(records.size());
  }

  /// Each length near the pages' borders, where records begin and end too; few of those between.
  private static int step(int length, int end) {
    int inPage = length % Logs.PAGE;
    return length < end && inPage > 320 && inPage < Logs.PAGE - 100 ? 1009 : 1;
  }

  /// After a crash at any point the next opening leaves a log that is good in all its segments.
  @ParameterizedTest
  @EnumSource
  void opensAfterEveryCut(Compression compression) throws IOException {
    List<String> records = writeSmallLog(compression);
    byte[] last = Logs.segment(directory, 1);
    for (int length = 0; length <= last.length; length += 1 + random.nextInt(1500)) {
      Logs.putSegment(directory, 1, Arrays.copyOf(last, length));
      List<String> prefix = Logs.read(directory);

      Wal wal = Logs.open(directory, 2, compression);
      wal.log(Logs.batch(Logs.bytes("c8")));
      wal.close();

      var expected = new ArrayList<String>(records.subList(0, prefix.size()));
      expected.add("c8");
      assertThat(Logs.read(directory)).isEqualTo(expected);
      DISK.delete(WalFormat.segment(directory, 2));
    }
  }

  @ParameterizedTest
  @EnumSource
  void neverReadsAnythingElseAfterAFlippedBit(Compression compression) throws IOException {
    List<String> records = writeSmallLog(compression);
    for (int segment = 0; segment <= 1; segment++) {
      byte[] bytes = Logs.segment(directory, segment);
      for (int at = 0; at < bytes.length; at += step(at, bytes.length)) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Logs.putSegment(directory, segment, flipped);

        assertPrefixOrUnknown(records, bytes, at);
      }
      Logs.putSegment(directory, segment, bytes);
    }
  }

  /// The one fault that no checksum covers and no rule of the framing shows: the compression bit of
  /// a record of one fragment is lost. Its compressed bytes then are a record of unknown type,
  /// since the first of them is a length or a magic number that is no known type, and are told as
  /// such.
  private void assertPrefixOrUnknown(List<String> records, byte[] bytes, int at)
      throws IOException {
    var read = new ArrayList<String>();
    try (WalReader reader = WalReader.open(DISK, directory)) {
      while (reader.next()) {
        int from = reader.record().position();
        int to = from + reader.record().remaining();
        read.add(Logs.hex(Arrays.copyOfRange(reader.record().array(), from, to)));
      }
      assertThat(reader.tornTail() || read.size() == records.size()).isTrue();
    } catch (CorruptionException e) {
      assertThat(read.size()).isLessThanOrEqualTo(records.size());
    }
    for (int i = 0; i < read.size(); i++) {
      if (!read.get(i).equals(records.get(i))) {
        assertThat(bytes[at])
            .isIn(
                (byte) (WalFormat.FULL | WalFormat.SNAPPY),
                (byte) (WalFormat.FULL | WalFormat.ZSTD));
        assertThat(Told.by(Logs.bytes(read.get(i)))).first().asString().startsWith("unknown");
      }
    }
  }

  /// Two segments with records of one and of several fragments.
  private List<String> writeSmallLog(Compression compression) throws IOException {
    var records = new ArrayList<byte[]>();
    int[] lengths = {50, Logs.PAGE, 100, 14, 1, 70, Logs.PAGE, 60};
    for (int length : lengths) {
      records.add(Logs.randomRecord(random, length));
    }
    byte[][] all = records.toArray(byte[][]::new);
    Logs.write(directory, 3, compression, Logs.batch(Arrays.copyOfRange(all, 0, 2)));
    Logs.write(directory, 3, compression, Logs.batch(Arrays.copyOfRange(all, 2, all.length)));
    return Logs.hex(records);
  }
}
