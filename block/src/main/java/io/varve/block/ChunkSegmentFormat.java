package io.varve.block;

import java.util.regex.Pattern;

/// The files `chunks/000001`, `chunks/000002` ... of a block: the samples, in chunks.
///
/// ```
/// segment:
/// ┌────────────────────┬───────────────┬──────────────────┬──────────────────────┐
/// │ magic 0x85BD40DD   │ version 1     │ 3 zero bytes     │ chunk 0 ... n-1      │
/// │ 4 bytes            │ 1 byte        │                  │                      │
/// └────────────────────┴───────────────┴──────────────────┴──────────────────────┘
/// chunk:
/// ┌─────────────────────┬──────────────────┬──────────────────┬──────────────────┐
/// │ length (uvarint)    │ encoding, 1 byte │ payload          │ CRC-32C, 4 bytes │
/// └─────────────────────┴──────────────────┴──────────────────┴──────────────────┘
/// ```
///
/// Integers of fixed width are big-endian. The length is that of the payload alone and takes at
/// most 5 bytes; the checksum covers encoding and payload. Encodings are those of {@link
/// io.varve.chunk.ChunkEncoding}.
///
/// The index refers to a chunk by the segment's place in the sorted list of files, from 0, in the
/// upper 32 bits and the offset of the length in the lower. (File numbers start at 1. In the head's
/// files the upper half is the number itself.)
///
/// A segment ends where its last chunk ends; Varve begins another before a chunk that would make it
/// longer than 512 MiB, unless it is the first. As Prometheus has written it since 2.0.
public final class ChunkSegmentFormat {
  public static final String DIRECTORY_NAME = "chunks";
  public static final int MAGIC = 0x85BD40DD;
  public static final int VERSION = 1;

  /// Size a segment does not grow beyond, in bytes.
  static final long SEGMENT_LENGTH = 512L << 20;

  static final int VERSION_OFFSET = Integer.BYTES;
  static final int PADDING_LENGTH = 3;
  static final int HEADER_LENGTH = VERSION_OFFSET + 1 + PADDING_LENGTH;

  static final int MAX_LENGTH_LENGTH = 5;
  static final int ENCODING_LENGTH = 1;
  static final int CHECKSUM_LENGTH = Integer.BYTES;

  /// Longest payload that is read, in bytes. The longest known, of a native histogram with
  /// thousands of buckets, stay below a tenth of this.
  static final int MAX_PAYLOAD = 64 << 20;

  private static final Pattern FILE_NAME = Pattern.compile("[0-9]{1,19}");

  private ChunkSegmentFormat() {}

  static boolean isSegment(String name) {
    return FILE_NAME.matcher(name).matches();
  }

  /// @param index the segment's place in the list, from 0
  static String fileName(int index) {
    return "%06d".formatted(index + 1);
  }

  static long ref(int segment, long offset) {
    return (long) segment << Integer.SIZE | offset;
  }

  static int segment(long ref) {
    return (int) (ref >>> Integer.SIZE);
  }

  static long offset(long ref) {
    return Integer.toUnsignedLong((int) ref);
  }
}
