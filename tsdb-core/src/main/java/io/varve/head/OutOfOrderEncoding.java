package io.varve.head;

import io.varve.chunk.ChunkAppend;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.FloatHistogramEncoder;
import io.varve.chunk.HistogramEncoder;
import io.varve.chunk.Xor2Encoder;
import io.varve.chunk.XorEncoder;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleKind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes chunks of the samples of an {@link OutOfOrderBuffer}, as Prometheus does: mostly one; a
/// next one where the kind of sample changes, and where an encoder of histograms refuses one.
/// Static and stateless.
final class OutOfOrderEncoding {
  private OutOfOrderEncoding() {}

  /// @param target takes each chunk; lent for the time of the call
  static void encode(OutOfOrderBuffer samples, Chunking chunking, Consumer<ChunkEncoder> target) {
    ChunkEncoder open = null;
    SampleKind kind = null;
    for (int i = 0; i < samples.size(); i++) {
      NativeHistogram histogram = samples.histogram(i);
      SampleKind own = kind(histogram);
      if (open == null || kind != own) {
        if (open != null) {
          target.accept(open);
        }
        open = chunking.encoder(own);
        kind = own;
      }
      put(open, samples, i, histogram, target);
    }
    if (open != null) {
      target.accept(open);
    }
  }

  private static SampleKind kind(@Nullable NativeHistogram histogram) {
    return switch (histogram) {
      case null -> SampleKind.FLOAT;
      case Histogram ignored -> SampleKind.HISTOGRAM;
      case FloatHistogram ignored -> SampleKind.FLOAT_HISTOGRAM;
    };
  }

  private static void put(
      ChunkEncoder encoder,
      OutOfOrderBuffer samples,
      int index,
      @Nullable NativeHistogram histogram,
      Consumer<ChunkEncoder> target) {
    long start = samples.start(index);
    long t = samples.time(index);
    switch (encoder) {
      case XorEncoder xor -> xor.append(t, samples.value(index));
      case Xor2Encoder xor2 -> xor2.append(start, t, samples.value(index));
      case HistogramEncoder whole -> {
        var h = (Histogram) histogram;
        if (h != null && whole.append(start, t, h) == ChunkAppend.NEW_CHUNK) {
          target.accept(whole);
          whole.startNext(start, t, h);
        }
      }
      case FloatHistogramEncoder floats -> {
        var h = (FloatHistogram) histogram;
        if (h != null && floats.append(start, t, h) == ChunkAppend.NEW_CHUNK) {
          target.accept(floats);
          floats.startNext(start, t, h);
        }
      }
    }
  }
}
