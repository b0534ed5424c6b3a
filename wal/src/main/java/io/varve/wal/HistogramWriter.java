package io.varve.wal;

import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;

/// Writes a histogram as {@link RecordFormat} has it. Static and stateless.
final class HistogramWriter {
  private HistogramWriter() {}

  static void write(HeapByteSink sink, NativeHistogram histogram) {
    sink.putByte(histogram.counterReset().number());
    sink.putVarint(histogram.schema());
    putDouble(sink, histogram.zeroThreshold());
    switch (histogram) {
      case Histogram whole -> writeWhole(sink, whole);
      case FloatHistogram floats -> writeFloats(sink, floats);
    }
    if (HistogramSchema.isCustom(histogram.schema())) {
      putDoubles(sink, histogram.customValues());
    }
  }

  private static void writeWhole(HeapByteSink sink, Histogram histogram) {
    sink.putUnsignedVarint(histogram.zeroCount());
    sink.putUnsignedVarint(histogram.count());
    putDouble(sink, histogram.sum());
    putSpans(sink, histogram.positiveSpans());
    putSpans(sink, histogram.negativeSpans());
    putDeltas(sink, histogram.positiveBuckets());
    putDeltas(sink, histogram.negativeBuckets());
  }

  private static void writeFloats(HeapByteSink sink, FloatHistogram histogram) {
    putDouble(sink, histogram.zeroCount());
    putDouble(sink, histogram.count());
    putDouble(sink, histogram.sum());
    putSpans(sink, histogram.positiveSpans());
    putSpans(sink, histogram.negativeSpans());
    putDoubles(sink, histogram.positiveBuckets());
    putDoubles(sink, histogram.negativeBuckets());
  }

  private static void putSpans(HeapByteSink sink, Spans spans) {
    sink.putUnsignedVarint(spans.count());
    for (int i = 0; i < spans.count(); i++) {
      sink.putVarint(spans.offset(i));
      sink.putUnsignedVarint(spans.length(i));
    }
  }

  private static void putDeltas(HeapByteSink sink, long[] deltas) {
    sink.putUnsignedVarint(deltas.length);
    for (long delta : deltas) {
      sink.putVarint(delta);
    }
  }

  private static void putDoubles(HeapByteSink sink, double[] values) {
    sink.putUnsignedVarint(values.length);
    for (double value : values) {
      putDouble(sink, value);
    }
  }

  private static void putDouble(HeapByteSink sink, double value) {
    sink.putLong(Double.doubleToRawLongBits(value));
  }
}
