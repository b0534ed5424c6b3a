package io.varve.io;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/// LZ4 blocks, for files of our own: about as fast to write as to copy. By its native library, or
/// in Java where that cannot be loaded; the bytes may differ, readers do not mind. Thread-safe,
/// stateless.
///
/// Only the decompressor is used that is told how much room there is and believes no length in the
/// input.
public final class Lz4 {
  /// What one byte of a block stands for at most, in bytes, and what a short block has besides.
  private static final int MAX_RATIO = 255;

  private static final int SLACK = 64;

  private Lz4() {}

  /// Made when first used.
  private static final class Codec {
    static final LZ4Factory FACTORY = factory();
    static final LZ4Compressor COMPRESSOR = FACTORY.fastCompressor();
    static final LZ4SafeDecompressor DECOMPRESSOR = FACTORY.safeDecompressor();

    private static LZ4Factory factory() {
      try {
        return LZ4Factory.nativeInstance();
      } catch (LinkageError | RuntimeException e) {
        return LZ4Factory.safeInstance();
      }
    }
  }

  /// Room needed for the block of {@code length} bytes, in bytes.
  public static int maxCompressedLength(int length) {
    return Codec.COMPRESSOR.maxCompressedLength(length);
  }

  /// Whether a block of {@code compressed} bytes can be one of {@code length} bytes: to be asked
  /// before memory is taken for them.
  public static boolean isPossible(int compressed, long length) {
    return length >= 0 && length <= (long) compressed * MAX_RATIO + SLACK;
  }

  /// Compresses into {@code target}, which has room for {@link #maxCompressedLength} bytes from
  /// {@code targetOffset}.
  ///
  /// @return bytes written
  public static int compress(
      byte[] source, int offset, int length, byte[] target, int targetOffset) {
    return Codec.COMPRESSOR.compress(
        source, offset, length, target, targetOffset, target.length - targetOffset);
  }

  /// Decompresses a block of {@code room} bytes into {@code target} from {@code targetOffset}.
  ///
  /// @return whether it is sound and has as many
  public static boolean decompress(
      byte[] source, int offset, int length, byte[] target, int targetOffset, int room) {
    try {
      return Codec.DECOMPRESSOR.decompress(source, offset, length, target, targetOffset, room)
          == room;
    } catch (LZ4Exception e) {
      return false;
    }
  }
}
