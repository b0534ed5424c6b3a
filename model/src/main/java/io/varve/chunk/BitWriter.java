package io.varve.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// What the encoders have in common: bits, put most significant first to an array that grows by
/// half. Between two puts the array holds whole bytes, the last filled up with zeros.
///
/// Bits are put by one unaligned store of 8 bytes, which needs up to 9 bytes of room. Extended
/// rather than used, as there is an encoder for each active series. Guarded by
/// `XorEncodeBenchmark`.
abstract class BitWriter {
  /// Bytes that a put may touch from the byte it begins in.
  static final int PUT_BYTES = Long.BYTES + 1;

  /// Bits that one put takes wherever it begins in its first byte.
  static final int PUT_BITS = Long.SIZE - Byte.SIZE + 1;

  /// The window of a float that no change has set yet: more leading zeros than a value has, so that
  /// nothing fits into it.
  static final short NO_WINDOW = Long.SIZE << Byte.SIZE;

  static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT_BE =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  /// Room for a chunk that the head leaves when it is full: a kilobyte, and what the last put
  /// touches.
  private static final int FULL_CAPACITY = 1024 + 2 * Long.BYTES;

  byte[] bytes;

  /// Bits put so far, the header included.
  int position;

  /// @param capacity bytes to start with
  BitWriter(int capacity) {
    bytes = new byte[capacity + PUT_BYTES];
  }

  /// Puts {@code width} bits, 1 to 64. The bits of {@code value} above them are zero.
  final void put(long value, int width) {
    int at = position >>> 3;
    int used = position & 7;
    if (at + PUT_BYTES > bytes.length) {
      grow();
    }
    // What is behind the present position in its byte may be left over from before a reset.
    long begun = (bytes[at] & (0xff00L >>> used) & 0xff) << (Long.SIZE - Byte.SIZE);
    int free = Long.SIZE - used;
    if (width <= free) {
      LONG_BE.set(bytes, at, begun | (value << (free - width)));
    } else {
      int over = width - free;
      LONG_BE.set(bytes, at, begun | (value >>> over));
      bytes[at + Long.BYTES] = (byte) (value << (Byte.SIZE - over));
    }
    position += width;
  }

  /// To what the full chunk is expected to take, at least by a quarter and at most threefold; by
  /// half where that is not known. To a multiple of 8 as objects are aligned to; but first to what
  /// the head's longest chunks need.
  ///
  /// @return the new array
  final byte[] grow() {
    int length = bytes.length;
    int expected = expectedBytes();
    int wanted =
        expected == 0
            ? length + length / 2
            : Math.clamp(expected + expected / 16, length + length / 4, 3 * length);
    int larger = (wanted + PUT_BYTES) & -8;
    boolean small = bytes.length + PUT_BYTES <= FULL_CAPACITY;
    bytes = Arrays.copyOf(bytes, small ? Math.min(larger, FULL_CAPACITY) : larger);
    return bytes;
  }

  /// Bytes that the chunk will have when it is full, 0 if that is not known.
  int expectedBytes() {
    return 0;
  }

  /// Puts an unsigned LEB128 number.
  final void putVarint(long value) {
    while ((value & ~0x7fL) != 0) {
      put((value & 0x7f) | 0x80, Byte.SIZE);
      value >>>= 7;
    }
    put(value, Byte.SIZE);
  }

  /// Puts a signed number as {@link Varbit} says.
  final void putVarbit(long value) {
    putVarbit(value, Varbit.signedOnes(value));
  }

  /// Puts an unsigned number as {@link Varbit} says.
  final void putUvarbit(long value) {
    putVarbit(value, Varbit.unsignedOnes(value));
  }

  private void putVarbit(long value, int ones) {
    if (ones == 0) {
      put(0, 1);
    } else if (ones == Varbit.MAX_ONES) {
      put((1 << Varbit.MAX_ONES) - 1, Varbit.MAX_ONES);
      put(value, Long.SIZE);
    } else {
      int width = Varbit.width(ones);
      long prefix = (2L << ones) - 2;
      put(prefix << width | (value & ((1L << width) - 1)), ones + 1 + width);
    }
  }

  /// Puts the `change` of a float as {@link XorFormat} says.
  ///
  /// @param xor of the bits of both values
  /// @param windows leading zeros in the high byte, trailing zeros in the low one; updated
  final void putChange(long xor, short[] windows, int index) {
    if (xor == 0) {
      put(0, 1);
      return;
    }
    int newLeading = Math.min(Long.numberOfLeadingZeros(xor), XorFormat.MAX_LEADING);
    int newTrailing = Long.numberOfTrailingZeros(xor);
    int leading = windows[index] >> Byte.SIZE;
    int trailing = windows[index] & 0xff;
    if (newLeading >= leading && newTrailing >= trailing) {
      put(XorFormat.SAME_WINDOW, XorFormat.CHANGE_BITS);
      put(xor >>> trailing, Long.SIZE - leading - trailing);
      return;
    }
    windows[index] = (short) (newLeading << Byte.SIZE | newTrailing);
    put(XorFormat.NEW_WINDOW, XorFormat.CHANGE_BITS);
    putWindow(xor, newLeading, newTrailing);
  }

  /// Puts a window and the bits within it.
  final void putWindow(long xor, int leading, int trailing) {
    int significant = Long.SIZE - leading - trailing;
    int mask = (1 << XorFormat.SIGNIFICANT_BITS) - 1;
    put(
        (long) leading << XorFormat.SIGNIFICANT_BITS | (significant & mask),
        XorFormat.LEADING_BITS + XorFormat.SIGNIFICANT_BITS);
    put(xor >>> trailing, significant);
  }

  /// The first two bytes, an unsigned number.
  final int getShort() {
    return (short) SHORT_BE.get(bytes, 0) & 0xffff;
  }

  final void setShort(int value) {
    SHORT_BE.set(bytes, 0, (short) value);
  }

  /// Reads back what {@link #putVarint} put at the start of byte {@code at}.
  final long getVarint(int at) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  /// Length of the chunk in bytes.
  public final int length() {
    return (position + Byte.SIZE - 1) >>> 3;
  }

  /// The chunk, from index 0 to {@link #length()}. Lent until the next append.
  public final byte[] bytes() {
    return bytes;
  }

  /// A copy of the chunk, of exactly its length.
  public final byte[] toByteArray() {
    return Arrays.copyOf(bytes, length());
  }
}
