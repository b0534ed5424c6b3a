package io.varve.compact;

import io.varve.block.BlockWriter;
import io.varve.block.ChunkHeader;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkRun;
import io.varve.io.CorruptionException;
import io.varve.model.SampleCursor;
import java.io.IOException;

/// Puts chunks into the present series of a block, as they are or encoded anew. Confined to one
/// thread.
final class ChunkOutput {
  private final BlockWriter block;
  private final ChunkRun encoded;

  /// @param block takes the chunks; stays the caller's
  /// @param encoded encodes anew
  ChunkOutput(BlockWriter block, ChunkRun encoded) {
    this.block = block;
    this.encoded = encoded;
  }

  /// Whether chunks of an encoding may be copied.
  boolean copies(byte encoding) {
    return encoded.writes(encoding);
  }

  /// Puts a chunk as it is; one without samples is left out.
  ///
  /// @param origin what it belongs to, for messages
  /// @param first time of its first sample
  /// @param last time of its last sample
  void copy(ChunkBuffer chunk, Object origin, long first, long last) throws IOException {
    byte encoding = chunk.encoding();
    if (!ChunkHeader.holdsFloats(encoding) && !ChunkHeader.holdsHistograms(encoding)) {
      throw new CorruptionException(origin, -1, "a chunk has the unknown encoding " + encoding);
    }
    int samples = ChunkHeader.sampleCount(chunk, origin, -1);
    if (samples > 0) {
      block.addChunk(first, last, encoding, chunk.bytes(), 0, chunk.length(), samples);
    }
  }

  /// Puts samples in chunks.
  ///
  /// @return how many chunks
  int encode(SampleCursor samples) throws IOException {
    int chunks = 0;
    encoded.reset(samples);
    while (encoded.next()) {
      chunks++;
      ChunkEncoder made = encoded.chunk();
      block.addChunk(
          made.minTime(),
          made.lastTime(),
          made.encoding(),
          made.bytes(),
          0,
          made.length(),
          made.sampleCount());
    }
    return chunks;
  }
}
