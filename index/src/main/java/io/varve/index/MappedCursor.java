package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;
import io.varve.io.Varint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads varints and fields from a part of a mapped file, front to back, through a window of copied
/// bytes: single bytes are faster to take from an array than from the mapping.
///
/// Confined to one thread. The part must have been checked against its checksum before; what is
/// still wrong then is a {@link CorruptionException} all the same.
final class MappedCursor {
  /// Enough for a handful of entries.
  static final int SMALL_WINDOW = 1 << 11;

  /// For walks over whole sections.
  static final int LARGE_WINDOW = 1 << 16;

  private final MappedFile file;
  private final long end;
  private final int window;
  private byte[] bytes;
  private long bytesOffset;
  private int position;
  private int limit;
  private int fieldStart;
  private int fieldLength;

  /// @param window bytes to copy at a time
  MappedCursor(MappedFile file, long start, long end, int window) {
    this.file = file;
    this.end = end;
    this.window = window;
    this.bytes = new byte[(int) Math.min(window, end - start)];
    seek(start);
  }

  /// Goes on at another place, which lies before the end.
  void seek(long offset) {
    bytesOffset = offset;
    position = 0;
    limit = 0;
  }

  /// Offset in the file of the next byte.
  long position() {
    return bytesOffset + position;
  }

  boolean hasRemaining() {
    return position() < end;
  }

  long readUnsignedVarint() {
    int at = position;
    if (at < limit && bytes[at] >= 0) {
      position = at + 1;
      return bytes[at];
    }
    return readLongVarint();
  }

  private long readLongVarint() {
    need(Math.clamp(end - position(), 1, Varint.MAX_LENGTH));
    byte[] from = bytes;
    int at = position;
    int stop = limit;
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < stop; shift += 7) {
      byte b = from[at++];
      if (shift == 63 && b > 1) {
        break;
      }
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        position = at;
        return value;
      }
    }
    throw corrupt("a varint has more than 64 bits or is cut off");
  }

  /// Reads a length and that many bytes, which are then at {@link #fieldStart()} of {@link
  /// #bytes()} until the next read.
  void readField() {
    long length = readUnsignedVarint();
    if (length < 0 || length > end - position() || length > Integer.MAX_VALUE - Long.BYTES) {
      throw corrupt("a length of " + Long.toUnsignedString(length) + " exceeds what is left");
    }
    need((int) length);
    fieldStart = position;
    fieldLength = (int) length;
    position += fieldLength;
  }

  void skip(int length) {
    need(length);
    position += length;
  }

  byte[] bytes() {
    return bytes;
  }

  int fieldStart() {
    return fieldStart;
  }

  int fieldLength() {
    return fieldLength;
  }

  /// A copy of the last field.
  byte[] field() {
    return Arrays.copyOfRange(bytes, fieldStart, fieldStart + fieldLength);
  }

  String fieldString() {
    return new String(bytes, fieldStart, fieldLength, StandardCharsets.UTF_8);
  }

  /// Compares the last field with other bytes, as unsigned bytes.
  int compareField(byte[] other) {
    return compareField(other, other.length);
  }

  /// Compares the last field with the first {@code length} bytes of another.
  int compareField(byte[] other, int length) {
    return Arrays.compareUnsigned(bytes, fieldStart, fieldStart + fieldLength, other, 0, length);
  }

  boolean fieldStartsWith(byte[] prefix) {
    return fieldLength >= prefix.length
        && Arrays.equals(bytes, fieldStart, fieldStart + prefix.length, prefix, 0, prefix.length);
  }

  CorruptionException corrupt(String what) {
    return new CorruptionException(file.file(), position(), what);
  }

  private void need(int length) {
    if (limit - position < length) {
      fill(length);
    }
  }

  private void fill(int length) {
    bytesOffset += position;
    position = 0;
    limit = 0;
    long left = end - bytesOffset;
    if (length > left) {
      throw corrupt("needs " + length + " bytes, but only " + left + " are left");
    }
    int wanted = (int) Math.min(Math.max(length, window), left);
    if (wanted > bytes.length) {
      bytes = new byte[wanted];
    }
    file.copy(bytesOffset, bytes, 0, wanted);
    limit = wanted;
  }
}
