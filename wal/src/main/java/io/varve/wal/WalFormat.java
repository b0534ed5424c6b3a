package io.varve.wal;

import io.varve.io.Compression;
import java.nio.file.Path;

/// How records lie in the segment files of a log, as Prometheus 2.42 to 3.x writes it (package
/// `tsdb/wlog`). Integers are big-endian.
///
/// ```
/// segment  = page* [ shorter last page ]
/// page     = 32 KiB: fragment* fill
/// fragment = flags u8, length u16, crc u32, data[length]
/// record   = full | first middle* last         the data of its fragments, joined
/// ```
///
/// ```
///   0               1               2               3               4
///   0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7 0 1 2 3 4 5 6 7
///  +-----+-+-+-----+---------------+---------------+---------------+
///  |  -  |Z|S|type |          length               |      crc      |
///  +-----+-+-+-----+---------------+---------------+---------------+
///  |                      crc                      |     data ...  |
///  +-----------------------------------------------+---------------+
/// ```
///
/// - `type`, the low three bits: {@link #FULL}, {@link #FIRST}, {@link #MIDDLE}, {@link #LAST}, or
///   {@link #PAGE_TERM}: the rest of the page is fill. `S` (bit 3): the record is compressed by
///   Snappy (block format), `Z` (bit 4): by zstd; if both are set, Snappy counts. Bits 5 to 7 are
///   zero. The compression bits are on every fragment of a record.
/// - `crc` is the CRC-32C of `data` as it lies there, compressed. The seven bytes before it are not
///   covered; a fault in them shows in the length, the sequence of types or the decompression.
/// - A record is compressed as a whole before it is cut into fragments, and stored as it is when
///   that does not make it smaller. It may be empty.
/// - A fragment does not cross a page. Fewer than seven bytes left in a page are filled with zeros;
///   so is the rest of the last page when a segment is finished. All bytes of a fill are zero.
/// - A record does not cross segments: one that is longer than what the segment can still hold
///   (headers of the fragments taken off) starts the next segment. One longer than a whole segment
///   makes a longer segment. Segments of length zero are normal: every opening of a log starts a
///   new one.
/// - Segment files are named by their number in decimal, written with eight digits; a reader takes
///   any number of digits. Numbers are consecutive.
///
/// What the end of a log may look like: the writer appends whole batches of fragments at the end of
/// the file, so a process that dies leaves a prefix of its last batch, that is, a file which ends
/// anywhere inside a fragment or a record. This is the *torn tail* and no damage. A file that ends
/// in the middle of a page counts as filled up with zeros.
final class WalFormat {
  static final int PAGE_SIZE = 32 << 10;

  static final int FLAGS_OFFSET = 0;
  static final int LENGTH_OFFSET = FLAGS_OFFSET + Byte.BYTES;
  static final int CRC_OFFSET = LENGTH_OFFSET + Short.BYTES;
  static final int HEADER_SIZE = CRC_OFFSET + Integer.BYTES;

  /// Largest data of one fragment, in bytes.
  static final int MAX_FRAGMENT = PAGE_SIZE - HEADER_SIZE;

  /// Longest record in bytes, uncompressed or as it lies in the file. Prometheus has no limit; what
  /// is longer is taken for damage, so that no fault makes a reader ask for all memory.
  static final int MAX_RECORD = 1 << 30;

  static final int TYPE_MASK = 0b111;
  static final int PAGE_TERM = 0;
  static final int FULL = 1;
  static final int FIRST = 2;
  static final int MIDDLE = 3;
  static final int LAST = 4;

  static final int SNAPPY = 1 << 3;
  static final int ZSTD = 1 << 4;
  static final int RESERVED = 0b111 << 5;

  /// Segment size of Prometheus and of checkpoints, in bytes.
  static final int DEFAULT_SEGMENT_SIZE = 128 << 20;

  static final String CHECKPOINT_PREFIX = "checkpoint.";
  static final String TEMPORARY_SUFFIX = ".tmp";
  static final String REPAIR_SUFFIX = ".repair";

  private WalFormat() {}

  static Path segment(Path directory, int number) {
    return directory.resolve(digits(number));
  }

  static Path checkpoint(Path directory, int index) {
    return directory.resolve(CHECKPOINT_PREFIX + digits(index));
  }

  private static String digits(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(0, 8 - digits.length())) + digits;
  }

  /// The number a file name stands for, or -1 if it is no plain decimal number of 31 bits.
  static int parse(String name) {
    long number = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      number = 10 * number + (c - '0');
      if (c < '0' || c > '9' || number > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return name.isEmpty() ? -1 : (int) number;
  }

  /// The bits of the first header byte that tell how a record is compressed.
  static int flags(Compression compression) {
    return switch (compression) {
      case NONE -> 0;
      case SNAPPY -> SNAPPY;
      case ZSTD -> ZSTD;
    };
  }

  /// How a record is compressed, by the first header byte of its fragments.
  static Compression compression(int flags) {
    if ((flags & SNAPPY) != 0) {
      return Compression.SNAPPY;
    }
    return (flags & ZSTD) != 0 ? Compression.ZSTD : Compression.NONE;
  }

  /// Bytes of records (headers taken off) that a segment of {@code segmentSize} bytes can still
  /// take when it is filled up to {@code position}. Negative in a segment that is longer than
  /// planned.
  static long room(long position, long segmentSize) {
    long page = position / PAGE_SIZE;
    long inPage = PAGE_SIZE - position % PAGE_SIZE;
    return inPage - HEADER_SIZE + MAX_FRAGMENT * (segmentSize / PAGE_SIZE - page - 1);
  }
}
