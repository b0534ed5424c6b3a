package io.varve.chunk;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;

/// stub
public final class ChunkCursor implements SampleCursor {
  /// Goes before the first sample of a chunk. The buffer must stay as it is while it is being read.
  ///
  /// @param origin the file or series the chunk came from, for messages
  /// @param originOffset offset in {@code origin} of the first byte of the payload
  /// @throws io.varve.io.CorruptionException if the encoding is not known or there is no whole header
  public void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    throw new UnsupportedOperationException();
  }

  /// Samples in the chunk, as its header says.
  public int sampleCount() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean next() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean seek(long timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long timestamp() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SampleKind kind() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long startTimestamp() {
    throw new UnsupportedOperationException();
  }

  @Override
  public double value() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Histogram histogram() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FloatHistogram floatHistogram() {
    throw new UnsupportedOperationException();
  }
}
