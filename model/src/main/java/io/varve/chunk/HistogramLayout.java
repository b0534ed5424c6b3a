package io.varve.chunk;

import static io.varve.chunk.HistogramFormat.BOUND_UNITS;
import static io.varve.chunk.HistogramFormat.FULL_THRESHOLD;
import static io.varve.chunk.HistogramFormat.MAX_BOUND;
import static io.varve.chunk.HistogramFormat.MAX_BUCKETS;
import static io.varve.chunk.HistogramFormat.MAX_THRESHOLD;
import static io.varve.chunk.HistogramFormat.THRESHOLD_BIAS;

import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;

/// What all histograms of a chunk have in common: which buckets there are. Reads and writes itself
/// as {@link HistogramFormat} says. Immutable.
@SuppressWarnings("ArrayRecordComponent") // shared with the histograms, which lend it
record HistogramLayout(
    int schema, double zeroThreshold, Spans positive, Spans negative, double[] customValues) {
  private static final double[] NO_VALUES = {};

  static final HistogramLayout EMPTY = new HistogramLayout(0, 0, Spans.NONE, Spans.NONE, NO_VALUES);

  /// Bits that a span takes at least.
  private static final int MIN_SPAN_BITS = 2;

  /// Bits that a bound takes at least.
  private static final int MIN_BOUND_BITS = 5;

  static HistogramLayout of(NativeHistogram histogram) {
    return new HistogramLayout(
        histogram.schema(),
        histogram.zeroThreshold(),
        histogram.positiveSpans(),
        histogram.negativeSpans(),
        histogram.customValues());
  }

  /// Buckets of both sides.
  int buckets() {
    return positive.buckets() + negative.buckets();
  }

  /// Whether a histogram has the same bounds wherever both have a bucket.
  boolean hasBoundsOf(NativeHistogram histogram) {
    return schema == histogram.schema() && zeroThreshold == histogram.zeroThreshold();
  }

  /// Whether a histogram of the same schema has the same custom bounds, if they have any.
  boolean hasCustomValuesOf(NativeHistogram histogram) {
    if (!HistogramSchema.isCustom(schema)) {
      return true;
    }
    double[] others = histogram.customValues();
    boolean same = customValues.length == others.length;
    for (int i = 0; same && i < others.length; i++) {
      same = customValues[i] == others[i];
    }
    return same;
  }

  void write(BitWriter out) {
    writeThreshold(out, zeroThreshold);
    out.putVarbit(schema);
    writeSpans(out, positive);
    writeSpans(out, negative);
    if (HistogramSchema.isCustom(schema)) {
      out.putUvarbit(customValues.length);
      for (double bound : customValues) {
        writeBound(out, bound);
      }
    }
  }

  private static void writeThreshold(BitWriter out, double threshold) {
    int exponent = Math.getExponent(threshold) + THRESHOLD_BIAS;
    if (threshold == 0) {
      out.put(0, Byte.SIZE);
    } else if (exponent >= 1
        && exponent <= MAX_THRESHOLD
        && threshold == Math.scalb(1.0, exponent - THRESHOLD_BIAS)) {
      out.put(exponent, Byte.SIZE);
    } else {
      out.put(FULL_THRESHOLD, Byte.SIZE);
      out.put(Double.doubleToRawLongBits(threshold), Long.SIZE);
    }
  }

  private static void writeSpans(BitWriter out, Spans spans) {
    out.putUvarbit(spans.count());
    for (int i = 0; i < spans.count(); i++) {
      out.putUvarbit(spans.length(i));
      out.putVarbit(spans.offset(i));
    }
  }

  private static void writeBound(BitWriter out, double bound) {
    double units = bound * BOUND_UNITS;
    long whole = Math.round(units);
    if (units >= 0 && units <= MAX_BOUND && bound == whole / BOUND_UNITS) {
      out.putUvarbit(whole + 1);
    } else {
      out.put(0, 1);
      out.put(Double.doubleToRawLongBits(bound), Long.SIZE);
    }
  }

  /// @param bucketBits bits that a bucket takes at least in the first sample
  /// @throws io.varve.io.CorruptionException if it breaks the format, or there is not so much of
  ///   the chunk left as the buckets need
  static HistogramLayout read(BitReader in, int bucketBits) {
    double zeroThreshold = readThreshold(in);
    long schema = in.takeVarbit();
    if (schema != (int) schema || !HistogramSchema.isKnown((int) schema)) {
      throw in.corrupt("a histogram chunk has the unknown schema " + schema);
    }
    Spans positive = readSpans(in, bucketBits);
    Spans negative = readSpans(in, bucketBits);
    double[] bounds = HistogramSchema.isCustom((int) schema) ? readBounds(in) : NO_VALUES;
    var layout = new HistogramLayout((int) schema, zeroThreshold, positive, negative, bounds);
    requireRoom(in, (long) positive.buckets() + negative.buckets(), bucketBits);
    return layout;
  }

  private static double readThreshold(BitReader in) {
    int exponent = (int) in.take(Byte.SIZE);
    if (exponent == 0) {
      return 0;
    }
    return exponent == FULL_THRESHOLD
        ? Double.longBitsToDouble(in.take(Long.SIZE))
        : Math.scalb(1.0, exponent - THRESHOLD_BIAS);
  }

  private static Spans readSpans(BitReader in, int bucketBits) {
    int count = readCount(in, MIN_SPAN_BITS, "spans");
    if (count == 0) {
      return Spans.NONE;
    }
    int[] offsets = new int[count];
    int[] lengths = new int[count];
    long buckets = 0;
    for (int i = 0; i < count; i++) {
      long length = in.takeUvarbit();
      buckets += length;
      requireRoom(in, length, bucketBits);
      requireRoom(in, buckets, bucketBits);
      lengths[i] = (int) length;
      long offset = in.takeVarbit();
      offsets[i] = (int) offset;
      if (offset != offsets[i]) {
        throw in.corrupt("a span of a histogram chunk has the offset " + offset);
      }
    }
    return new Spans(offsets, lengths);
  }

  private static double[] readBounds(BitReader in) {
    double[] bounds = new double[readCount(in, MIN_BOUND_BITS, "bounds")];
    for (int i = 0; i < bounds.length; i++) {
      long units = in.takeUvarbit();
      bounds[i] =
          units == 0
              ? Double.longBitsToDouble(in.take(Long.SIZE))
              : unsigned(units - 1) / BOUND_UNITS;
    }
    return bounds;
  }

  private static double unsigned(long n) {
    return n >= 0 ? n : ((n >>> 1) | (n & 1)) * 2.0;
  }

  private static int readCount(BitReader in, int bits, String what) {
    long count = in.takeUvarbit();
    if (count < 0 || count > in.remaining() / bits || count > MAX_BUCKETS) {
      throw in.corrupt(
          "a histogram chunk cannot have " + Long.toUnsignedString(count) + " " + what);
    }
    return (int) count;
  }

  private static void requireRoom(BitReader in, long buckets, int bucketBits) {
    if (buckets < 0 || buckets > MAX_BUCKETS || buckets > in.remaining() / bucketBits) {
      throw in.corrupt(
          "a histogram chunk cannot have " + Long.toUnsignedString(buckets) + " buckets");
    }
  }
}
