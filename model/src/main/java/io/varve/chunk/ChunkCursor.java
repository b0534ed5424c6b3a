package io.varve.chunk;

import io.varve.io.CorruptionException;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import org.jspecify.annotations.Nullable;

/// The samples of one chunk of any encoding, one by one. To be used again for the next chunk: what
/// it needs to read an encoding is made when that is first met.
///
/// Confined to one thread. Chunks of encoding 1 are by far the most, so they are read without a
/// call through an interface; guarded by `XorDecodeBenchmark`.
public final class ChunkCursor implements SampleCursor {
  private final XorCursor xor = new XorCursor();
  private @Nullable Xor2Cursor xor2;
  private @Nullable HistogramCursor histograms;
  private @Nullable FloatHistogramCursor floatHistograms;

  /// Reads the present chunk unless its encoding is 1.
  private @Nullable SteppingCursor other;

  /// Goes before the first sample of a chunk. The buffer must stay as it is while it is being read.
  ///
  /// @param origin the file or series the chunk came from, for messages
  /// @param originOffset offset in {@code origin} of the first byte of the payload
  /// @throws CorruptionException if the encoding is not known or there is no whole header
  public void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    switch (chunk.encoding()) {
      case ChunkEncoding.XOR -> {
        other = null;
        xor.reset(chunk, origin, originOffset);
      }
      case ChunkEncoding.XOR2 -> {
        if (xor2 == null) {
          xor2 = new Xor2Cursor();
        }
        other = xor2;
        xor2.reset(chunk, origin, originOffset);
      }
      case ChunkEncoding.HISTOGRAM, ChunkEncoding.HISTOGRAM_ST -> {
        if (histograms == null) {
          histograms = new HistogramCursor();
        }
        other = histograms;
        histograms.reset(chunk, origin, originOffset);
      }
      case ChunkEncoding.FLOAT_HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
        if (floatHistograms == null) {
          floatHistograms = new FloatHistogramCursor();
        }
        other = floatHistograms;
        floatHistograms.reset(chunk, origin, originOffset);
      }
      default ->
          throw new CorruptionException(
              origin, originOffset, "a chunk has the unknown encoding " + chunk.encoding());
    }
  }

  /// Samples in the chunk, as its header says.
  public int sampleCount() {
    return other == null ? xor.sampleCount() : other.sampleCount();
  }

  @Override
  public boolean next() {
    return other == null ? xor.next() : other.next();
  }

  @Override
  public boolean seek(long timestamp) {
    return other == null ? xor.seek(timestamp) : other.seek(timestamp);
  }

  @Override
  public long timestamp() {
    return other == null ? xor.timestamp() : other.timestamp();
  }

  @Override
  public SampleKind kind() {
    return other == null ? SampleKind.FLOAT : other.kind();
  }

  @Override
  public long startTimestamp() {
    return other == null ? 0 : other.startTimestamp();
  }

  @Override
  public double value() {
    return other == null ? xor.value() : other.value();
  }

  @Override
  public Histogram histogram() {
    return other == null ? xor.histogram() : other.histogram();
  }

  @Override
  public FloatHistogram floatHistogram() {
    return other == null ? xor.floatHistogram() : other.floatHistogram();
  }
}
