package io.varve.compact;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// A sample for tests.
///
/// @param start its start timestamp, 0 if there is none
/// @param value the bits of a float, or a histogram
record Sample(long t, long start, Object value) {
  static Sample of(long t, double value) {
    return new Sample(t, 0, Double.doubleToRawLongBits(value));
  }

  /// A sample of kind 0 (float), 1 and 2 (histogram, float histogram) or 3 (custom buckets).
  static Sample random(RandomGenerator random, long t, int kind, boolean stamped) {
    long start = stamped ? t - 1 - random.nextInt(1000) : 0;
    Histogram histogram = kind == 0 ? Histogram.STALE : histogram(random, kind == 3);
    Object value =
        switch (kind) {
          case 0 -> Double.doubleToRawLongBits(random.nextInt(100) * 0.25);
          case 2 -> histogram.toFloat();
          default -> histogram;
        };
    return new Sample(t, start, value);
  }

  private static Histogram histogram(RandomGenerator random, boolean custom) {
    int first = random.nextInt(1, 3);
    int second = random.nextInt(1, 3);
    long[] deltas = new long[first + second];
    long count = 0;
    long before = 0;
    for (int i = 0; i < deltas.length; i++) {
      long bucket = random.nextInt(1, 9);
      deltas[i] = bucket - before;
      before = bucket;
      count += bucket;
    }
    var spans = new Spans(new int[] {0, random.nextInt(1, 3)}, new int[] {first, second});
    return new Histogram(
        random.nextInt(4) == 0 ? CounterReset.GAUGE : CounterReset.UNKNOWN,
        custom ? HistogramSchema.CUSTOM : random.nextInt(0, 2),
        0,
        0,
        count,
        count * 1.5,
        spans,
        Spans.NONE,
        deltas,
        new long[0],
        custom ? new double[] {0.1, 0.25, 1, 2.5, 5, 10} : new double[0]);
  }

  Sample withoutStart() {
    return new Sample(t, 0, value);
  }

  /// All that it says, but for the form its buckets are kept in.
  String meaning() {
    return t + " " + start + " " + (value instanceof NativeHistogram h ? meaning(h) : value);
  }

  private static String meaning(NativeHistogram histogram) {
    FloatHistogram floats =
        switch (histogram) {
          case Histogram counts -> counts.toFloat();
          case FloatHistogram counts -> counts;
        };
    Map<Integer, Double> buckets = new TreeMap<>();
    Spans spans = floats.positiveSpans();
    int at = 0;
    int index = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++, index++, at++) {
        if (floats.positiveBuckets()[at] != 0) {
          buckets.put(index, floats.positiveBuckets()[at]);
        }
      }
    }
    return "%s %s schema %d count %s sum %s buckets %s bounds %s"
        .formatted(
            histogram.getClass().getSimpleName(),
            floats.counterReset() == CounterReset.GAUGE,
            floats.schema(),
            floats.count(),
            floats.sum(),
            buckets,
            Arrays.toString(floats.customValues()));
  }
}
