package io.varve.chunk;

import io.varve.io.CorruptionException;
import io.varve.io.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What the cursors have in common: bits, taken most significant first.
///
/// Safe on any bytes. Each take begins inside the payload or is refused, is at most 9 bytes long,
/// and {@link ChunkBuffer#SLACK} is longer than that and a word; so only the position after each
/// take is compared with the end. Bits behind the end never reach a caller.
abstract class BitReader {
  /// Longest payload whose bits can be counted by an int.
  private static final int MAX_LENGTH = Integer.MAX_VALUE / Byte.SIZE - ChunkBuffer.SLACK;

  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = new byte[ChunkBuffer.SLACK];
  private Object origin = "";
  private long originOffset;

  /// Bits before the end of the payload.
  private int end;

  /// Bits before the next take.
  private int position;

  /// Starts on a chunk.
  ///
  /// @throws CorruptionException if there is no whole header
  final void reset(ChunkBuffer chunk, Object origin, long originOffset, int headerLength) {
    this.origin = origin;
    this.originOffset = originOffset;
    bytes = chunk.bytes();
    position = 0;
    end = 0;
    if (chunk.length() < headerLength || chunk.length() > MAX_LENGTH) {
      throw corrupt(
          "a chunk of encoding "
              + chunk.encoding()
              + " cannot be "
              + chunk.length()
              + " bytes long");
    }
    end = chunk.length() * Byte.SIZE;
    position = headerLength * Byte.SIZE;
  }

  /// A byte of the header, unsigned.
  final int headerByte(int index) {
    return bytes[index] & 0xff;
  }

  /// Bits left.
  final int remaining() {
    return end - position;
  }

  /// Takes {@code width} bits, 1 to 64.
  final long take(int width) {
    long bits = peek() >>> (Long.SIZE - width);
    skip(width);
    return bits;
  }

  /// The next 64 bits; those behind the end are not zero.
  final long peek() {
    return bits(position);
  }

  private long bits(int position) {
    int at = position >>> 3;
    int shift = position & 7;
    long last = (bytes[at + Long.BYTES] & 0xffL) >>> (Byte.SIZE - shift);
    return (long) LONG_BE.get(bytes, at) << shift | last;
  }

  /// Passes over bits that were looked at.
  final void skip(int width) {
    position += width;
    if (position > end) {
      throw damaged();
    }
  }

  /// Takes a signed LEB128 number.
  final long takeVarint() {
    return Varint.unZigZag(takeUvarint());
  }

  /// Takes an unsigned LEB128 number.
  final long takeUvarint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      long b = take(Byte.SIZE);
      value |= (b & 0x7f) << shift;
      if (b < 0x80) {
        if (shift == 63 && b > 1) {
          break;
        }
        return value;
      }
    }
    throw damaged();
  }

  /// Takes a signed number as {@link Varbit} says.
  final long takeVarbit() {
    long word = peek();
    if (word >= 0) {
      skip(1);
      return 0;
    }
    int ones = Math.min(Long.numberOfLeadingZeros(~word), Varbit.MAX_ONES);
    int width = Varbit.width(ones);
    return Varbit.signed(takeAfter(word, ones, width), width);
  }

  /// Takes an unsigned number as {@link Varbit} says.
  final long takeUvarbit() {
    long word = peek();
    if (word >= 0) {
      skip(1);
      return 0;
    }
    int ones = Math.min(Long.numberOfLeadingZeros(~word), Varbit.MAX_ONES);
    return takeAfter(word, ones, Varbit.width(ones));
  }

  private long takeAfter(long word, int ones, int width) {
    int prefix = Math.min(ones + 1, Varbit.MAX_ONES);
    long rest = prefix + width <= Long.SIZE ? word << prefix : bits(position + prefix);
    skip(prefix + width);
    return rest >>> (Long.SIZE - width);
  }

  /// Takes a `change` of a float as {@link XorFormat} says.
  ///
  /// @param windows leading zeros in the high byte, trailing zeros in the low one; updated. Zero,
  ///   the window of all bits, if none was set.
  /// @return the bits to XOR with
  final long takeChange(short[] windows, int index) {
    long word = peek();
    if (word >= 0) {
      skip(1);
      return 0;
    }
    if (word >>> (Long.SIZE - XorFormat.CHANGE_BITS) == XorFormat.NEW_WINDOW) {
      skip(XorFormat.CHANGE_BITS);
      windows[index] = takeWindow();
    } else {
      skip(XorFormat.CHANGE_BITS);
    }
    return takeSignificant(windows[index]);
  }

  /// Takes the sizes of a window.
  final short takeWindow() {
    int sizes = (int) take(XorFormat.LEADING_BITS + XorFormat.SIGNIFICANT_BITS);
    int leading = sizes >>> XorFormat.SIGNIFICANT_BITS;
    int mask = (1 << XorFormat.SIGNIFICANT_BITS) - 1;
    // 0 stands for 64.
    int significant = ((sizes - 1) & mask) + 1;
    int trailing = Long.SIZE - leading - significant;
    if (trailing < 0) {
      throw damaged();
    }
    return (short) (leading << Byte.SIZE | trailing);
  }

  /// Takes the bits within a window.
  final long takeSignificant(short window) {
    int leading = window >> Byte.SIZE;
    int trailing = window & 0xff;
    return take(Long.SIZE - leading - trailing) << trailing;
  }

  /// What to throw if a sample is cut short or breaks the format.
  abstract CorruptionException damaged();

  final CorruptionException corrupt(String what) {
    return new CorruptionException(
        origin, originOffset + Math.min(position, end) / Byte.SIZE, what);
  }
}
