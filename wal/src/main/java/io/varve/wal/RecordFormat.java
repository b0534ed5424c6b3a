package io.varve.wal;

/// What is in a record of the log, as Prometheus 2.42 to 3.13 writes it (package `tsdb/record`).
/// Fixed-width integers are big-endian, varints are LEB128, signed ones zig-zag (Prometheus' own
/// description calls some of them unsigned; its code does not). The first byte is the type, the
/// rest is read up to the end of the record:
///
/// ```
///  1 series     ( ref u64, LABELS )*
///  2 samples    ( BASE, ( D, value u64 )+ )?
///  3 tombstones ( ref u64, mint varint, maxt varint )*
///  4 exemplars  ( BASE, ( D, value u64, LABELS )+ )?
///  5 markers    ( ref u64, chunkRef u64 )*
///  6 metadata   ( ref uvarint, kind u8, fields uvarint, ( key, text )[fields] )*
///  7 histograms                     ( BASE, ( D, HIST )+ )?
///  8 float histograms               ( BASE, ( D, FHIST )+ )?
///  9 custom-bucket histograms       as 7
/// 10 custom-bucket float histograms as 8
/// 11 samples V2          ( FIRST, value u64, ( NEXT, value u64 )* )?
/// 12 histograms V2       ( FIRST, HIST, ( NEXT, HIST )* )?
/// 13 float histograms V2 ( FIRST, FHIST, ( NEXT, FHIST )* )?
///
/// LABELS = labels uvarint, packed
/// BASE   = baseRef u64, baseT u64
/// D      = ref - baseRef varint, t - baseT varint
/// FIRST  = ref varint, t varint, st varint
/// NEXT   = ref - ref of the one before varint, t - t of the first varint, START
/// START  = 0 u8 | 1 u8 | 2 u8, st - st of the first varint
/// HIST   = reset u8, schema varint, zeroThreshold u64, zeroCount uvarint, count uvarint, sum u64,
///          SPANS, SPANS, n uvarint, delta varint[n], m uvarint, delta varint[m], BOUNDS
/// FHIST  = reset u8, schema varint, zeroThreshold u64, zeroCount u64, count u64, sum u64,
///          SPANS, SPANS, n uvarint, bucket u64[n], m uvarint, bucket u64[m], BOUNDS
/// SPANS  = n uvarint, ( offset varint, length uvarint )[n]
/// BOUNDS = n uvarint, bound u64[n]                                  only if the schema is -53
/// key, text = length uvarint, UTF-8
/// ```
///
/// - `ref` numbers a series; a series record comes before the first record that uses its `ref`.
///   Refs start at 1.
/// - `labels` is the number of labels, `packed` is the form of {@link io.varve.model.LabelsCodec}.
///   Those of an exemplar may be none.
/// - The base is that of the first sample of the record, and it is repeated with differences 0, 0.
///   But for histograms: Prometheus takes the base of the first one it has at hand and then leaves
///   those with custom buckets to a record of type 9 or 10, so that one may have been the base.
///   Times are milliseconds since the epoch, differences wrap around in 64 bits; `value` and all
///   other u64 of samples are the bits of an IEEE 754 double, all NaNs kept apart. A record of the
///   type byte alone is legal.
/// - A tombstone hides the samples of a series in the closed interval from `mint` to `maxt`. The
///   interval of all times means that the series was evicted from the head at this point of the log
///   (3.13).
/// - A marker, in the log of out-of-order samples only, tells that the samples logged so far of a
///   series are in the head chunk `chunkRef`; 0 if the chunk that was begun is not there yet.
/// - Metadata: `kind` is 0 unknown, 1 counter, 2 gauge, 3 histogram, 4 gauge histogram, 5 summary,
///   6 info, 7 state set. Written are the keys `UNIT` and `HELP`, in this order; others are
///   skipped.
/// - `st` is the time since which a sample counts, 0 if it is not known. `START` is 0 for that, 1
///   for the same as the sample before.
/// - `reset`, spans and buckets are those of {@link io.varve.model.Histogram} and {@link
///   io.varve.model.FloatHistogram}; positive before negative. Types 7 and 8 hold the exponential
///   schemas, 9 and 10 (since 3.0) those with custom buckets, 12 and 13 both.
///
/// A commit logs series, then metadata, samples, histograms, float histograms, exemplars. Types 11
/// to 13 are written where start timestamps are stored (3.11, 3.12). A program passes over types
/// that are younger than it is: 2.42 reads none above 8.
final class RecordFormat {
  static final int SERIES = 1;
  static final int SAMPLES = 2;
  static final int TOMBSTONES = 3;
  static final int EXEMPLARS = 4;
  static final int MMAP_MARKERS = 5;
  static final int METADATA = 6;
  static final int HISTOGRAMS = 7;
  static final int FLOAT_HISTOGRAMS = 8;
  static final int CUSTOM_HISTOGRAMS = 9;
  static final int CUSTOM_FLOAT_HISTOGRAMS = 10;
  static final int SAMPLES_V2 = 11;
  static final int HISTOGRAMS_V2 = 12;
  static final int FLOAT_HISTOGRAMS_V2 = 13;

  /// Least length of one series: its ref and the number of its labels.
  static final int MIN_SERIES = Long.BYTES + 1;

  /// Least length of a label: the lengths of its name and its value.
  static final int MIN_LABEL = 2;

  /// Length of what all samples of a record refer to: the first ref and the first time.
  static final int SAMPLES_BASE = 2 * Long.BYTES;

  /// Least length of a field of metadata: the lengths of its key and its text.
  static final int MIN_FIELD = 2;

  static final String UNIT = "UNIT";
  static final String HELP = "HELP";

  static final int NO_START = 0;
  static final int SAME_START = 1;
  static final int EXPLICIT_START = 2;

  /// Least length of a span of histogram buckets: its offset and its length.
  static final int MIN_SPAN = 2;

  private RecordFormat() {}
}
