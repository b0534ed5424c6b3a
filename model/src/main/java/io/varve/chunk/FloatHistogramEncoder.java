package io.varve.chunk;

import io.varve.model.FloatHistogram;

/// stub
public final class FloatHistogramEncoder implements ChunkEncoder {
  /// @param startTimestamps whether to write them, in the encoding that has them
  public FloatHistogramEncoder(boolean startTimestamps) {}

  /// Adds a sample, if it fits into this chunk; always if it is the first.
  ///
  /// @param st start timestamp, milliseconds since the epoch; 0 if not known
  /// @param histogram valid
  public ChunkAppend append(long st, long t, FloatHistogram histogram) {
    throw new UnsupportedOperationException();
  }

  /// Starts the next chunk of the same series with a sample, after {@link #append} refused it or
  /// because the chunk is to end here. The header says what is known about a counter reset between
  /// both chunks.
  public void startNext(long st, long t, FloatHistogram histogram) {
    throw new UnsupportedOperationException();
  }

  /// The newest sample, as it was put; there must be one.
  public FloatHistogram last() {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte encoding() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int sampleCount() {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] bytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int length() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long minTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long lastTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException();
  }
}
