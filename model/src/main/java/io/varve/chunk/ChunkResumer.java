package io.varve.chunk;

import io.varve.io.CorruptionException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes encoders that go on with chunks of any encoding, as if they had written them. To be used
/// for chunk after chunk. Confined to one thread.
public final class ChunkResumer {
  private final ChunkBuffer buffer = new ChunkBuffer();
  private final XorDecoder xor = new XorDecoder();
  private @Nullable Xor2Cursor xor2;

  /// An encoder with all samples of a chunk, whose bytes are those of the chunk.
  ///
  /// @param origin what the chunk came from, for messages
  /// @throws CorruptionException if the chunk cannot be decoded, has no sample, or is one that no
  ///   encoder here would have written
  public ChunkEncoder resume(
      byte encoding, byte[] bytes, int offset, int length, Object origin, long originOffset) {
    System.arraycopy(bytes, offset, buffer.prepare(encoding, length), 0, length);
    ChunkEncoder encoder = resume(encoding, origin, originOffset);
    if (encoder.sampleCount() == 0) {
      throw new CorruptionException(origin, originOffset, "an open chunk has no sample");
    }
    if (!Arrays.equals(encoder.bytes(), 0, encoder.length(), bytes, offset, offset + length)) {
      throw new CorruptionException(
          origin, originOffset, "an open chunk is not as it would be written");
    }
    return encoder;
  }

  private ChunkEncoder resume(byte encoding, Object origin, long originOffset) {
    return switch (encoding) {
      case ChunkEncoding.XOR -> XorEncoder.resume(xor, buffer, origin, originOffset);
      case ChunkEncoding.XOR2 -> xor2(origin, originOffset);
      case ChunkEncoding.HISTOGRAM, ChunkEncoding.HISTOGRAM_ST -> {
        var encoder = new HistogramEncoder(encoding == ChunkEncoding.HISTOGRAM_ST);
        encoder.resume(buffer, origin, originOffset);
        yield encoder;
      }
      case ChunkEncoding.FLOAT_HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
        var encoder = new FloatHistogramEncoder(encoding == ChunkEncoding.FLOAT_HISTOGRAM_ST);
        encoder.resume(buffer, origin, originOffset);
        yield encoder;
      }
      default ->
          throw new CorruptionException(
              origin, originOffset, "an open chunk has the unknown encoding " + encoding);
    };
  }

  private Xor2Encoder xor2(Object origin, long originOffset) {
    Xor2Cursor from = xor2;
    if (from == null) {
      from = new Xor2Cursor();
      xor2 = from;
    }
    from.reset(buffer, origin, originOffset);
    var encoder = new Xor2Encoder();
    while (from.next()) {
      encoder.append(from.startTimestamp(), from.timestamp(), from.value());
    }
    return encoder;
  }
}
