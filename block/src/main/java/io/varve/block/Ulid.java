package io.varve.block;

import java.util.Arrays;
import java.util.Optional;

/// The name of a block: 48 bits of creation time, then 80 random bits. Written as 26 characters of
/// Crockford's base 32 (no I, L, O, U), five bits each from the left, so that names sort as the
/// blocks were created. See {@link UlidFactory} for making them.
///
/// Ordered by time, then by the random part, which is the order of the written form. Immutable.
///
/// @param high the upper 64 of the 128 bits
/// @param low the lower 64 bits
public record Ulid(long high, long low) implements Comparable<Ulid> {
  /// Length of the written form in characters.
  public static final int TEXT_LENGTH = 26;

  /// The parent that Prometheus names for a block cut from memory out of order.
  public static final Ulid ZERO = new Ulid(0, 0);

  private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int BITS = 5;
  private static final int RANDOM_HIGH_BITS = 16;
  private static final byte[] DIGITS = digits();

  /// Takes the written form apart. Small letters count as their capitals, as in Prometheus' strict
  /// parser; any other departure is refused.
  ///
  /// @return empty if {@code text} is not a ULID
  public static Optional<Ulid> parse(String text) {
    // 26 x 5 bits are two more than 128: the first character may not use them.
    if (text.length() != TEXT_LENGTH || text.charAt(0) > '7') {
      return Optional.empty();
    }
    long high = 0;
    long low = 0;
    for (int i = 0; i < TEXT_LENGTH; i++) {
      char c = text.charAt(i);
      int digit = c < DIGITS.length ? DIGITS[c] : -1;
      if (digit < 0) {
        return Optional.empty();
      }
      high = high << BITS | low >>> (Long.SIZE - BITS);
      low = low << BITS | digit;
    }
    return Optional.of(new Ulid(high, low));
  }

  private static byte[] digits() {
    byte[] digits = new byte['z' + 1];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < ALPHABET.length(); i++) {
      digits[ALPHABET.charAt(i)] = (byte) i;
      digits[Character.toLowerCase(ALPHABET.charAt(i))] = (byte) i;
    }
    return digits;
  }

  /// When the block was created, milliseconds since the epoch.
  public long time() {
    return high >>> RANDOM_HIGH_BITS;
  }

  @Override
  public int compareTo(Ulid other) {
    int order = Long.compareUnsigned(high, other.high);
    return order != 0 ? order : Long.compareUnsigned(low, other.low);
  }

  /// The written form, in capitals.
  @Override
  public String toString() {
    char[] text = new char[TEXT_LENGTH];
    long upper = high;
    long lower = low;
    for (int i = TEXT_LENGTH - 1; i >= 0; i--) {
      text[i] = ALPHABET.charAt((int) lower & ((1 << BITS) - 1));
      lower = lower >>> BITS | upper << (Long.SIZE - BITS);
      upper >>>= BITS;
    }
    return new String(text);
  }
}
