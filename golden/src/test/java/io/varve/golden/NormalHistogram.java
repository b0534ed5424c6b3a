package io.varve.golden;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import java.util.ArrayList;
import java.util.List;

/// Histograms without empty buckets, in the fewest spans: what is left of a histogram when the
/// layout of its chunk is taken off. Static and stateless.
final class NormalHistogram {
  /// A bucket that is not empty.
  private record Bucket(int index, double count) {}

  private NormalHistogram() {}

  static NativeHistogram of(NativeHistogram histogram) {
    FloatHistogram floats =
        switch (histogram) {
          case Histogram h -> h.toFloat();
          case FloatHistogram h -> h;
        };
    List<Bucket> positive = buckets(floats.positiveSpans(), floats.positiveBuckets());
    List<Bucket> negative = buckets(floats.negativeSpans(), floats.negativeBuckets());
    return switch (histogram) {
      case Histogram h ->
          new Histogram(
              h.counterReset(),
              h.schema(),
              h.zeroThreshold(),
              h.zeroCount(),
              h.count(),
              h.sum(),
              spans(positive),
              spans(negative),
              differences(positive),
              differences(negative),
              h.customValues());
      case FloatHistogram h ->
          new FloatHistogram(
              h.counterReset(),
              h.schema(),
              h.zeroThreshold(),
              h.zeroCount(),
              h.count(),
              h.sum(),
              spans(positive),
              spans(negative),
              positive.stream().mapToDouble(Bucket::count).toArray(),
              negative.stream().mapToDouble(Bucket::count).toArray(),
              h.customValues());
    };
  }

  private static List<Bucket> buckets(Spans spans, double[] counts) {
    var buckets = new ArrayList<Bucket>();
    int index = 0;
    int at = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++) {
        if (counts[at] != 0) {
          buckets.add(new Bucket(index, counts[at]));
        }
        index++;
        at++;
      }
    }
    return buckets;
  }

  private static Spans spans(List<Bucket> buckets) {
    var offsets = new ArrayList<Integer>();
    var lengths = new ArrayList<Integer>();
    int end = 0;
    for (Bucket bucket : buckets) {
      if (lengths.isEmpty() || bucket.index != end) {
        offsets.add(bucket.index - end);
        lengths.add(0);
      }
      lengths.set(lengths.size() - 1, lengths.getLast() + 1);
      end = bucket.index + 1;
    }
    return new Spans(
        offsets.stream().mapToInt(i -> i).toArray(), lengths.stream().mapToInt(i -> i).toArray());
  }

  /// Counts of the golden histograms are whole and small, so nothing is lost by the doubles.
  private static long[] differences(List<Bucket> buckets) {
    long[] differences = new long[buckets.size()];
    long before = 0;
    for (int i = 0; i < differences.length; i++) {
      long count = (long) buckets.get(i).count;
      differences[i] = count - before;
      before = count;
    }
    return differences;
  }
}
