package io.varve.io;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A {@link ByteSink} in a byte array. Confined to one thread.
public final class HeapByteSink implements ByteSink {
  private static final VarHandle SHORT_BE =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_BE =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes;
  private int position;

  HeapByteSink(int capacity) {
    bytes = new byte[Math.max(capacity, Varint.MAX_LENGTH)];
  }

  /// The bytes put so far are the first {@link #length()} of this array. Valid until the next call
  /// of a method that adds bytes.
  public byte[] array() {
    return bytes;
  }

  /// As {@link #position()}, as an int.
  public int length() {
    return position;
  }

  /// Makes room for {@code length} bytes and returns the array, for encoders that fill it
  /// themselves from {@link #length()} on and then call {@link #advanceTo}.
  public byte[] reserve(int length) {
    ensure(length);
    return bytes;
  }

  /// Sets the position after bytes were put into the array of {@link #reserve}.
  public void advanceTo(int position) {
    this.position = position;
  }

  /// Gives back all bytes from {@code position} on.
  public void truncate(int position) {
    this.position = Math.min(this.position, position);
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, position);
  }

  @Override
  public void putByte(int value) {
    ensure(1);
    bytes[position++] = (byte) value;
  }

  @Override
  public void putShort(int value) {
    ensure(Short.BYTES);
    SHORT_BE.set(bytes, position, (short) value);
    position += Short.BYTES;
  }

  @Override
  public void putInt(int value) {
    ensure(Integer.BYTES);
    INT_BE.set(bytes, position, value);
    position += Integer.BYTES;
  }

  @Override
  public void putLong(long value) {
    ensure(Long.BYTES);
    LONG_BE.set(bytes, position, value);
    position += Long.BYTES;
  }

  @Override
  public void putIntAt(long at, int value) {
    if (at < 0 || at > position - Integer.BYTES) {
      throw new IndexOutOfBoundsException("position " + at + " of " + position);
    }
    INT_BE.set(bytes, (int) at, value);
  }

  @Override
  public void putUnsignedVarint(long value) {
    ensure(Varint.MAX_LENGTH);
    position = Varint.putUnsigned(bytes, position, value);
  }

  @Override
  public void putBytes(byte[] source, int offset, int length) {
    ensure(length);
    System.arraycopy(source, offset, bytes, position, length);
    position += length;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public int crc32c(long from) {
    return Crc32c.of(bytes, (int) from, position - (int) from);
  }

  @Override
  public void writeTo(DiskFile file, long filePosition) throws IOException {
    file.write(bytes, 0, position, filePosition);
  }

  @Override
  public void clear() {
    position = 0;
  }

  @Override
  public void close() {}

  private void ensure(int length) {
    if (length > bytes.length - position) {
      int needed = Math.addExact(position, length);
      int doubled = (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8);
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
  }
}
