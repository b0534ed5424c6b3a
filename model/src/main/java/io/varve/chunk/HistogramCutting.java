package io.varve.chunk;

/// stub
public final class HistogramCutting {
  /// A chunk starts at {@code t} because {@link #mustCut} said so, or as the first one.
  ///
  /// @param chunkRange milliseconds
  public void start(long t, long chunkRange) {
    throw new UnsupportedOperationException();
  }

  /// A chunk starts at {@code t} because the encoder refused the sample.
  public void startRefused(long t, long chunkRange) {
    throw new UnsupportedOperationException();
  }

  /// Whether a sample at {@code t} must go to a new chunk. To be asked once before each append.
  ///
  /// @param chunk the present one, with a sample at least
  public boolean mustCut(ChunkEncoder chunk, long t) {
    throw new UnsupportedOperationException();
  }
}
