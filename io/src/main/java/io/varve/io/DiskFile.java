package io.varve.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file, read and written at explicit positions. Opened by {@link Disk}; whoever opens it
/// closes it. Safe for use by several threads on disjoint ranges; {@link #close()} is idempotent.
public interface DiskFile extends Closeable {
  /// Reads until {@code target} is full or the file ends.
  ///
  /// @param position byte offset in the file
  /// @return the bytes read, 0 at or after the end of the file
  int read(ByteBuffer target, long position) throws IOException;

  /// Writes all remaining bytes of {@code source}. Bytes between the former end of the file and
  /// {@code position} read as zeros. On a fault part of them may have been written.
  void write(ByteBuffer source, long position) throws IOException;

  /// Present length in bytes.
  long size() throws IOException;

  /// Cuts the file to {@code size} bytes, or extends it with zeros.
  void truncate(long size) throws IOException;

  /// Returns when the content and length are on stable storage. After a fault here what is on disk
  /// is unknown, and another call proves nothing.
  void sync() throws IOException;

  @Override
  void close() throws IOException;

  /// As {@link #read(ByteBuffer, long)}, into an array.
  default int read(byte[] target, int offset, int length, long position) throws IOException {
    return read(ByteBuffer.wrap(target, offset, length), position);
  }

  /// As {@link #write(ByteBuffer, long)}, from an array.
  default void write(byte[] source, int offset, int length, long position) throws IOException {
    write(ByteBuffer.wrap(source, offset, length), position);
  }
}
