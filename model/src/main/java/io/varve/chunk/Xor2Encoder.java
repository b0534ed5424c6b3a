package io.varve.chunk;



/// stub
public final class Xor2Encoder implements ChunkEncoder {
  /// @param st start timestamp, milliseconds since the epoch; 0 if not known
  /// @throws IllegalStateException if there are already 65535 samples
  public void append(long st, long t, double v) {
    throw new UnsupportedOperationException();
  }

  /// Bits of the newest value; there must be one.
  public long lastValueBits() {
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
