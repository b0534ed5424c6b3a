package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.HeapByteSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// A file written strictly from front to back in large pieces, with the lengths and checksums that
/// frame its sections. Refuses to exceed its limits before it writes. Confined to one thread.
final class IndexOutput implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private final Path path;
  private final IndexLimits limits;
  private final DiskFile file;
  private final ByteSink sink;
  private final CRC32C crc = new CRC32C();
  private long written;
  private long sectionEnd;

  /// Creates the file.
  IndexOutput(Disk disk, Path path, IndexLimits limits) throws IOException {
    this.path = path;
    this.limits = limits;
    file = disk.create(path);
    sink = ByteSink.offHeap(PIECE);
  }

  /// Offset in the file of the next byte.
  long position() {
    return written + sink.position();
  }

  void align(int alignment) {
    sink.align(written, alignment);
  }

  /// Puts a length; that many bytes must follow, then {@link #endSection()}.
  ///
  /// @param what names the section, for the message
  void beginSection(String what, long length) {
    if (length > limits.sectionLength()) {
      throw tooLong(what + " would take " + length, limits.sectionLength());
    }
    requireRoom(IndexFormat.LENGTH_LENGTH + length + IndexFormat.CRC_LENGTH);
    sink.putInt((int) length);
    sectionEnd = position() + length;
    crc.reset();
  }

  /// Puts the checksum of the bytes put since {@link #beginSection}.
  void endSection() {
    if (position() != sectionEnd) {
      throw new IllegalStateException(
          path + ": a section ends at " + position() + " in place of " + sectionEnd);
    }
    sink.putInt((int) crc.getValue());
  }

  /// Puts a series entry: length, body, checksum.
  ///
  /// @param body is empty afterwards
  void putEntry(HeapByteSink body) throws IOException {
    requireRoom(Long.BYTES + body.length() + IndexFormat.CRC_LENGTH);
    sink.putUnsignedVarint(body.length());
    body.putInt(body.crc32c(0));
    drain(body);
  }

  void putBytes(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    sink.putBytes(bytes, offset, length);
    if (sink.position() >= PIECE) {
      flush();
    }
  }

  /// Puts the bytes of a buffer and empties it.
  void drain(HeapByteSink buffer) throws IOException {
    putBytes(buffer.array(), 0, buffer.length());
    buffer.clear();
  }

  /// Makes what has been put durable.
  void sync() throws IOException {
    flush();
    file.sync();
  }

  @Override
  public void close() throws IOException {
    sink.close();
    file.close();
  }

  private void flush() throws IOException {
    sink.writeTo(file, written);
    written += sink.position();
    sink.clear();
  }

  private void requireRoom(long length) {
    if (position() + length > limits.fileLength()) {
      throw tooLong("the file would take " + (position() + length), limits.fileLength());
    }
  }

  private IllegalStateException tooLong(String what, long limit) {
    return new IllegalStateException(
        path + ": " + what + " bytes, and the index format allows " + limit);
  }
}
