package io.varve.chunk;

import io.varve.model.SampleCursor;

/// Samples of any kind, encoded anew: gives chunk after chunk.
public final class ChunkRun {
  /// @param xor2 whether floats are written as {@link ChunkEncoding#XOR2}
  /// @param startTimestamps whether they are kept, in the encodings that have them
  public ChunkRun(boolean xor2, boolean startTimestamps) {}

  /// Starts on samples in order of time, from the one after the present.
  public void reset(SampleCursor samples) {
    throw new UnsupportedOperationException();
  }

  /// Encodes the next chunk.
  ///
  /// @return false if there is no sample left
  public boolean next() {
    throw new UnsupportedOperationException();
  }

  /// The chunk. Lent until the next call of {@link #next}.
  public ChunkEncoder chunk() {
    throw new UnsupportedOperationException();
  }
}
