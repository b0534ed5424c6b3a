package io.varve.io;

/// Variable-length integers: LEB128, as in Go's `encoding/binary`; signed ones are zig-zag encoded.
public final class Varint {
  /// Longest encoding of a 64-bit value, in bytes.
  public static final int MAX_LENGTH = 10;

  private Varint() {}

  /// Writes {@code value}, taken as unsigned, at {@code offset}; needs {@link #MAX_LENGTH} bytes of
  /// room.
  ///
  /// @return the offset after the last byte written
  public static int putUnsigned(byte[] target, int offset, long value) {
    while ((value & ~0x7fL) != 0) {
      target[offset++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    target[offset++] = (byte) value;
    return offset;
  }

  /// Writes {@code value} zig-zag encoded; otherwise as {@link #putUnsigned}.
  public static int putSigned(byte[] target, int offset, long value) {
    return putUnsigned(target, offset, zigZag(value));
  }

  /// Bytes that {@link #putUnsigned} writes for {@code value}: 1 to 10.
  public static int lengthOfUnsigned(long value) {
    return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
  }

  public static long zigZag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  public static long unZigZag(long encoded) {
    return (encoded >>> 1) ^ -(encoded & 1);
  }
}
