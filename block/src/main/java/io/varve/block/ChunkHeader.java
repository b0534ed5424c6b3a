package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.io.CorruptionException;

/// What can be told of a chunk without decoding it. Static and stateless.
///
/// The first 16 bits of all known encodings are big-endian and hold the number of samples; in the
/// histograms with start timestamps the upper two are the counter reset flags.
public final class ChunkHeader {
  private static final int COUNT_LENGTH = Short.BYTES;
  private static final int START_TIMESTAMPS_COUNT_MASK = (1 << 14) - 1;

  private ChunkHeader() {}

  /// The number of samples that a chunk says it has.
  ///
  /// @param origin the file or series the chunk came from, for the message
  /// @param originOffset offset in {@code origin}
  /// @throws CorruptionException if it is too short to say so
  public static int sampleCount(ChunkBuffer chunk, Object origin, long originOffset) {
    if (chunk.length() < COUNT_LENGTH) {
      throw new CorruptionException(origin, originOffset, "a chunk has no sample count");
    }
    byte[] bytes = chunk.bytes();
    int count = (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff);
    return switch (chunk.encoding()) {
      case ChunkEncoding.HISTOGRAM_ST, ChunkEncoding.FLOAT_HISTOGRAM_ST ->
          count & START_TIMESTAMPS_COUNT_MASK;
      default -> count;
    };
  }

  /// Whether chunks of an encoding hold float samples; false for unknown ones.
  public static boolean holdsFloats(byte encoding) {
    return encoding == ChunkEncoding.XOR || encoding == ChunkEncoding.XOR2;
  }

  /// Whether chunks of an encoding hold native histograms; false for unknown ones.
  public static boolean holdsHistograms(byte encoding) {
    return switch (encoding) {
      case ChunkEncoding.HISTOGRAM,
          ChunkEncoding.FLOAT_HISTOGRAM,
          ChunkEncoding.HISTOGRAM_ST,
          ChunkEncoding.FLOAT_HISTOGRAM_ST ->
          true;
      default -> false;
    };
  }
}
