package io.varve.head;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.CorruptionException;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleKind;
import org.jspecify.annotations.Nullable;

/// The newest sample of a full chunk.
///
/// @param valueBits of a float
/// @param histogram of another kind
record LastSample(SampleKind kind, long valueBits, @Nullable NativeHistogram histogram) {
  /// @param origin where the chunk came from, for messages
  /// @throws CorruptionException if there is none
  static LastSample of(ChunkBuffer chunk, Object origin, long offset) {
    var cursor = new ChunkCursor();
    cursor.reset(chunk, origin, offset);
    boolean found = false;
    for (int i = cursor.sampleCount(); i > 0; i--) {
      found = cursor.next();
    }
    if (!found) {
      throw new CorruptionException(origin, offset, "a full chunk has no last sample");
    }
    return switch (cursor.kind()) {
      case FLOAT ->
          new LastSample(SampleKind.FLOAT, Double.doubleToRawLongBits(cursor.value()), null);
      case HISTOGRAM -> new LastSample(SampleKind.HISTOGRAM, 0, cursor.histogram());
      case FLOAT_HISTOGRAM ->
          new LastSample(SampleKind.FLOAT_HISTOGRAM, 0, cursor.floatHistogram());
    };
  }

  boolean is(double value) {
    return kind == SampleKind.FLOAT && valueBits == Double.doubleToRawLongBits(value);
  }

  boolean is(NativeHistogram other) {
    return other.equals(histogram);
  }
}
