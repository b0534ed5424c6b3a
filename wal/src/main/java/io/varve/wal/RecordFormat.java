package io.varve.wal;

/// What is in a record of the log, as Prometheus 2.42 to 3.x writes it (package `tsdb/record`).
/// Fixed-width integers are big-endian, varints are LEB128, signed ones zig-zag. The first byte is
/// the type, the rest is read up to the end of the record:
///
/// ```
/// 1 series     ( ref u64, labels uvarint, packed )*
/// 2 samples    ( baseRef u64, baseT u64, ( ref - baseRef varint, t - baseT varint, value u64 )+ )?
/// 3 tombstones ( ref u64, mint varint, maxt varint )*
/// ```
///
/// - `ref` numbers a series; a series record comes before the first record that uses its `ref`.
///   Refs start at 1.
/// - `labels` is the number of labels, `packed` is the form of {@link io.varve.model.LabelsCodec}.
/// - The first sample is the base of its record and is repeated with differences 0, 0. Times are
///   milliseconds since the epoch, differences wrap around in 64 bits; `value` is the bits of an
///   IEEE 754 double, all NaNs kept apart. A record of the type byte alone is legal.
/// - A tombstone hides the samples of a series in the closed interval from `mint` to `maxt`.
///
/// A commit logs series before samples. Types 4 to 13 (exemplars, metadata, histograms, samples
/// with start times) are other programs' and are passed on as unknown.
final class RecordFormat {
  static final int SERIES = 1;
  static final int SAMPLES = 2;
  static final int TOMBSTONES = 3;

  /// Least length of one series: its ref and the number of its labels.
  static final int MIN_SERIES = Long.BYTES + 1;

  /// Least length of a label: the lengths of its name and its value.
  static final int MIN_LABEL = 2;

  /// Length of what all samples of a record refer to: the first ref and the first time.
  static final int SAMPLES_BASE = 2 * Long.BYTES;

  private RecordFormat() {}
}
