package io.varve.db;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Makes valid histograms of all sorts.
final class RandomHistograms {
  private static final double[] BOUNDS = {0.1, 0.5, 1, 2.5, 10};

  private final Random random;

  RandomHistograms(Random random) {
    this.random = random;
  }

  NativeHistogram next(boolean custom) {
    Histogram whole = custom ? custom() : exponential();
    return random.nextBoolean() ? whole : fractional(whole.toFloat());
  }

  private Histogram exponential() {
    Side positive = new Side(buckets(-20, 40));
    Side negative = new Side(random.nextBoolean() ? Map.of() : buckets(0, 8));
    long zeros = random.nextInt(4);
    return new Histogram(
        random.nextInt(4) == 0 ? CounterReset.GAUGE : CounterReset.UNKNOWN,
        random.nextInt(3) == 0 ? 3 : 0,
        random.nextInt(5) == 0 ? 0.25 : 0.001,
        zeros,
        zeros + positive.sum + negative.sum,
        random.nextGaussian() * 100,
        positive.spans,
        negative.spans,
        positive.deltas,
        negative.deltas,
        new double[0]);
  }

  private Histogram custom() {
    Side positive = new Side(buckets(0, BOUNDS.length + 1));
    return new Histogram(
        CounterReset.UNKNOWN,
        HistogramSchema.CUSTOM,
        0,
        0,
        positive.sum,
        random.nextGaussian() * 100,
        positive.spans,
        Spans.NONE,
        positive.deltas,
        new long[0],
        BOUNDS);
  }

  private static FloatHistogram fractional(FloatHistogram h) {
    return new FloatHistogram(
        h.counterReset(),
        h.schema(),
        h.zeroThreshold(),
        h.zeroCount() / 2,
        h.count() / 2,
        h.sum(),
        h.positiveSpans(),
        h.negativeSpans(),
        halves(h.positiveBuckets()),
        halves(h.negativeBuckets()),
        h.customValues());
  }

  private static double[] halves(double[] counts) {
    double[] halves = counts.clone();
    for (int i = 0; i < halves.length; i++) {
      halves[i] /= 2;
    }
    return halves;
  }

  /// Counts by index of the bucket; some are empty.
  private Map<Integer, Long> buckets(int from, int range) {
    var buckets = new TreeMap<Integer, Long>();
    for (int n = random.nextInt(8); n >= 0; n--) {
      buckets.put(from + random.nextInt(range), (long) random.nextInt(1000));
    }
    return buckets;
  }

  /// Spans and differences for buckets.
  private static final class Side {
    final Spans spans;
    final long[] deltas;
    long sum;

    Side(Map<Integer, Long> buckets) {
      int[] offsets = new int[buckets.size()];
      int[] lengths = new int[buckets.size()];
      deltas = new long[buckets.size()];
      int next = 0;
      long last = 0;
      int i = 0;
      for (var bucket : new TreeMap<>(buckets).entrySet()) {
        offsets[i] = bucket.getKey() - next;
        lengths[i] = 1;
        deltas[i++] = bucket.getValue() - last;
        next = bucket.getKey() + 1;
        last = bucket.getValue();
        sum += last;
      }
      spans = new Spans(offsets, lengths);
    }
  }
}
