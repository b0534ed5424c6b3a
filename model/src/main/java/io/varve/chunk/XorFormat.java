package io.varve.chunk;

/// The XOR chunk: float samples after Gorilla (Pelkonen et al., VLDB 2015), in the form that
/// Prometheus has written since 2.0 as chunk encoding 1.
///
/// ```
/// chunk   = count sample*            as many samples as count says
/// count   = 16 bits
/// sample  = first | second | later
/// first   = varint(t) value:64       t is byte aligned here
/// second  = uvarint(t - t') change   uvarint starts on a byte, as the value before has 64 bits
/// later   = dod change
///
/// dod     = 0                        (t - t') - (t' - t'') is 0
///         | 10   d:14                in -8191 .. 8192
///         | 110  d:17                in -65535 .. 65536
///         | 1110 d:20                in -524287 .. 524288
///         | 1111 d:64                anything else
///
/// change  = 0                        the bits of the value are those of the one before
///         | 10 x:significant         within the window of an earlier sample
///         | 11 leading:5 significant:6 x:significant
///                                    sets the window
/// ```
///
/// Bits are put most significant first, and the last byte is filled up with zeros. Times are
/// milliseconds since the epoch; `t'` is the time of the sample before, arithmetic wraps at 64
/// bits.
///
/// `d:n` is the low n bits of the two's complement. As each range ends at +2^(n-1) and not at
/// -2^(n-1), a raw value above 2^(n-1) stands for itself less 2^n.
///
/// `x` is the XOR of the bits of both values (IEEE 754 binary64, NaN payloads kept), without its
/// leading and trailing zeros as the window says: `leading` zeros first, then `significant` bits,
/// then zeros. `leading` is at most 31 even where there are more, and 64 significant bits are
/// written as 0. The window of a sample is used again as long as the bits that differ fit into it,
/// however much too large it is; there is none before the first change of the value.
///
/// A writer stops at 65535 samples, and the head much earlier, see {@link FloatCutting}. Chunks by
/// Prometheus before 3.0 may have one zero byte more at their end. There is no checksum: that
/// belongs to the file around it.
final class XorFormat {
  /// Bytes of the sample count.
  static final int HEADER_LENGTH = Short.BYTES;

  static final int MAX_SAMPLES = 0xffff;

  /// Bits of the shortest sample that is not the first.
  static final int MIN_SAMPLE_BITS = 2;

  /// Bits that say how a change of the value is written.
  static final int CHANGE_BITS = 2;

  /// A change that fits into the window.
  static final int SAME_WINDOW = 0b10;

  /// A change that sets the window.
  static final int NEW_WINDOW = 0b11;

  static final int LEADING_BITS = 5;
  static final int SIGNIFICANT_BITS = 6;

  /// Bits before `x` where a sample sets the window.
  static final int WINDOW_BITS = CHANGE_BITS + LEADING_BITS + SIGNIFICANT_BITS;

  static final int MAX_LEADING = (1 << LEADING_BITS) - 1;

  /// Ones in the prefix of a `dod` of 64 bits; the others have as many as their index here, which
  /// is 1 to 3, and a zero.
  static final int LONG_DOD_ONES = 4;

  static final int SMALL_DOD_BITS = 14;

  /// Bits by which each `dod` is longer than the next smaller one.
  static final int DOD_BITS_STEP = 3;

  private XorFormat() {}

  /// Bits of a `dod` without its prefix.
  ///
  /// @param ones ones in its prefix, 1 to 3
  static int dodBits(int ones) {
    return SMALL_DOD_BITS + (ones - 1) * DOD_BITS_STEP;
  }

  /// Ones in the prefix of a `dod` that is not 0: 1 to 4.
  static int dodOnes(long dod) {
    // The ranges are those of two's complement, each moved up by one.
    long moved = dod - 1;
    int bits = Long.SIZE + 1 - Long.numberOfLeadingZeros(moved ^ (moved >> (Long.SIZE - 1)));
    return 1 + isLess(dodBits(1), bits) + isLess(dodBits(2), bits) + isLess(dodBits(3), bits);
  }

  /// 1 or 0, by the sign of the difference: nothing for the processor to guess.
  private static int isLess(int a, int b) {
    return (a - b) >>> (Integer.SIZE - 1);
  }

  /// The `dod` that {@code raw} stands for.
  static long dod(long raw, int bits) {
    return ((raw + smallest(bits)) & ((1L << bits) - 1)) - smallest(bits);
  }

  /// Distance of the smallest `dod` of so many bits from 0.
  private static long smallest(int bits) {
    return (1L << (bits - 1)) - 1;
  }
}
