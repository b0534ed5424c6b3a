package io.varve.io;

import java.io.IOException;
import org.xerial.snappy.Snappy;

/// How a WAL record or an HTTP body is compressed. Stateless.
public enum Compression {
  NONE,
  /// The block format of Snappy, never the framed one.
  SNAPPY,
  /// Frames of Zstandard.
  ZSTD;

  /// Bytes of the longest preamble of a Snappy block.
  private static final int MAX_PREAMBLE = 5;

  /// Room needed for the compressed form of {@code length} bytes, in bytes.
  public int maxCompressedLength(int length) {
    return switch (this) {
      case NONE -> length;
      case SNAPPY -> Snappy.maxCompressedLength(length);
      case ZSTD -> ZstdFrames.maxLength(length);
    };
  }

  /// Compresses into {@code target}, which has room for {@link #maxCompressedLength} bytes from
  /// {@code targetOffset}.
  ///
  /// @return bytes written
  public int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    return switch (this) {
      case NONE -> copy(source, offset, length, target, targetOffset);
      case SNAPPY -> snappyCompress(source, offset, length, target, targetOffset);
      case ZSTD -> ZstdFrames.compress(source, offset, length, target, targetOffset);
    };
  }

  /// Length of the original as the compressed bytes declare it, without decompressing: check it
  /// against a limit before allocating.
  ///
  /// @return bytes, or -1 if they are no compressed block or, with zstd, do not say; {@link
  ///   Decompressor} does without
  public long decompressedLength(byte[] source, int offset, int length) {
    return switch (this) {
      case NONE -> length;
      case SNAPPY -> snappyLength(source, offset, length);
      case ZSTD -> ZstdFrames.length(source, offset, length);
    };
  }

  /// Decompresses into {@code target} from {@code targetOffset}.
  ///
  /// @return bytes written, or -1 if the source is damaged or does not fit
  public int decompress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    return switch (this) {
      case NONE ->
          length > target.length - targetOffset
              ? -1
              : copy(source, offset, length, target, targetOffset);
      case SNAPPY -> snappyDecompress(source, offset, length, target, targetOffset);
      case ZSTD ->
          Math.max(-1, ZstdFrames.decompress(source, offset, length, target, targetOffset));
    };
  }

  private static int copy(byte[] source, int offset, int length, byte[] target, int targetOffset) {
    System.arraycopy(source, offset, target, targetOffset, length);
    return length;
  }

  private static int snappyCompress(
      byte[] source, int offset, int length, byte[] target, int targetOffset) {
    try {
      return Snappy.compress(source, offset, length, target, targetOffset);
    } catch (IOException e) {
      throw new IllegalStateException("snappy failed to compress " + length + " bytes", e);
    }
  }

  /// Snappy's preamble: the length of the original as an unsigned varint of at most 32 bits.
  private static long snappyLength(byte[] source, int offset, int length) {
    long value = 0;
    for (int i = 0; i < Math.min(length, MAX_PREAMBLE); i++) {
      byte b = source[offset + i];
      value |= (b & 0x7fL) << (7 * i);
      if (b >= 0) {
        return value <= 0xffff_ffffL ? value : -1;
      }
    }
    return -1;
  }

  /// The native code trusts that the target has room for the length in the preamble.
  private static int snappyDecompress(
      byte[] source, int offset, int length, byte[] target, int targetOffset) {
    long expected = snappyLength(source, offset, length);
    if (expected < 0 || expected > target.length - targetOffset) {
      return -1;
    }
    try {
      return Snappy.uncompress(source, offset, length, target, targetOffset);
    } catch (IOException e) {
      return -1;
    }
  }
}
