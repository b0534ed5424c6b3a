package io.varve.index;

/// The file `index` of a block, as Prometheus' `tsdb/index` lays it out: version 2, which every
/// Prometheus since 2.2 writes and reads. This javadoc is the specification {@link IndexWriter} and
/// {@link IndexReader} keep.
///
/// Integers are big-endian, `uvarint` and `varint` are {@link io.varve.io.Varint}s, a `field` is
/// `uvarint length, bytes`, and every checksum is a CRC-32C. Offsets count bytes from the start of
/// the file.
///
/// ```
/// index     --> magic u32 = BAAAD700, version u8, symbols, series, [label indices], postings,
///               [label offset table], postings offset table, TOC
/// symbols   --> length u32, < count u32, field^count >, crc of <...>
/// series    --> (zeros up to a multiple of 16, entry)*
///   entry   --> uvarint length, < uvarint labels, (uvarint name, uvarint value)^labels,
///               uvarint chunks, chunk^chunks >, crc of <...>
///   first chunk --> varint mint, uvarint maxt-mint, uvarint ref
///   next chunk  --> uvarint mint-previous maxt, uvarint maxt-mint, varint ref-previous ref
/// postings  --> (zeros up to a multiple of 4, length u32, < count u32, (id u32)^count >, crc)*
/// table     --> length u32, < count u32, (uvarint 2, field name, field value, uvarint offset)^count >,
///               crc of <...>
/// TOC       --> symbols u64, series u64, labelIndices u64, labelOffsetTable u64, postings u64,
///               postingsOffsetTable u64, crc of the 48 bytes
/// ```
///
/// The file of one series `{a="b"}` without chunks:
///
/// ```
/// 00  ba aa d7 00  02                                   magic, version
/// 05  00 00 00 08  00 00 00 02  01 61  01 62  <crc>     symbols "a" (0) and "b" (1)
/// 15  00...                                             padding
/// 20  04  01 00 01  00  <crc>                           series 2: 1 label (0 = 1), no chunk
/// 29  00 00 00                                          padding
/// 2c  00 00 00 08  00 00 00 01  00 00 00 02  <crc>      list of all series
/// 3c  00 00 00 08  00 00 00 01  00 00 00 02  <crc>      list of a="b"
/// 4c  00 00 00 0e  00 00 00 02  02 00 00 2c  02 01 61 01 62 3c  <crc>
/// 62  TOC: 5, 15, 29, 4c, 29, 4c, <crc>
/// ```
///
/// - Symbols are all names and values, unique, in byte order; a symbol is referred to by its
///   ordinal. There may be symbols that no series uses.
/// - Series are in the order of their labels. The id of a series is its offset divided by 16, so
///   that 32 bits reach through 64 GiB.
/// - Within a series `mint` is above the previous `maxt`. Chunk references do not descend
///   throughout the file. Differences wrap around as 64-bit integers do.
/// - The first list belongs to the label `""=""` and holds all series; the others follow sorted by
///   name, then value. An offset in the table is that of the list's length.
/// - Limits: the file 64 GiB; a length 2^32 - 1.
/// - Label indices and their offset table were written up to Prometheus 3.6 and have had no reader
///   since before 2.42; they are skipped here, and written only if asked for, see {@link
///   IndexLayout}. Where there are none, the offsets of both in the TOC are those of the sections
///   that follow:
///
/// ```
/// label index --> (zeros up to a multiple of 4), length u32, < names u32 = 1, values u32,
///                 (value u32)^values >, crc of <...>
/// label table --> length u32, < count u32, (uvarint 1, field name, uvarint offset)^count >,
///                 crc of <...>
/// ```
///
/// Version 1 (Prometheus 2.0 and 2.1) differs in three things: a series refers to a symbol by the
/// offset of its field; series are not aligned, and the id of a series is its offset; the entries
/// of the postings offset table stand in any order. It is read, not written. Version 3 is accepted
/// as the same as 2, as Prometheus does; nothing writes it.
public final class IndexFormat {
  /// Name of the file in the directory of a block.
  public static final String FILE_NAME = "index";

  public static final int MAGIC = 0xBAAAD700;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = MAGIC_OFFSET + Integer.BYTES;
  static final int HEADER_LENGTH = VERSION_OFFSET + 1;

  static final int VERSION_1 = 1;

  /// The version written.
  public static final int VERSION_2 = 2;

  static final int VERSION_3 = 3;

  static final int CRC_LENGTH = Integer.BYTES;

  /// The length before a section or a list.
  static final int LENGTH_LENGTH = Integer.BYTES;

  /// The count at the start of a section or a list.
  static final int COUNT_LENGTH = Integer.BYTES;

  static final int SERIES_ALIGNMENT = 16;
  static final int POSTINGS_ALIGNMENT = 4;

  /// What the table says each entry's key is made of: a name and a value.
  static final int KEY_PARTS = 2;

  static final int TOC_ENTRIES = 6;
  static final int TOC_LENGTH = TOC_ENTRIES * Long.BYTES + CRC_LENGTH;

  /// Largest id of a series.
  static final long MAX_SERIES_ID = 0xFFFF_FFFFL;

  /// Largest length of the symbols, of a list and of the table, in bytes.
  static final long MAX_SECTION_LENGTH = 0xFFFF_FFFFL;

  /// Largest file, in bytes; what ids of 32 bits reach.
  static final long MAX_FILE_LENGTH = SERIES_ALIGNMENT * 0xFFFF_FFFFL;

  /// Longest label set of a series, in the packed form of {@link io.varve.model.Labels}, in bytes.
  /// The format itself has no such limit; without one a small file could name a long symbol many
  /// times and so ask for any amount of memory.
  public static final int MAX_LABELS_LENGTH = 1 << 26;

  private IndexFormat() {}
}
