package io.varve.chunk;

import io.varve.model.SampleCursor;

/// The samples of one XOR chunk, one by one. Decodes them in batches, since {@link XorDecoder} is
/// much faster that way. To be used again for the next chunk.
///
/// Confined to one thread. Guarded by `XorDecodeBenchmark`.
public final class XorCursor implements SampleCursor {
  /// A usual chunk has 120 samples and is decoded in one go.
  private static final int BATCH = 128;

  private final XorDecoder decoder = new XorDecoder();
  private final long[] times = new long[BATCH];
  private final double[] values = new double[BATCH];
  private int decoded;
  private int at;

  /// Goes before the first sample of a chunk. The buffer must stay as it is while it is being read.
  ///
  /// @param origin the file or series the chunk came from, for messages
  /// @param originOffset offset in {@code origin} of the first byte of the payload
  /// @throws io.varve.io.CorruptionException if there is no whole header
  public void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    decoded = 0;
    at = -1;
    decoder.reset(chunk, origin, originOffset);
  }

  /// Samples in the chunk, as its header says.
  public int sampleCount() {
    return decoder.sampleCount();
  }

  @Override
  public boolean next() {
    if (++at < decoded) {
      return true;
    }
    return nextBatch();
  }

  private boolean nextBatch() {
    at = 0;
    decoded = 0;
    decoded = decoder.decode(times, values);
    return decoded > 0;
  }

  @Override
  public boolean seek(long timestamp) {
    if (at < 0 && !next()) {
      return false;
    }
    while (at < decoded && times[at] < timestamp) {
      next();
    }
    return at < decoded;
  }

  @Override
  public long timestamp() {
    return times[at];
  }

  @Override
  public double value() {
    return values[at];
  }
}
