package io.varve.chunk;

/// Integers of variable length as Prometheus' `varbit`: small ones take few bits, and the lengths
/// are such that the longer ones are whole bytes.
///
/// ```
/// varbit  = 0                  0
///         | 10       n:3
///         | 110      n:6
///         | 1110     n:9
///         | 11110    n:12
///         | 111110   n:18      3 bytes
///         | 1111110  n:25      4 bytes
///         | 11111110 n:56      8 bytes
///         | 11111111 n:64      9 bytes
/// uvarbit = as varbit
/// ```
///
/// `n` of a `varbit` is the low bits of the two's complement, and each range ends at +2^(w-1) as
/// the dods of {@link XorFormat} do: 3 bits hold -3 .. 4. `n` of a `uvarbit` is unsigned: 3 bits
/// hold 0 .. 7. A writer takes the shortest form that holds the number.
final class Varbit {
  /// Ones before the widest `n`, after which there is no zero.
  static final int MAX_ONES = 8;

  private static final byte[] WIDTHS = {0, 3, 6, 9, 12, 18, 25, 56, 64};

  /// For each number of bits needed, the ones in the prefix.
  private static final byte[] ONES = ones();

  private Varbit() {}

  private static byte[] ones() {
    // One more than 64, for the least long as a signed number.
    byte[] ones = new byte[Long.SIZE + 2];
    for (int needed = 1; needed < ones.length; needed++) {
      byte step = 1;
      while (step < MAX_ONES && WIDTHS[step] < needed) {
        step++;
      }
      ones[needed] = step;
    }
    return ones;
  }

  /// Bits of `n` after so many ones.
  static int width(int ones) {
    return WIDTHS[ones];
  }

  /// Ones in the prefix of a `varbit`.
  static int signedOnes(long value) {
    if (value == 0) {
      return 0;
    }
    long magnitude = value > 0 ? value - 1 : -value;
    return ONES[Long.SIZE + 1 - Long.numberOfLeadingZeros(magnitude)];
  }

  /// Ones in the prefix of a `uvarbit`.
  static int unsignedOnes(long value) {
    return ONES[Long.SIZE - Long.numberOfLeadingZeros(value)];
  }

  /// The number that the `n` of a `varbit` stands for.
  static long signed(long n, int width) {
    return width == Long.SIZE || n <= 1L << (width - 1) ? n : n - (1L << width);
  }
}
