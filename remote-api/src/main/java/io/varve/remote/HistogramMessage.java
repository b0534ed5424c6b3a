package io.varve.remote;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;

/// Puts messages `prometheus.Histogram` together, see {@link HistogramFields}. Confined to one
/// thread; made for use over and over.
final class HistogramMessage {
  private static final int INITIAL_CAPACITY = 1024;

  private final HeapByteSink message = ByteSink.onHeap(INITIAL_CAPACITY);
  private final HeapByteSink part = ByteSink.onHeap(INITIAL_CAPACITY);

  /// Adds a histogram as a field.
  ///
  /// @param field tag of the field
  /// @param t milliseconds since the epoch
  void put(HeapByteSink to, int field, long t, NativeHistogram histogram) {
    message.clear();
    // One of the two counts is always there, by which they are told apart.
    switch (histogram) {
      case Histogram whole -> {
        putVarint(HistogramFields.COUNT_INT, whole.count());
        putVarint(HistogramFields.ZERO_COUNT_INT, whole.zeroCount());
        putSpans(HistogramFields.NEGATIVE_SPAN, whole.negativeSpans());
        putDeltas(HistogramFields.NEGATIVE_DELTAS, whole.negativeBuckets());
        putSpans(HistogramFields.POSITIVE_SPAN, whole.positiveSpans());
        putDeltas(HistogramFields.POSITIVE_DELTAS, whole.positiveBuckets());
      }
      case FloatHistogram floats -> {
        putDouble(HistogramFields.COUNT_FLOAT, floats.count());
        putDouble(HistogramFields.ZERO_COUNT_FLOAT, floats.zeroCount());
        putSpans(HistogramFields.NEGATIVE_SPAN, floats.negativeSpans());
        putDoubles(HistogramFields.NEGATIVE_COUNTS, floats.negativeBuckets());
        putSpans(HistogramFields.POSITIVE_SPAN, floats.positiveSpans());
        putDoubles(HistogramFields.POSITIVE_COUNTS, floats.positiveBuckets());
      }
    }
    putDouble(HistogramFields.SUM, histogram.sum());
    putVarint(HistogramFields.SCHEMA, Varint.zigZag(histogram.schema()));
    putDouble(HistogramFields.ZERO_THRESHOLD, histogram.zeroThreshold());
    putVarint(HistogramFields.RESET_HINT, histogram.counterReset().number());
    putVarint(HistogramFields.TIMESTAMP, t);
    putDoubles(HistogramFields.CUSTOM_VALUES, histogram.customValues());
    putPart(to, field, message);
  }

  private void putVarint(int tag, long value) {
    message.putUnsignedVarint(tag);
    message.putUnsignedVarint(value);
  }

  private void putDouble(int tag, double value) {
    message.putUnsignedVarint(tag);
    putLittleEndian(message, value);
  }

  private void putSpans(int tag, Spans spans) {
    for (int i = 0; i < spans.count(); i++) {
      part.clear();
      part.putUnsignedVarint(HistogramFields.SPAN_OFFSET);
      part.putUnsignedVarint(Varint.zigZag(spans.offset(i)));
      part.putUnsignedVarint(HistogramFields.SPAN_LENGTH);
      part.putUnsignedVarint(spans.length(i));
      putPart(message, tag, part);
    }
  }

  private void putDeltas(int tag, long[] deltas) {
    part.clear();
    for (long delta : deltas) {
      part.putUnsignedVarint(Varint.zigZag(delta));
    }
    putList(tag);
  }

  private void putDoubles(int tag, double[] values) {
    part.clear();
    for (double value : values) {
      putLittleEndian(part, value);
    }
    putList(tag);
  }

  private void putList(int tag) {
    if (part.length() > 0) {
      putPart(message, tag, part);
    }
  }

  private static void putPart(HeapByteSink to, int tag, HeapByteSink content) {
    to.putUnsignedVarint(tag);
    to.putUnsignedVarint(content.length());
    to.putBytes(content.array(), 0, content.length());
  }

  private static void putLittleEndian(HeapByteSink to, double value) {
    to.putLong(Long.reverseBytes(Double.doubleToRawLongBits(value)));
  }
}
