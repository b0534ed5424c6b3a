package io.varve.chunk;

import io.varve.model.CounterReset;

/// The histogram chunks of Prometheus: native histograms as chunk encoding 2 (whole counts), 3
/// (counts as floats) since 2.40 and 2.42, and both with start timestamps as encodings 5 and 6,
/// which Prometheus 3.13 writes where its configuration asks for it.
///
/// All samples of a chunk have the same buckets, which the first sample brings; one with more is
/// taken by writing the whole chunk anew. See {@link NativeHistogramEncoder} for what else may be
/// in a chunk together.
///
/// ```
/// chunk     = header layout sample*       as many samples as count says
/// header    = count:16 reset:2 0:6        encodings 2 and 3
///           | reset:2 count:14 start:8    encodings 5 and 6
/// reset     = 00 unknown | 01 no counter reset before this chunk | 10 one | 11 gauges
///
/// layout    = threshold varbit(schema) spans spans [bounds]
/// threshold = 0:8                         0
///           | e:8                         2^(e - 244), e from 1 to 254
///           | 255:8 value:64              any other
/// spans     = uvarbit(n) n * ( uvarbit(length) varbit(offset) )
///                                         positive ones, then negative ones
/// bounds    = uvarbit(n) n * bound        with the custom schema, -53, only
/// bound     = uvarbit(1000 * value + 1)   thousandths from 0 to 33554.430
///           | 0 value:64                  any other
///
/// sample    = first [st] | later [st]     st with encodings 5 and 6
///
/// first     = varbit(t) uvarbit(count) uvarbit(zeros) sum:64 varbit(b)*
/// later     = varbit(dod t) varbit(dod count) varbit(dod zeros) change(sum) varbit(dod b)*
///                                         encodings 2 and 5
/// first     = varbit(t) count:64 zeros:64 sum:64 b:64*
/// later     = varbit(dod t) change(count) change(zeros) change(sum) change(b)*
///                                         encodings 3 and 6
/// ```
///
/// Bits are put most significant first, and the last byte is filled up with zeros. {@link Varbit}
/// specifies `varbit` and `uvarbit`, {@link XorFormat} `change`, {@link StartTimestampFormat}
/// `start` and `st`. Times are milliseconds since the epoch.
///
/// There is a `b` for each bucket of the positive spans, then of the negative ones. With whole
/// counts it is the count of the first bucket of a side and then the difference of each to the one
/// before; with floats it is the count. `dod` is the difference of a number to that of the sample
/// before, less the same difference of the sample before, which is 0 for the first sample;
/// arithmetic wraps at 64 bits. Each float has a window of its own, none after the first sample.
///
/// A histogram that marks the end of the series has the stale marker as sum. As a first sample it
/// has threshold and schema 0 and no spans, so no buckets; as a later one it has no `b` either.
/// With whole counts, its dods of count and zeros are 0 and mean nothing; with floats both counts
/// are 0. Only others of its kind follow in the chunk.
///
/// Readers take schemas -9 to 52 and reduce the resolution of those above 8. There is no checksum:
/// that belongs to the file around the chunk.
final class HistogramFormat {
  /// Bytes in front of the layout.
  static final int HEADER_LENGTH = 3;

  /// Position of the bits about counter resets without start timestamps, in bytes.
  static final int FLAGS_POSITION = Short.BYTES;

  static final int MAX_SAMPLES = 0xffff;

  /// Samples that the count with start timestamps can say.
  static final int MAX_STAMPED_SAMPLES = 0x3fff;

  /// Shift of the bits about counter resets in their byte.
  static final int RESET_SHIFT = 6;

  /// The byte in front of a zero threshold that is written in full.
  static final int FULL_THRESHOLD = 255;

  /// Exponent that a zero threshold of 2^(e - 244) is written as, and its greatest value.
  static final int THRESHOLD_BIAS = 244;

  static final int MAX_THRESHOLD = 254;

  static final double BOUND_UNITS = 1000;

  /// Greatest bound that is written as thousandths, in these: 4 bytes.
  static final double MAX_BOUND = 33_554_430;

  /// Buckets of a chunk that readers take, more than schema 8 has for all floats. Only so that a
  /// damaged chunk of many bytes cannot ask for more memory than there is.
  static final int MAX_BUCKETS = 1 << 21;

  private HistogramFormat() {}

  /// The two bits about counter resets.
  static int bits(CounterReset reset) {
    return switch (reset) {
      case UNKNOWN -> 0b00;
      case NOT_RESET -> 0b01;
      case RESET -> 0b10;
      case GAUGE -> 0b11;
    };
  }

  /// What two bits say about counter resets.
  static CounterReset counterReset(int bits) {
    return switch (bits) {
      case 0b01 -> CounterReset.NOT_RESET;
      case 0b10 -> CounterReset.RESET;
      case 0b11 -> CounterReset.GAUGE;
      default -> CounterReset.UNKNOWN;
    };
  }

  /// Whether an encoding has start timestamps.
  static boolean isStamped(byte encoding) {
    return encoding == ChunkEncoding.HISTOGRAM_ST || encoding == ChunkEncoding.FLOAT_HISTOGRAM_ST;
  }
}
