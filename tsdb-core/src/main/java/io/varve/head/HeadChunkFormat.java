package io.varve.head;

import io.varve.io.Varint;

/// The files of `chunks_head/`, in which the head keeps its full chunks (Prometheus' head chunks
/// format, version 1).
///
/// File names are six decimal digits, counting from 000001 without gaps. All integers are
/// big-endian.
///
/// ```
/// file  : u32 magic 0x0130BC91 | u8 version 1 | 3 zero bytes | chunk* | zero bytes*
/// chunk : u64 series reference | i64 time of first sample | i64 time of last sample
///         | u8 encoding (bit 7 set: out-of-order chunk) | uvarint length | data
///         | u32 CRC-32C of all bytes of this chunk before it
/// ```
///
/// A chunk is referred to by `file number << 32 | offset of its series reference`. Series
/// references start at 1, so a chunk that begins with 24 zero bytes is none but the preallocated
/// end of the file.
///
/// The files hold nothing that the write-ahead log does not hold too, so they are not synced, and
/// whatever is damaged is made anew from the log.
final class HeadChunkFormat {
  static final int MAGIC = 0x0130BC91;
  static final int VERSION = 1;
  static final int VERSION_OFFSET = Integer.BYTES;
  static final int FILE_HEADER_LENGTH = 8;

  static final int SERIES_OFFSET = 0;
  static final int MIN_TIME_OFFSET = SERIES_OFFSET + Long.BYTES;
  static final int MAX_TIME_OFFSET = MIN_TIME_OFFSET + Long.BYTES;
  static final int ENCODING_OFFSET = MAX_TIME_OFFSET + Long.BYTES;
  static final int LENGTH_OFFSET = ENCODING_OFFSET + 1;
  static final int CRC_LENGTH = Integer.BYTES;

  /// Most bytes of a chunk besides its data.
  static final int MAX_OVERHEAD = LENGTH_OFFSET + Varint.MAX_LENGTH + CRC_LENGTH;

  static final int OUT_OF_ORDER_BIT = 0x80;

  /// A file takes no chunk that would end beyond this, in bytes.
  static final long MAX_FILE_LENGTH = 128L << 20;

  private HeadChunkFormat() {}

  static String fileName(int number) {
    return String.format(java.util.Locale.ROOT, "%06d", number);
  }
}
