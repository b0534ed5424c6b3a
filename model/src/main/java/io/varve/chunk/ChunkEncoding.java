package io.varve.chunk;

/// The encoding byte of a chunk, as stored in block and head chunk files and sent over remote read.
public final class ChunkEncoding {
  /// Gorilla XOR: float samples. See {@link XorFormat}.
  public static final byte XOR = 1;

  /// Native histograms with whole counts.
  public static final byte HISTOGRAM = 2;

  /// Native histograms with counts that need not be whole.
  public static final byte FLOAT_HISTOGRAM = 3;

  /// Float samples, denser, with start timestamps.
  public static final byte XOR2 = 4;

  /// As {@link #HISTOGRAM}, with start timestamps.
  public static final byte HISTOGRAM_ST = 5;

  /// As {@link #FLOAT_HISTOGRAM}, with start timestamps.
  public static final byte FLOAT_HISTOGRAM_ST = 6;

  private ChunkEncoding() {}
}
