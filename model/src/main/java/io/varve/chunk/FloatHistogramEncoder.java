package io.varve.chunk;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.SampleValue;
import java.util.Arrays;

/// Writes one chunk of native histograms with counts as floats, see {@link HistogramFormat}, sample
/// by sample. Between two appends its bytes are a whole chunk.
///
/// Confined to one thread, or guarded by the lock of its series.
public final class FloatHistogramEncoder extends NativeHistogramEncoder<FloatHistogram>
    implements ChunkEncoder {
  // Places in `values`.
  private static final int COUNT = 0;
  private static final int ZERO_COUNT = 1;
  private static final int SUM = 2;
  private static final int BUCKETS = 3;

  /// Bits of the floats of the newest sample, in the order they are put in.
  private long[] values = new long[BUCKETS];

  /// The window of each, see {@link BitWriter#putChange}.
  private short[] windows = new short[BUCKETS];

  /// @param startTimestamps whether to write them, in the encoding that has them
  public FloatHistogramEncoder(boolean startTimestamps) {
    super(startTimestamps);
  }

  @Override
  public byte encoding() {
    return hasStartTimestamps() ? ChunkEncoding.FLOAT_HISTOGRAM_ST : ChunkEncoding.FLOAT_HISTOGRAM;
  }

  /// The newest sample, with buckets for all of the chunk; there must be one. Says nothing about
  /// counter resets.
  public FloatHistogram last() {
    requireSample();
    if (isStale()) {
      return FloatHistogram.STALE;
    }
    HistogramLayout layout = layout();
    double[] floats = new double[values.length];
    Arrays.setAll(floats, this::value);
    int negative = BUCKETS + layout.positive().buckets();
    return new FloatHistogram(
        CounterReset.UNKNOWN,
        layout.schema(),
        layout.zeroThreshold(),
        floats[ZERO_COUNT],
        floats[COUNT],
        floats[SUM],
        layout.positive(),
        layout.negative(),
        Arrays.copyOfRange(floats, BUCKETS, negative),
        Arrays.copyOfRange(floats, negative, floats.length),
        layout.customValues());
  }

  private double value(int at) {
    return Double.longBitsToDouble(values[at]);
  }

  @Override
  FloatHistogram stale() {
    return FloatHistogram.STALE;
  }

  @Override
  boolean isStale() {
    return values[SUM] == SampleValue.STALE_NAN_BITS;
  }

  @Override
  boolean countFell(FloatHistogram histogram) {
    return histogram.count() < value(COUNT);
  }

  @Override
  boolean zeroCountFell(FloatHistogram histogram) {
    return histogram.zeroCount() < value(ZERO_COUNT);
  }

  @Override
  boolean lost(FloatHistogram histogram, SpanUnion positive, SpanUnion negative) {
    int from = BUCKETS + layout().positive().buckets();
    return lost(BUCKETS, from, histogram.positiveBuckets(), positive)
        || lost(from, values.length, histogram.negativeBuckets(), negative);
  }

  private boolean lost(int from, int to, double[] present, SpanUnion union) {
    int[] first = union.first();
    int[] second = union.second();
    boolean inPlace = first.length == 0 && second.length == 0;
    int at = 0;
    for (int i = from; i < to; i++) {
      int place = inPlace ? i - from : first[i - from];
      while (at < present.length && (inPlace ? at : second[at]) < place) {
        at++;
      }
      if (at < present.length && (inPlace ? at : second[at]) == place) {
        if (value(i) > present[at++]) {
          return true;
        }
      } else if (value(i) != 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  FloatHistogram widen(
      FloatHistogram histogram, HistogramLayout wide, int[] positive, int[] negative) {
    return new FloatHistogram(
        histogram.counterReset(),
        wide.schema(),
        wide.zeroThreshold(),
        histogram.zeroCount(),
        histogram.count(),
        histogram.sum(),
        wide.positive(),
        wide.negative(),
        widen(histogram.positiveBuckets(), positive, wide.positive().buckets()),
        widen(histogram.negativeBuckets(), negative, wide.negative().buckets()),
        wide.customValues());
  }

  private static double[] widen(double[] counts, int[] places, int size) {
    if (places.length == 0 && counts.length > 0) {
      return counts;
    }
    double[] wide = new double[size];
    for (int i = 0; i < places.length; i++) {
      wide[places[i]] = counts[i];
    }
    return wide;
  }

  @Override
  void putFirst(FloatHistogram histogram) {
    int size = BUCKETS + layout().buckets();
    if (size != values.length) {
      values = new long[size];
      windows = new short[size];
    }
    Arrays.fill(windows, NO_WINDOW);
    int at = putValue(histogram.count(), COUNT);
    at = putValue(histogram.zeroCount(), at);
    at = putValue(histogram.sum(), at);
    for (double bucket : histogram.positiveBuckets()) {
      at = putValue(bucket, at);
    }
    for (double bucket : histogram.negativeBuckets()) {
      at = putValue(bucket, at);
    }
  }

  private int putValue(double value, int at) {
    long bits = Double.doubleToRawLongBits(value);
    put(bits, Long.SIZE);
    values[at] = bits;
    return at + 1;
  }

  @Override
  void putLater(FloatHistogram histogram) {
    int at = putValueChange(histogram.count(), COUNT);
    at = putValueChange(histogram.zeroCount(), at);
    at = putValueChange(histogram.sum(), at);
    for (double bucket : histogram.positiveBuckets()) {
      at = putValueChange(bucket, at);
    }
    for (double bucket : histogram.negativeBuckets()) {
      at = putValueChange(bucket, at);
    }
  }

  private int putValueChange(double value, int at) {
    long bits = Double.doubleToRawLongBits(value);
    putChange(bits ^ values[at], windows, at);
    values[at] = bits;
    return at + 1;
  }

  @Override
  NativeHistogramCursor<FloatHistogram> cursor() {
    return new FloatHistogramCursor();
  }

  /// Prometheus says less here than it could, and than it does of whole counts.
  @Override
  CounterReset headerAfterRefusal(CounterReset found) {
    return found == CounterReset.RESET ? found : CounterReset.UNKNOWN;
  }

  /// Prometheus says more here than it knows, and than it does of whole counts.
  @Override
  CounterReset headerAfterCut(CounterReset found) {
    return found == CounterReset.RESET ? found : CounterReset.NOT_RESET;
  }
}
