package io.varve.chunk;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Native histograms for tests, and what they say whatever their spans are.
final class Histograms {
  private Histograms() {}

  /// What a histogram says: equal for two that differ in empty buckets and in how their spans are
  /// cut only.
  static Map<String, Object> meaning(NativeHistogram histogram) {
    FloatHistogram floats =
        switch (histogram) {
          case Histogram counts -> counts.toFloat();
          case FloatHistogram counts -> counts;
        };
    Map<String, Object> meaning = new TreeMap<>();
    meaning.put("schema", floats.schema());
    meaning.put("zero threshold", floats.zeroThreshold());
    meaning.put("zero count", floats.zeroCount());
    meaning.put("count", floats.count());
    meaning.put("sum", Double.doubleToRawLongBits(floats.sum()));
    meaning.put("positive", buckets(floats.positiveSpans(), floats.positiveBuckets()));
    meaning.put("negative", buckets(floats.negativeSpans(), floats.negativeBuckets()));
    meaning.put("bounds", Arrays.toString(floats.customValues()));
    return meaning;
  }

  private static SortedMap<Integer, Double> buckets(Spans spans, double[] counts) {
    SortedMap<Integer, Double> buckets = new TreeMap<>();
    int at = 0;
    int index = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++, index++, at++) {
        if (counts[at] != 0) {
          buckets.put(index, counts[at]);
        }
      }
    }
    return buckets;
  }

  /// A counter of schema 0 with positive buckets only, that adds up.
  ///
  /// @param spans offset and length of each, in turn
  static Histogram counter(int[] spans, long... counts) {
    return counts(CounterReset.UNKNOWN, spans, counts);
  }

  static Histogram counts(CounterReset reset, int[] spans, long... counts) {
    long[] deltas = counts.clone();
    for (int i = deltas.length - 1; i > 0; i--) {
      deltas[i] -= deltas[i - 1];
    }
    long count = Arrays.stream(counts).sum();
    return new Histogram(
        reset,
        0,
        0,
        0,
        count,
        count * 1.5,
        spans(spans),
        Spans.NONE,
        deltas,
        new long[0],
        new double[0]);
  }

  static Histogram withSum(Histogram histogram, double sum) {
    return new Histogram(
        histogram.counterReset(),
        histogram.schema(),
        histogram.zeroThreshold(),
        histogram.zeroCount(),
        histogram.count(),
        sum,
        histogram.positiveSpans(),
        histogram.negativeSpans(),
        histogram.positiveBuckets(),
        histogram.negativeBuckets(),
        histogram.customValues());
  }

  static Spans spans(int... offsetsAndLengths) {
    int[] offsets = new int[offsetsAndLengths.length / 2];
    int[] lengths = new int[offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = offsetsAndLengths[2 * i];
      lengths[i] = offsetsAndLengths[2 * i + 1];
    }
    return new Spans(offsets, lengths);
  }
}
