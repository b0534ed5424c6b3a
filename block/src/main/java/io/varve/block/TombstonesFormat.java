package io.varve.block;

/// The file `tombstones` of a block: which spans of which series are deleted.
///
/// ```
/// ┌────────────────────┬───────────────┬─────────────────┬────────────────┐
/// │ magic 0x0130BA30   │ version 1     │ span 0 ... n-1  │ CRC-32C        │
/// │ 4 bytes            │ 1 byte        │                 │ 4 bytes        │
/// └────────────────────┴───────────────┴─────────────────┴────────────────┘
/// span:
/// ┌──────────────────────┬───────────────────┬──────────────────┐
/// │ series ref (uvarint) │ first ms (varint) │ last ms (varint) │
/// └──────────────────────┴───────────────────┴──────────────────┘
/// ```
///
/// Integers of fixed width are big-endian. The checksum covers the spans only, not the version. A
/// span is closed at both ends; the series reference is that of the block's index. Prometheus
/// writes the spans in no order and joins those that overlap or touch when it reads them; Varve
/// writes them in order. A span that ends before it starts deletes nothing and is dropped.
///
/// A block without deletions has the file of 9 bytes `0130ba30 01 00000000`; a missing file means
/// the same. As Prometheus has written it since 2.0 (the note on padding in its own documentation
/// is of an earlier layout).
public final class TombstonesFormat {
  public static final String FILE_NAME = "tombstones";
  public static final int MAGIC = 0x0130BA30;
  public static final int VERSION = 1;

  static final int VERSION_OFFSET = Integer.BYTES;
  static final int HEADER_LENGTH = VERSION_OFFSET + 1;
  static final int CHECKSUM_LENGTH = Integer.BYTES;

  /// Largest file that is read, in bytes: some ten million spans.
  static final int MAX_LENGTH = 256 << 20;

  private TombstonesFormat() {}
}
