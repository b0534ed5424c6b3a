package io.varve.wal;

import static io.varve.wal.RecordFormat.MIN_SPAN;

import io.varve.io.ByteReader;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import org.jspecify.annotations.Nullable;

/// Reads a histogram as {@link RecordFormat} has it, whatever its schema. Counts are bounded by the
/// bytes left before anything is allocated. Static and stateless.
final class HistogramReader {
  private static final double[] NO_VALUES = {};
  private static final long[] NO_DELTAS = {};

  private HistogramReader() {}

  static Histogram read(ByteReader in) {
    CounterReset reset = CounterReset.of(in.readByte());
    int schema = readSchema(in);
    double zeroThreshold = readDouble(in);
    long zeroCount = in.readUnsignedVarint();
    long count = in.readUnsignedVarint();
    double sum = readDouble(in);
    Spans positive = readSpans(in);
    Spans negative = readSpans(in);
    return new Histogram(
        reset,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        readDeltas(in),
        readDeltas(in),
        readBounds(in, schema));
  }

  static FloatHistogram readFloat(ByteReader in) {
    CounterReset reset = CounterReset.of(in.readByte());
    int schema = readSchema(in);
    double zeroThreshold = readDouble(in);
    double zeroCount = readDouble(in);
    double count = readDouble(in);
    double sum = readDouble(in);
    Spans positive = readSpans(in);
    Spans negative = readSpans(in);
    return new FloatHistogram(
        reset,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        readDoubles(in),
        readDoubles(in),
        readBounds(in, schema));
  }

  /// Why nobody can take the histogram, or null if all is well.
  static @Nullable String problem(NativeHistogram histogram) {
    if (!HistogramSchema.isKnown(histogram.schema())) {
      return "schema " + histogram.schema() + " is not known";
    }
    return switch (histogram) {
      case Histogram h -> mismatch(h, h.positiveBuckets().length, h.negativeBuckets().length);
      case FloatHistogram h -> mismatch(h, h.positiveBuckets().length, h.negativeBuckets().length);
    };
  }

  private static @Nullable String mismatch(NativeHistogram h, int positive, int negative) {
    if (h.positiveSpans().buckets() == positive && h.negativeSpans().buckets() == negative) {
      return null;
    }
    return "spans of %d and %d buckets, but %d and %d are there"
        .formatted(h.positiveSpans().buckets(), h.negativeSpans().buckets(), positive, negative);
  }

  private static int readSchema(ByteReader in) {
    long schema = in.readVarint();
    if (schema != (int) schema) {
      throw in.corrupt("a histogram has the schema " + schema);
    }
    return (int) schema;
  }

  private static Spans readSpans(ByteReader in) {
    int count = in.readLength(MIN_SPAN);
    if (count == 0) {
      return Spans.NONE;
    }
    int[] offsets = new int[count];
    int[] lengths = new int[count];
    int buckets = 0;
    for (int i = 0; i < count; i++) {
      long offset = in.readVarint();
      long length = in.readUnsignedVarint();
      if (offset != (int) offset || length < 0 || length > Integer.MAX_VALUE - buckets) {
        throw in.corrupt(
            "a span of " + Long.toUnsignedString(length) + " buckets at offset " + offset);
      }
      offsets[i] = (int) offset;
      lengths[i] = (int) length;
      buckets += (int) length;
    }
    return new Spans(offsets, lengths);
  }

  private static long[] readDeltas(ByteReader in) {
    int count = in.readLength(1);
    long[] deltas = count == 0 ? NO_DELTAS : new long[count];
    for (int i = 0; i < count; i++) {
      deltas[i] = in.readVarint();
    }
    return deltas;
  }

  private static double[] readBounds(ByteReader in, int schema) {
    return HistogramSchema.isCustom(schema) ? readDoubles(in) : NO_VALUES;
  }

  private static double[] readDoubles(ByteReader in) {
    int count = in.readLength(Double.BYTES);
    double[] values = count == 0 ? NO_VALUES : new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = readDouble(in);
    }
    return values;
  }

  private static double readDouble(ByteReader in) {
    return Double.longBitsToDouble(in.readLong());
  }
}
