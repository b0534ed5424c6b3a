package io.varve.model;

/// Whether a native histogram makes sense, and if not, why not. Follows what Prometheus 3.13 checks
/// before it takes one.
public enum HistogramValidation {
  VALID("the histogram is valid"),
  INVALID_SCHEMA("the schema is neither between -4 and 8 nor -53, that of custom buckets"),
  SPANS_BUCKETS_MISMATCH("the spans are of more or fewer buckets than there are"),
  SPAN_NEGATIVE_OFFSET("a span begins before the end of the one before it"),
  NEGATIVE_BUCKET_COUNT("a bucket has a count below zero"),
  NEGATIVE_COUNT("the count of observations is below zero"),
  COUNT_NOT_BIG_ENOUGH("the count of observations is less than that of all buckets"),
  COUNT_MISMATCH("the count of observations is not that of all buckets"),
  CUSTOM_BOUNDS_TOO_FEW("there are fewer custom bounds than the spans need"),
  CUSTOM_BOUNDS_NOT_ASCENDING("the custom bounds are not in ascending order"),
  CUSTOM_BOUND_INFINITE("the last custom bound is infinite, which goes without saying"),
  CUSTOM_BOUND_NAN("a custom bound is not a number"),
  CUSTOM_ZERO_COUNT("a histogram with custom buckets counts zeros"),
  CUSTOM_ZERO_THRESHOLD("a histogram with custom buckets has a zero threshold"),
  CUSTOM_NEGATIVE_SPANS("a histogram with custom buckets has negative spans"),
  CUSTOM_NEGATIVE_BUCKETS("a histogram with custom buckets has negative buckets"),
  EXPONENTIAL_CUSTOM_BOUNDS("a histogram with an exponential schema has custom bounds");

  private final String reason;

  HistogramValidation(String reason) {
    this.reason = reason;
  }

  /// What is wrong, a clause without a full stop.
  public String reason() {
    return reason;
  }

  public boolean isValid() {
    return this == VALID;
  }

  /// What is wrong with a histogram, the first thing found. To be asked of one with a schema above
  /// {@link HistogramSchema#MAX_EXPONENTIAL} after {@link HistogramResolution} has reduced it.
  public static HistogramValidation of(NativeHistogram histogram) {
    return switch (histogram) {
      case Histogram counts -> of(counts);
      case FloatHistogram counts -> of(counts);
    };
  }

  private static HistogramValidation of(Histogram histogram) {
    HistogramValidation layout =
        layout(histogram, histogram.positiveBuckets().length, histogram.negativeBuckets().length);
    if (layout != VALID) {
      return layout;
    }
    if (HistogramSchema.isCustom(histogram.schema()) && histogram.zeroCount() != 0) {
      return CUSTOM_ZERO_COUNT;
    }
    if (isBelowZero(histogram.positiveBuckets()) || isBelowZero(histogram.negativeBuckets())) {
      return NEGATIVE_BUCKET_COUNT;
    }
    long found =
        histogram.zeroCount() + sum(histogram.positiveBuckets()) + sum(histogram.negativeBuckets());
    if (Double.isNaN(histogram.sum())) {
      // Observations that are no numbers are in no bucket.
      return Long.compareUnsigned(found, histogram.count()) > 0 ? COUNT_NOT_BIG_ENOUGH : VALID;
    }
    return found == histogram.count() ? VALID : COUNT_MISMATCH;
  }

  private static boolean isBelowZero(long[] deltas) {
    long count = 0;
    for (long delta : deltas) {
      count += delta;
      if (count < 0) {
        return true;
      }
    }
    return false;
  }

  private static long sum(long[] deltas) {
    long count = 0;
    long sum = 0;
    for (long delta : deltas) {
      count += delta;
      sum += count;
    }
    return sum;
  }

  /// Counts as floats may be sums of rounded ones, so they need not add up.
  private static HistogramValidation of(FloatHistogram histogram) {
    HistogramValidation layout =
        layout(histogram, histogram.positiveBuckets().length, histogram.negativeBuckets().length);
    if (layout != VALID) {
      return layout;
    }
    if (HistogramSchema.isCustom(histogram.schema()) && histogram.zeroCount() != 0) {
      return CUSTOM_ZERO_COUNT;
    }
    if (histogram.zeroCount() < 0
        || isBelowZero(histogram.positiveBuckets())
        || isBelowZero(histogram.negativeBuckets())) {
      return NEGATIVE_BUCKET_COUNT;
    }
    return histogram.count() < 0 ? NEGATIVE_COUNT : VALID;
  }

  private static boolean isBelowZero(double[] counts) {
    for (double count : counts) {
      if (count < 0) {
        return true;
      }
    }
    return false;
  }

  private static HistogramValidation layout(NativeHistogram histogram, int positive, int negative) {
    int schema = histogram.schema();
    if (HistogramSchema.isCustom(schema)) {
      return custom(histogram, positive, negative);
    }
    if (!HistogramSchema.isExponential(schema)) {
      return INVALID_SCHEMA;
    }
    if (!histogram.positiveSpans().isAscending() || !histogram.negativeSpans().isAscending()) {
      return SPAN_NEGATIVE_OFFSET;
    }
    if (histogram.positiveSpans().buckets() != positive
        || histogram.negativeSpans().buckets() != negative) {
      return SPANS_BUCKETS_MISMATCH;
    }
    return histogram.customValues().length > 0 ? EXPONENTIAL_CUSTOM_BOUNDS : VALID;
  }

  private static HistogramValidation custom(NativeHistogram histogram, int positive, int negative) {
    HistogramValidation bounds = bounds(histogram.customValues());
    if (bounds != VALID) {
      return bounds;
    }
    Spans spans = histogram.positiveSpans();
    if (!spans.isAscending() || (spans.count() > 0 && spans.offset(0) < 0)) {
      return SPAN_NEGATIVE_OFFSET;
    }
    if (spans.buckets() != positive) {
      return SPANS_BUCKETS_MISMATCH;
    }
    if (histogram.customValues().length + 1L < end(spans)) {
      return CUSTOM_BOUNDS_TOO_FEW;
    }
    if (histogram.zeroThreshold() != 0) {
      return CUSTOM_ZERO_THRESHOLD;
    }
    if (histogram.negativeSpans().count() > 0) {
      return CUSTOM_NEGATIVE_SPANS;
    }
    return negative > 0 ? CUSTOM_NEGATIVE_BUCKETS : VALID;
  }

  private static HistogramValidation bounds(double[] bounds) {
    for (int i = 0; i < bounds.length; i++) {
      if (Double.isNaN(bounds[i])) {
        return CUSTOM_BOUND_NAN;
      }
      if (i > 0 && bounds[i] <= bounds[i - 1]) {
        return CUSTOM_BOUNDS_NOT_ASCENDING;
      }
    }
    return bounds.length > 0 && bounds[bounds.length - 1] == Double.POSITIVE_INFINITY
        ? CUSTOM_BOUND_INFINITE
        : VALID;
  }

  /// Index after the last bucket.
  private static long end(Spans spans) {
    long end = 0;
    for (int span = 0; span < spans.count(); span++) {
      end += (long) spans.offset(span) + spans.length(span);
    }
    return end;
  }
}
