package io.varve.cli;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Native histograms as Prometheus prints them: `{count:3, sum:4.5, [-1,-0.5):1, (0.5,1]:2}`, the
/// buckets with observations from the lowest to the highest. Static and stateless.
final class HistogramText {
  private HistogramText() {}

  static void append(StringBuilder to, Histogram h) {
    to.append("{count:").append(Long.toUnsignedString(h.count()));
    appendRest(
        to,
        h,
        h.zeroCount() == 0 ? "" : Long.toUnsignedString(h.zeroCount()),
        counts(h.negativeBuckets()),
        counts(h.positiveBuckets()));
  }

  static void append(StringBuilder to, FloatHistogram h) {
    to.append("{count:");
    GoFloat.append(to, h.count());
    double[] negative = h.negativeBuckets();
    double[] positive = h.positiveBuckets();
    appendRest(to, h, count(h.zeroCount()), i -> count(negative[i]), i -> count(positive[i]));
  }

  private static IntFunction<String> counts(long[] deltas) {
    long[] counts = new long[deltas.length];
    long count = 0;
    for (int i = 0; i < deltas.length; i++) {
      count += deltas[i];
      counts[i] = count;
    }
    return i -> counts[i] == 0 ? "" : Long.toUnsignedString(counts[i]);
  }

  private static String count(double count) {
    return count == 0 ? "" : GoFloat.format(count);
  }

  /// @param negative counts by the place of a bucket among those that are there; empty for none
  private static void appendRest(
      StringBuilder to,
      NativeHistogram h,
      String zeroCount,
      IntFunction<String> negative,
      IntFunction<String> positive) {
    to.append(", sum:");
    GoFloat.append(to, h.sum());
    for (String bucket : buckets(h, h.negativeSpans(), false, negative).reversed()) {
      to.append(", ").append(bucket);
    }
    if (!zeroCount.isEmpty()) {
      to.append(", ").append(bucket('[', -h.zeroThreshold(), h.zeroThreshold(), ']', zeroCount));
    }
    for (String bucket : buckets(h, h.positiveSpans(), true, positive)) {
      to.append(", ").append(bucket);
    }
    to.append('}');
  }

  private static List<String> buckets(
      NativeHistogram h, Spans spans, boolean positive, IntFunction<String> counts) {
    var buckets = new ArrayList<String>();
    int index = 0;
    int place = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++, index++, place++) {
        String count = counts.apply(place);
        if (!count.isEmpty()) {
          buckets.add(bucket(h, index, positive, count));
        }
      }
    }
    return buckets;
  }

  private static String bucket(NativeHistogram h, int index, boolean positive, String count) {
    double far = bound(h, index);
    double near = bound(h, index - 1);
    if (HistogramSchema.isCustom(h.schema())) {
      return bucket(index == 0 ? '[' : '(', near, far, ']', count);
    }
    return positive ? bucket('(', near, far, ']', count) : bucket('[', -far, -near, ')', count);
  }

  private static double bound(NativeHistogram h, int index) {
    return HistogramSchema.isCustom(h.schema())
        ? BucketBounds.custom(h.customValues(), index)
        : BucketBounds.exponential(h.schema(), index);
  }

  private static String bucket(char open, double lower, double upper, char close, String count) {
    return open + GoFloat.format(lower) + ',' + GoFloat.format(upper) + close + ':' + count;
  }
}
