package io.varve.chunk;

/// A chunk that still grows: what the encoders of all kinds of samples have in common. Between two
/// appends its bytes are a whole chunk.
///
/// Confined to one thread, or guarded by the lock of its series.
public sealed interface ChunkEncoder
    permits XorEncoder, Xor2Encoder, HistogramEncoder, FloatHistogramEncoder {
  /// See {@link ChunkEncoding}.
  byte encoding();

  /// Samples put so far.
  int sampleCount();

  /// The chunk, from index 0 to {@link #length()}. Lent until the next append.
  byte[] bytes();

  /// Length of the chunk in bytes.
  int length();

  /// Time of the first sample, milliseconds since the epoch; there must be one.
  long minTime();

  /// Time of the newest sample; there must be one.
  long lastTime();

  /// Forgets all samples, keeps the memory.
  void reset();

  /// Copies the chunk.
  default void copyTo(ChunkBuffer target) {
    int length = length();
    System.arraycopy(bytes(), 0, target.prepare(encoding(), length), 0, length);
  }
}
