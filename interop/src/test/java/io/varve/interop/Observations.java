package io.varve.interop;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.Spans;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Observations in the buckets of a native histogram, as an instrumented program has them. Confined
/// to one thread.
final class Observations {
  private static final double[] NO_BOUNDS = {};

  /// Gaps up to this many buckets are filled with empty ones, as client libraries do.
  private static final int FILLED_GAP = 2;

  private final int schema;
  private final double zeroThreshold;
  private final double[] bounds;
  private final TreeMap<Integer, Long> positive = new TreeMap<>();
  private final TreeMap<Integer, Long> negative = new TreeMap<>();
  private long zeros;
  private double sum;

  private Observations(int schema, double zeroThreshold, double[] bounds) {
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.bounds = bounds;
  }

  static Observations exponential(int schema, double zeroThreshold) {
    return new Observations(schema, zeroThreshold, NO_BOUNDS);
  }

  /// @param bounds ascending, without the infinite one
  static Observations custom(double... bounds) {
    return new Observations(HistogramSchema.CUSTOM, 0, bounds);
  }

  /// Makes observations of all sizes.
  void observe(RandomGenerator random, int count) {
    for (int i = 0; i < count; i++) {
      double value = Math.exp(2 * random.nextGaussian());
      observe(bounds.length == 0 && random.nextInt(4) == 0 ? -value : value);
    }
  }

  void observe(double value) {
    double size = Math.abs(value);
    sum += value;
    if (HistogramSchema.isCustom(schema)) {
      int bucket = 0;
      while (bucket < bounds.length && bounds[bucket] < value) {
        bucket++;
      }
      positive.merge(bucket, 1L, Long::sum);
    } else if (size <= zeroThreshold) {
      zeros++;
    } else {
      int bucket = (int) Math.ceil(Math.log(size) / Math.log(2) * Math.scalb(1.0, schema));
      (value > 0 ? positive : negative).merge(bucket, 1L, Long::sum);
    }
  }

  private long count() {
    return zeros + total(positive) + total(negative);
  }

  private static long total(SortedMap<Integer, Long> buckets) {
    return buckets.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Observations in positive buckets up to this one.
  long upTo(int bucket) {
    return total(positive.headMap(bucket, true));
  }

  Histogram whole(CounterReset reset) {
    return new Histogram(
        reset,
        schema,
        zeroThreshold,
        zeros,
        count(),
        sum,
        spans(positive),
        spans(negative),
        deltas(positive),
        deltas(negative),
        bounds);
  }

  /// Counts half of each observation.
  FloatHistogram halves(CounterReset reset) {
    return new FloatHistogram(
        reset,
        schema,
        zeroThreshold,
        zeros / 2.0,
        count() / 2.0,
        sum / 2,
        spans(positive),
        spans(negative),
        filled(positive).values().stream().mapToDouble(count -> count / 2.0).toArray(),
        filled(negative).values().stream().mapToDouble(count -> count / 2.0).toArray(),
        bounds);
  }

  private static NavigableMap<Integer, Long> filled(NavigableMap<Integer, Long> buckets) {
    var filled = new TreeMap<>(buckets);
    buckets
        .keySet()
        .forEach(bucket -> {
          Integer before = buckets.lowerKey(bucket);
          if (before != null && bucket - before - 1 <= FILLED_GAP) {
            for (int gap = before + 1; gap < bucket; gap++) {
              filled.put(gap, 0L);
            }
          }
        });
    return filled;
  }

  private static Spans spans(NavigableMap<Integer, Long> buckets) {
    List<Integer> offsets = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    int next = 0;
    for (int bucket : filled(buckets).keySet()) {
      if (offsets.isEmpty() || bucket > next) {
        offsets.add(bucket - next);
        lengths.add(0);
      }
      lengths.set(lengths.size() - 1, lengths.getLast() + 1);
      next = bucket + 1;
    }
    return new Spans(
        offsets.stream().mapToInt(Integer::intValue).toArray(),
        lengths.stream().mapToInt(Integer::intValue).toArray());
  }

  private static long[] deltas(NavigableMap<Integer, Long> buckets) {
    long[] deltas = filled(buckets).values().stream().mapToLong(Long::longValue).toArray();
    for (int i = deltas.length - 1; i > 0; i--) {
      deltas[i] -= deltas[i - 1];
    }
    return deltas;
  }
}
