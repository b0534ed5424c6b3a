package io.varve.chunk;

/// The encoding byte of a chunk, as stored in block and head chunk files and sent over remote read.
public final class ChunkEncoding {
  /// Gorilla XOR: float samples. See {@link XorFormat}.
  public static final byte XOR = 1;

  private ChunkEncoding() {}
}
