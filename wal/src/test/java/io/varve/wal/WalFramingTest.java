package io.varve.wal;

import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.fragment;
import static io.varve.wal.Logs.join;
import static io.varve.wal.Logs.segment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The bytes that a log writes, one by one; {@link WalFormat} says what they have to be.
final class WalFramingTest {
  private static final int HEADER = 7;

  @TempDir Path directory;

  @Test
  void writesAFragmentForASmallRecord() throws IOException {
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch("123456789".getBytes(UTF_8)));

      // e3069283 is the check value of CRC-32C.
      assertThat(segment(directory, 0)).isEqualTo(bytes("01 0009 e3069283 313233343536373839"));
    }
  }

  @Test
  void writesRecordsOneAfterTheOther() throws IOException {
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(bytes("0a"), bytes("0b0c")));
      wal.log(batch(bytes("0d")));

      assertThat(segment(directory, 0))
          .isEqualTo(
              join(fragment(1, bytes("0a")), fragment(1, bytes("0b0c")), fragment(1, bytes("0d"))));
    }
  }

  @Test
  void padsTheLastPageWhenItIsClosed() throws IOException {
    Logs.write(directory, 4, Compression.NONE, batch(bytes("0a")));

    assertThat(segment(directory, 0)).isEqualTo(Arrays.copyOf(fragment(1, bytes("0a")), PAGE));
  }

  @Test
  void leavesASegmentWithoutRecordsEmpty() throws IOException {
    Logs.write(directory, 4, Compression.NONE);

    assertThat(segment(directory, 0)).isEmpty();
  }

  @Test
  void fillsAPageExactly() throws IOException {
    byte[] whole = filled(PAGE - HEADER, 5);
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(whole));
      wal.log(batch(bytes("0a")));

      assertThat(segment(directory, 0))
          .isEqualTo(join(fragment(1, whole), fragment(1, bytes("0a"))));
    }
  }

  @Test
  void cutsARecordAtTheEndOfThePage() throws IOException {
    byte[] part = filled(PAGE - HEADER, 5);
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(filled(PAGE - HEADER + 1, 5)));

      assertThat(segment(directory, 0))
          .isEqualTo(join(fragment(2, part), fragment(4, bytes("05"))));
    }
  }

  @Test
  void writesMiddleFragmentsForWholePages() throws IOException {
    byte[] part = filled(PAGE - HEADER, 5);
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(bytes("0a"), filled(3 * (PAGE - HEADER) - 8, 5)));

      assertThat(segment(directory, 0))
          .isEqualTo(
              join(
                  fragment(1, bytes("0a")),
                  fragment(2, filled(PAGE - HEADER - 8, 5)),
                  fragment(3, part),
                  fragment(4, part)));
    }
  }

  @Test
  void fillsLessThanAHeaderWithZeros() throws IOException {
    byte[] first = filled(PAGE - HEADER - 6, 5);
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(first));
      assertThat(segment(directory, 0)).isEqualTo(join(fragment(1, first), new byte[6]));

      wal.log(batch(bytes("0a")));

      assertThat(segment(directory, 0))
          .isEqualTo(join(fragment(1, first), new byte[6], fragment(1, bytes("0a"))));
    }
  }

  @Test
  void writesAnEmptyFirstFragmentWhereOnlyAHeaderFits() throws IOException {
    byte[] first = filled(PAGE - 2 * HEADER, 5);
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(first, bytes("0a")));

      assertThat(segment(directory, 0))
          .isEqualTo(join(fragment(1, first), fragment(2, new byte[0]), fragment(4, bytes("0a"))));
    }
  }

  @Test
  void startsASegmentForARecordThatIsLongerThanTheRoomLeft() throws IOException {
    byte[] first = filled(10, 5);
    int room = 2 * (PAGE - HEADER) - 10 - HEADER;
    try (Wal wal = Logs.open(directory, 2, Compression.NONE)) {
      wal.log(batch(first, filled(room, 6), bytes("0a")));
    }
    try (Wal wal = Logs.open(directory, 2, Compression.NONE)) {
      wal.log(batch(first, filled(room + 1, 6)));
    }

    assertThat(segment(directory, 0)).hasSize(2 * PAGE).endsWith(filled(PAGE - HEADER, 6));
    assertThat(segment(directory, 1)).startsWith(fragment(1, bytes("0a")));
    assertThat(segment(directory, 2)).isEqualTo(Arrays.copyOf(fragment(1, first), PAGE));
    assertThat(segment(directory, 3)).startsWith(fragment(2, filled(PAGE - HEADER, 6)));
  }

  @Test
  void makesALongSegmentForARecordLongerThanASegment() throws IOException {
    byte[] part = filled(PAGE - HEADER, 5);
    byte[] record = filled(3 * (PAGE - HEADER), 5);
    Logs.write(directory, 1, Compression.NONE, batch(bytes("0a"), record, bytes("0b")));

    assertThat(segment(directory, 0)).startsWith(fragment(1, bytes("0a")));
    assertThat(segment(directory, 1))
        .isEqualTo(join(fragment(2, part), fragment(3, part), fragment(4, part)));
    assertThat(segment(directory, 2)).startsWith(fragment(1, bytes("0b")));
  }

  @Test
  void compressesARecordBeforeItIsCut() throws IOException {
    byte[] record = filled(64, 'a');
    try (Wal wal = Logs.open(directory, 2, Compression.SNAPPY)) {
      wal.log(batch(record));

      // Length 64; a literal of one byte; a copy of 63 bytes from 1 back.
      byte[] snappy = bytes("40 0061 fa0100");
      assertThat(segment(directory, 0)).isEqualTo(fragment(1 | 8, snappy));
    }
  }

  @Test
  void storesARecordAsItIsIfCompressionDoesNotMakeItSmaller() throws IOException {
    try (Wal wal = Logs.open(directory, 2, Compression.SNAPPY)) {
      wal.log(batch(bytes("0a0b0c"), filled(64, 'a'), bytes("0d")));

      assertThat(segment(directory, 0))
          .isEqualTo(
              join(
                  fragment(1, bytes("0a0b0c")),
                  fragment(9, bytes("40 0061 fa0100")),
                  fragment(1, bytes("0d"))));
    }
  }
}
