package io.varve.chunk;

import io.varve.model.SampleKind;

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

  /// The encoding for new chunks of samples of a kind.
  ///
  /// @param xor2 whether floats are written as {@link #XOR2}
  /// @param startTimestamps whether histograms are written with start timestamps
  public static byte of(SampleKind kind, boolean xor2, boolean startTimestamps) {
    return switch (kind) {
      case FLOAT -> xor2 ? XOR2 : XOR;
      case HISTOGRAM -> startTimestamps ? HISTOGRAM_ST : HISTOGRAM;
      case FLOAT_HISTOGRAM -> startTimestamps ? FLOAT_HISTOGRAM_ST : FLOAT_HISTOGRAM;
    };
  }
}
