package io.varve.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Takes a run of bytes apart from front to back. Reading past the end, and varints of more than 64
/// bits, are a {@link CorruptionException} that names the origin and the offset in it.
///
/// Confined to one thread. Does not copy the bytes it is given.
public final class ByteReader {
  private static final VarHandle SHORT_BE =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_BE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int position;
  private int start;
  private int end;
  private Object origin;
  private long originOffset;

  /// @param origin the file the bytes came from, for messages
  /// @param originOffset offset in {@code origin} of the byte at {@code offset}
  public ByteReader(byte[] bytes, int offset, int length, Object origin, long originOffset) {
    this.bytes = bytes;
    this.origin = origin;
    reset(bytes, offset, length, origin, originOffset);
  }

  /// Starts over on other bytes.
  public void reset(byte[] bytes, int offset, int length, Object origin, long originOffset) {
    this.bytes = bytes;
    this.position = offset;
    this.start = offset;
    this.end = offset + length;
    this.origin = origin;
    this.originOffset = originOffset;
  }

  /// The array being read; valid up to its {@link #position} plus {@link #remaining()}.
  public byte[] array() {
    return bytes;
  }

  /// Index in {@link #array()} of the next byte.
  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  public boolean hasRemaining() {
    return position < end;
  }

  /// Offset of the next byte in the origin.
  public long originPosition() {
    return originOffset + (position - start);
  }

  public int readByte() {
    need(1);
    return bytes[position++] & 0xff;
  }

  public int readShort() {
    need(Short.BYTES);
    int value = (short) SHORT_BE.get(bytes, position) & 0xffff;
    position += Short.BYTES;
    return value;
  }

  public int readInt() {
    need(Integer.BYTES);
    int value = (int) INT_BE.get(bytes, position);
    position += Integer.BYTES;
    return value;
  }

  public long readLong() {
    need(Long.BYTES);
    long value = (long) LONG_BE.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  public long readUnsignedVarint() {
    int at = position;
    if (at < end && bytes[at] >= 0) {
      position = at + 1;
      return bytes[at];
    }
    return readLongVarint();
  }

  private long readLongVarint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      need(1);
      byte b = bytes[position++];
      if (shift == 63 && b > 1) {
        break;
      }
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw corrupt("a varint has more than 64 bits");
  }

  public long readVarint() {
    return Varint.unZigZag(readUnsignedVarint());
  }

  /// An unsigned varint that counts or measures something which must fit into what is left.
  ///
  /// @param bytesEach least number of bytes each of the counted things takes
  public int readLength(int bytesEach) {
    long length = readUnsignedVarint();
    if (length < 0 || length > remaining() / bytesEach) {
      throw corrupt("a length of " + Long.toUnsignedString(length) + " exceeds what is left");
    }
    return (int) length;
  }

  /// A string: its length in bytes as an unsigned varint, then UTF-8.
  public String readString() {
    int length = readLength(1);
    var value = new String(bytes, position, length, StandardCharsets.UTF_8);
    position += length;
    return value;
  }

  public void skip(int length) {
    need(length);
    position += length;
  }

  /// Throws if anything is left.
  public void expectEnd() {
    if (hasRemaining()) {
      throw corrupt(remaining() + " bytes too many");
    }
  }

  /// An exception that points at the next byte.
  public CorruptionException corrupt(String what) {
    return new CorruptionException(origin, originPosition(), what);
  }

  private void need(int length) {
    if (length < 0 || length > end - position) {
      throw corrupt("needs " + length + " bytes, but only " + (end - position) + " are left");
    }
  }
}
