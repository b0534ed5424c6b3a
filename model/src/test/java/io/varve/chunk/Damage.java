package io.varve.chunk;

import io.varve.io.CorruptionException;
import io.varve.model.FloatHistogram;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.List;

/// What can be read of a chunk that may be damaged.
///
/// @param samples those before the damage, as text
/// @param buckets the most that one of them has
record Damage(List<String> samples, int buckets, boolean corrupt) {
  static Damage read(byte encoding, byte[] chunk) {
    List<String> samples = new ArrayList<>();
    int buckets = 0;
    var cursor = new ChunkCursor();
    try {
      cursor.reset(ChunkVectorsTest.buffer(encoding, chunk), "chunk", 0);
      while (cursor.next()) {
        String sample = cursor.timestamp() + " " + cursor.startTimestamp() + " ";
        if (cursor.kind() == SampleKind.FLOAT) {
          samples.add(sample + Double.doubleToRawLongBits(cursor.value()));
          continue;
        }
        FloatHistogram histogram = cursor.floatHistogram();
        buckets =
            Math.max(
                buckets, histogram.positiveSpans().buckets() + histogram.negativeSpans().buckets());
        samples.add(sample + (buckets < 1000 ? histogram : ""));
      }
    } catch (CorruptionException e) {
      return new Damage(samples, buckets, true);
    }
    return new Damage(samples, buckets, false);
  }
}
