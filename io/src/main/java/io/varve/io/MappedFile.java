package io.varve.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// A file mapped read-only, as long as the arena it was mapped in lives.
///
/// Two faults of mapped files become {@link CorruptionException} here: an offset that lies outside
/// the mapping (a wrong length or reference in the file), and a page that is no longer there (the
/// file was cut short under us), which the JVM reports as an {@link InternalError} instead of dying
/// as long as only Java code touches the bytes. So bytes reach checksums, codecs and native calls
/// only by {@link #copy}.
///
/// The JVM may deliver that error a moment after the access, outside of these methods. Code which
/// drives whole reads (a querier, a compaction) therefore also runs under {@link
/// MappedReads#guard}.
///
/// Thread-safe, immutable. Not closed by its users: the owner of the arena closes that.
public final class MappedFile {
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Path file;
  private final MemorySegment segment;
  private final long size;

  public MappedFile(Path file, MemorySegment segment) {
    this.file = file;
    this.segment = segment.asReadOnly();
    this.size = segment.byteSize();
  }

  public Path file() {
    return file;
  }

  /// Length of the mapping in bytes.
  public long size() {
    return size;
  }

  public byte getByte(long offset) {
    check(offset, Byte.BYTES);
    try {
      return segment.get(JAVA_BYTE, offset);
    } catch (InternalError e) {
      throw MappedReads.lostPage(file, offset, e);
    }
  }

  /// The big-endian 32-bit integer at {@code offset}.
  public int getInt(long offset) {
    check(offset, Integer.BYTES);
    try {
      return segment.get(INT_BE, offset);
    } catch (InternalError e) {
      throw MappedReads.lostPage(file, offset, e);
    }
  }

  /// The big-endian 64-bit integer at {@code offset}.
  public long getLong(long offset) {
    check(offset, Long.BYTES);
    try {
      return segment.get(LONG_BE, offset);
    } catch (InternalError e) {
      throw MappedReads.lostPage(file, offset, e);
    }
  }

  /// Copies bytes out of the mapping.
  public void copy(long offset, byte[] target, int targetOffset, int length) {
    check(offset, length);
    try {
      MemorySegment.copy(segment, JAVA_BYTE, offset, target, targetOffset, length);
    } catch (InternalError e) {
      throw MappedReads.lostPage(file, offset, e);
    }
  }

  /// A copy of {@code length} bytes from {@code offset}.
  public byte[] copy(long offset, int length) {
    check(offset, length);
    byte[] bytes = new byte[length];
    copy(offset, bytes, 0, length);
    return bytes;
  }

  /// A reader over a copy of bytes, which names this file and the true offsets in its errors.
  public ByteReader reader(long offset, int length) {
    return new ByteReader(copy(offset, length), 0, length, file, offset);
  }

  /// Asks the operating system to read the pages of this file ahead of use.
  public void load() {
    try {
      segment.load();
    } catch (InternalError e) {
      throw MappedReads.lostPage(file, -1, e);
    }
  }

  /// Tells the operating system that the pages of a part of this file are not used for the time
  /// being: they no longer count as memory of the process, and are mapped again when used.
  public void unload(long offset, long length) {
    check(offset, length);
    if (segment.isMapped()) {
      segment.asSlice(offset, length).unload();
    }
  }

  private void check(long offset, long length) {
    if (offset < 0 || length < 0 || offset > size - length) {
      throw new CorruptionException(
          file, offset, "needs " + length + " bytes, but the file has " + size);
    }
  }
}
