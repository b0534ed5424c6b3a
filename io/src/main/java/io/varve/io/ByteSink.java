package io.varve.io;

import java.io.IOException;

/// A growable run of bytes to be written to a file. Positions count from 0 and only grow, except by
/// {@link #clear()}.
///
/// {@link #onHeap} is the faster one for short records, {@link #offHeap} keeps large ones (an
/// index, a batch of chunks) out of the heap. Confined to one thread. Closing frees native memory
/// and is idempotent.
public interface ByteSink extends AutoCloseable {
  /// A sink on the heap.
  ///
  /// @param capacity bytes to start with
  static HeapByteSink onHeap(int capacity) {
    return new HeapByteSink(capacity);
  }

  /// A sink in native memory by Chronicle Bytes, or on the heap where this JVM denies what it
  /// needs.
  static ByteSink offHeap(int capacity) {
    return NativeByteSink.AVAILABLE ? new NativeByteSink(capacity) : new HeapByteSink(capacity);
  }

  void putByte(int value);

  /// Big-endian, 2 bytes.
  void putShort(int value);

  /// Big-endian, 4 bytes.
  void putInt(int value);

  /// Big-endian, 8 bytes.
  void putLong(long value);

  /// Overwrites the big-endian integer at an earlier position.
  void putIntAt(long position, int value);

  void putUnsignedVarint(long value);

  default void putVarint(long value) {
    putUnsignedVarint(Varint.zigZag(value));
  }

  void putBytes(byte[] source, int offset, int length);

  default void putBytes(byte[] source) {
    putBytes(source, 0, source.length);
  }

  /// Zero bytes up to the next multiple of {@code alignment}, counted from {@code base} plus the
  /// position.
  default void align(long base, int alignment) {
    while ((base + position()) % alignment != 0) {
      putByte(0);
    }
  }

  /// Bytes put so far.
  long position();

  /// CRC-32C of the bytes from {@code from} up to the present position.
  int crc32c(long from);

  /// Writes all bytes to {@code file} at {@code filePosition}.
  void writeTo(DiskFile file, long filePosition) throws IOException;

  /// Forgets all bytes, keeps the memory.
  void clear();

  @Override
  void close();
}
