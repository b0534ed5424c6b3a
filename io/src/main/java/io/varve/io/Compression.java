package io.varve.io;

import java.io.IOException;
import org.xerial.snappy.Snappy;

/// How a WAL record or an HTTP body is compressed. Stateless.
public enum Compression {
  NONE,
  /// The block format of Snappy, never the framed one.
  SNAPPY;

  /// Room needed for the compressed form of {@code length} bytes, in bytes.
  public int maxCompressedLength(int length) {
    return switch (this) {
      case NONE -> length;
      case SNAPPY -> Snappy.maxCompressedLength(length);
    };
  }

  /// Compresses into {@code target}, which has room for {@link #maxCompressedLength} bytes from
  /// {@code targetOffset}.
  ///
  /// @return bytes written
  public int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    switch (this) {
      case NONE -> System.arraycopy(source, offset, target, targetOffset, length);
      case SNAPPY -> {
        try {
          return Snappy.compress(source, offset, length, target, targetOffset);
        } catch (IOException e) {
          throw new IllegalStateException("snappy failed to compress " + length + " bytes", e);
        }
      }
    }
    return length;
  }

  /// Length of the original as the compressed bytes declare it, without decompressing: check it
  /// against a limit before allocating.
  ///
  /// @return bytes, or -1 if the bytes are no compressed block
  public long decompressedLength(byte[] source, int offset, int length) {
    switch (this) {
      case NONE -> {
        return length;
      }
      case SNAPPY -> {
        return snappyLength(source, offset, length);
      }
    }
    throw new AssertionError(this);
  }

  /// Snappy's preamble: the length of the original as an unsigned varint of at most 32 bits.
  private static long snappyLength(byte[] source, int offset, int length) {
    long value = 0;
    for (int i = 0; i < Math.min(length, 5); i++) {
      byte b = source[offset + i];
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        return value <= 0xffff_ffffL ? value : -1;
      }
    }
    return -1;
  }

  /// Decompresses into {@code target}, which has room for {@link #decompressedLength} bytes.
  ///
  /// @return bytes written, or -1 if the source is damaged
  public int decompress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    switch (this) {
      case NONE -> {
        System.arraycopy(source, offset, target, targetOffset, length);
        return length;
      }
      case SNAPPY -> {
        long expected = snappyLength(source, offset, length);
        if (expected < 0 || expected > target.length - targetOffset) {
          return -1;
        }
        try {
          int written = Snappy.uncompress(source, offset, length, target, targetOffset);
          return written == expected ? written : -1;
        } catch (IOException e) {
          return -1;
        }
      }
    }
    throw new AssertionError(this);
  }
}
