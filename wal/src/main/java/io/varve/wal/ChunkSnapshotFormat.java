package io.varve.wal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A snapshot of the head's open chunks, as Prometheus 2.42 to 3.13 writes it at shutdown if told
/// so (`memory-snapshot-on-shutdown`; package `tsdb`, `head_wal.go`). With it, only what was logged
/// after it has to be read at the next start.
///
/// A directory `chunk_snapshot.SSSSSS.OOOOOOOOOO` beside the log: number of the last segment of the
/// log in decimal with six digits, offset in it with ten; both may be longer. What stands before
/// that position in the log is in the snapshot. It is built in a directory of the same name with
/// `.tmp` appended, synced, and renamed. The newest one counts. Inside are segments from `00000000`
/// on, as {@link WalFormat} has them, with these records, the first byte of each its type:
///
/// ```
/// 1 series     ref u64, LABELS, 0 u64, hasChunk uvarint, CHUNK?          once for each series
/// 2 tombstones length uvarint, 1 u8, ( ref uvarint, mint varint, maxt varint )*    once
/// 3 exemplars  BASE, ( D, value u64, LABELS )+               at most 10 000 in each record
///
/// CHUNK = mint u64, maxt u64, encoding u8, length uvarint, data, LAST
/// LAST  = 0 u64[7], value u64     encodings 1 (XOR), 4 (XOR2)
///       | HIST                    encodings 2, 5 (whole histograms)
///       | FHIST                   encodings 3, 6 (float histograms)
/// ```
///
/// - `LABELS`, `BASE`, `D`, `HIST` and `FHIST` are those of {@link RecordFormat}.
/// - The zero after the labels was the range of a chunk, those before the value the times and
///   values of three samples and one more time; nobody reads them any more.
/// - `CHUNK` is there if `hasChunk` is not 0: the open in-order chunk of the series. `LAST` is its
///   last sample, which the next one is compared with.
/// - `length` of the tombstones is that of everything behind it; the 1 is the version of the form
///   that a block's tombstones have, too.
/// - Series come in no order, before exemplars.
///
/// Versions: 2.42 knows encoding 1 only, 2.47 2 and 3, 3.11 4 (damaged until 3.13), 3.14 5 and 6.
final class ChunkSnapshotFormat {
  static final String PREFIX = "chunk_snapshot.";
  static final String TEMPORARY_SUFFIX = ".tmp";

  static final int SERIES = 1;
  static final int TOMBSTONES = 2;
  static final int EXEMPLARS = 3;

  static final int TOMBSTONES_VERSION = 1;
  static final int MAX_EXEMPLARS = 10_000;

  /// Of the fields before the last value of a float chunk: three samples and a time.
  static final int UNUSED_BEFORE_VALUE = 7 * Long.BYTES;

  private ChunkSnapshotFormat() {}

  static Path directory(Path dataDirectory, WalPosition position) {
    return dataDirectory.resolve(
        PREFIX + digits(position.segment(), 6) + "." + digits(position.offset(), 10));
  }

  private static String digits(long number, int least) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, least - digits.length())) + digits;
  }

  /// The position a directory is named after, or null if it is not named like a snapshot.
  static @Nullable WalPosition parse(String name) {
    if (!name.startsWith(PREFIX)) {
      return null;
    }
    int dot = name.indexOf('.', PREFIX.length());
    if (dot < 0) {
      return null;
    }
    int segment = WalFormat.parse(name.substring(PREFIX.length(), dot));
    long offset = parseOffset(name.substring(dot + 1));
    return segment < 0 || offset < 0 ? null : new WalPosition(segment, offset);
  }

  private static long parseOffset(String digits) {
    boolean isNumber =
        !digits.isEmpty()
            && digits.length() <= 18
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber ? Long.parseLong(digits) : -1;
  }
}
