package io.varve.interop;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// What a native histogram says, as text: the same for two that differ in empty buckets only, which
/// come and go when chunks are written anew, or in how much they say about counter resets.
final class HistogramMeaning {
  private HistogramMeaning() {}

  static String of(NativeHistogram histogram) {
    return switch (histogram) {
      case Histogram whole -> of("whole", whole);
      case FloatHistogram floats -> of("float", floats);
    };
  }

  private static String of(String kind, NativeHistogram h) {
    if (h.isStale()) {
      return "stale " + kind;
    }
    String gauge = h.counterReset() == CounterReset.GAUGE ? " gauge" : "";
    return kind
        + gauge
        + " schema="
        + h.schema()
        + " bounds="
        + Arrays.toString(h.customValues())
        + " sum="
        + h.sum()
        + " zero<="
        + h.zeroThreshold()
        + counts(h);
  }

  private static String counts(NativeHistogram histogram) {
    return switch (histogram) {
      case Histogram h ->
          text(
              Long.toUnsignedString(h.count()),
              Long.toUnsignedString(h.zeroCount()),
              buckets(h.positiveSpans(), counts(h.positiveBuckets())),
              buckets(h.negativeSpans(), counts(h.negativeBuckets())));
      case FloatHistogram h ->
          text(
              String.valueOf(h.count()),
              String.valueOf(h.zeroCount()),
              buckets(h.positiveSpans(), counts(h.positiveBuckets())),
              buckets(h.negativeSpans(), counts(h.negativeBuckets())));
    };
  }

  private static String text(String count, String zero, Object positive, Object negative) {
    return " count=" + count + " zeros=" + zero + " positive=" + positive + " negative=" + negative;
  }

  private static IntFunction<String> counts(long[] deltas) {
    long[] counts = deltas.clone();
    for (int i = 1; i < counts.length; i++) {
      counts[i] += counts[i - 1];
    }
    return i -> counts[i] == 0 ? "" : String.valueOf(counts[i]);
  }

  private static IntFunction<String> counts(double[] counts) {
    return i -> counts[i] == 0 ? "" : String.valueOf(counts[i]);
  }

  /// @param counts of the buckets in turn, empty for an empty one
  private static SortedMap<Integer, String> buckets(Spans spans, IntFunction<String> counts) {
    var buckets = new TreeMap<Integer, String>();
    int index = 0;
    int at = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++, index++, at++) {
        String count = counts.apply(at);
        if (!count.isEmpty()) {
          buckets.put(index, count);
        }
      }
    }
    return buckets;
  }
}
