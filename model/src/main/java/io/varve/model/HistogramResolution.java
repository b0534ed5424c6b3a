package io.varve.model;

import java.util.Arrays;

/// Reduces the resolution of exponential histograms to the greatest that is stored. Static and
/// stateless.
public final class HistogramResolution {
  private HistogramResolution() {}

  /// The same observations in the buckets of {@link HistogramSchema#MAX_EXPONENTIAL}, if the schema
  /// is above that; else the histogram itself.
  ///
  /// @param histogram with as many buckets as its spans say, in ascending order
  /// @throws IllegalArgumentException if spans and buckets do not agree
  public static Histogram reduce(Histogram histogram) {
    if (histogram.schema() <= HistogramSchema.MAX_EXPONENTIAL) {
      return histogram;
    }
    int shift = histogram.schema() - HistogramSchema.MAX_EXPONENTIAL;
    var positive = Reduced.of(histogram.positiveSpans(), shift, histogram.positiveBuckets().length);
    var negative = Reduced.of(histogram.negativeSpans(), shift, histogram.negativeBuckets().length);
    return new Histogram(
        histogram.counterReset(),
        HistogramSchema.MAX_EXPONENTIAL,
        histogram.zeroThreshold(),
        histogram.zeroCount(),
        histogram.count(),
        histogram.sum(),
        positive.spans,
        negative.spans,
        sum(histogram.positiveBuckets(), positive),
        sum(histogram.negativeBuckets(), negative),
        histogram.customValues());
  }

  /// As {@link #reduce(Histogram)}, of either kind.
  public static NativeHistogram reduce(NativeHistogram histogram) {
    return switch (histogram) {
      case Histogram whole -> reduce(whole);
      case FloatHistogram floats -> reduce(floats);
    };
  }

  /// As {@link #reduce(Histogram)}.
  public static FloatHistogram reduce(FloatHistogram histogram) {
    if (histogram.schema() <= HistogramSchema.MAX_EXPONENTIAL) {
      return histogram;
    }
    int shift = histogram.schema() - HistogramSchema.MAX_EXPONENTIAL;
    var positive = Reduced.of(histogram.positiveSpans(), shift, histogram.positiveBuckets().length);
    var negative = Reduced.of(histogram.negativeSpans(), shift, histogram.negativeBuckets().length);
    return new FloatHistogram(
        histogram.counterReset(),
        HistogramSchema.MAX_EXPONENTIAL,
        histogram.zeroThreshold(),
        histogram.zeroCount(),
        histogram.count(),
        histogram.sum(),
        positive.spans,
        negative.spans,
        sum(histogram.positiveBuckets(), positive),
        sum(histogram.negativeBuckets(), negative),
        histogram.customValues());
  }

  private static long[] sum(long[] deltas, Reduced to) {
    long[] sums = new long[to.spans.buckets()];
    long count = 0;
    for (int i = 0; i < deltas.length; i++) {
      count += deltas[i];
      sums[to.places[i]] += count;
    }
    for (int i = sums.length - 1; i > 0; i--) {
      sums[i] -= sums[i - 1];
    }
    return sums;
  }

  private static double[] sum(double[] counts, Reduced to) {
    double[] sums = new double[to.spans.buckets()];
    for (int i = 0; i < counts.length; i++) {
      // Not added to 0, so that a negative zero stays one.
      boolean first = i == 0 || to.places[i] != to.places[i - 1];
      sums[to.places[i]] = first ? counts[i] : sums[to.places[i]] + counts[i];
    }
    return sums;
  }

  /// One side of a histogram in fewer buckets.
  private static final class Reduced {
    /// The fewest that have these buckets.
    final Spans spans;

    /// For each bucket there was, the one it is in now.
    final int[] places;

    private Reduced(Spans spans, int[] places) {
      this.spans = spans;
      this.places = places;
    }

    /// @param shift by how much the schema goes down
    static Reduced of(Spans spans, int shift, int buckets) {
      if (spans.buckets() != buckets) {
        throw new IllegalArgumentException(
            "spans of " + spans.buckets() + " buckets, but " + buckets + " buckets");
      }
      if (!spans.isAscending()) {
        throw new IllegalArgumentException("buckets are not in ascending order: " + spans);
      }
      int[] places = new int[buckets];
      int[] offsets = new int[buckets];
      int[] lengths = new int[buckets];
      int count = 0;
      int at = 0;
      int bucket = -1;
      long last = 0;
      long index = 0;
      for (int span = 0; span < spans.count(); span++) {
        index += spans.offset(span);
        for (int i = 0; i < spans.length(span); i++, index++) {
          // Bucket i ends at base^i, so that the ones up to a multiple of the factor go together.
          long target = ((index - 1) >> shift) + 1;
          if (bucket < 0 || target > last + 1) {
            offsets[count] = (int) (bucket < 0 ? target : target - last - 1);
            lengths[count++] = 1;
            bucket++;
          } else if (target > last) {
            lengths[count - 1]++;
            bucket++;
          }
          last = target;
          places[at++] = bucket;
        }
      }
      return new Reduced(
          new Spans(Arrays.copyOf(offsets, count), Arrays.copyOf(lengths, count)), places);
    }
  }
}
