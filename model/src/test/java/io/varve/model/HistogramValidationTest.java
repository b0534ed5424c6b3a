package io.varve.model;

import static io.varve.model.HistogramValidation.COUNT_MISMATCH;
import static io.varve.model.HistogramValidation.COUNT_NOT_BIG_ENOUGH;
import static io.varve.model.HistogramValidation.CUSTOM_BOUNDS_NOT_ASCENDING;
import static io.varve.model.HistogramValidation.CUSTOM_BOUNDS_TOO_FEW;
import static io.varve.model.HistogramValidation.CUSTOM_BOUND_INFINITE;
import static io.varve.model.HistogramValidation.CUSTOM_BOUND_NAN;
import static io.varve.model.HistogramValidation.CUSTOM_NEGATIVE_BUCKETS;
import static io.varve.model.HistogramValidation.CUSTOM_NEGATIVE_SPANS;
import static io.varve.model.HistogramValidation.CUSTOM_ZERO_COUNT;
import static io.varve.model.HistogramValidation.CUSTOM_ZERO_THRESHOLD;
import static io.varve.model.HistogramValidation.EXPONENTIAL_CUSTOM_BOUNDS;
import static io.varve.model.HistogramValidation.INVALID_SCHEMA;
import static io.varve.model.HistogramValidation.NEGATIVE_BUCKET_COUNT;
import static io.varve.model.HistogramValidation.NEGATIVE_COUNT;
import static io.varve.model.HistogramValidation.SPANS_BUCKETS_MISMATCH;
import static io.varve.model.HistogramValidation.SPAN_NEGATIVE_OFFSET;
import static io.varve.model.HistogramValidation.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HistogramValidationTest {
  private static final Spans ONE = new Spans(new int[] {0}, new int[] {1});
  private static final Spans APART = new Spans(new int[] {-3, 2}, new int[] {1, 2});
  private static final Spans BACK = new Spans(new int[] {0, -1}, new int[] {1, 1});

  private int schema = 3;
  private double zeroThreshold = 0.5;
  private long zeroCount = 1;
  private long count;
  private double sum = 2.5;
  private Spans positive = APART;
  private Spans negative = ONE;
  private long[] positiveCounts = {4, 0, 3};
  private long[] negativeCounts = {2};
  private double[] bounds = {};

  HistogramValidationTest() {
    count = 10;
  }

  @Test
  void takesWhatAddsUp() {
    assertBoth(VALID);
    assertThat(VALID.isValid()).isTrue();
    assertThat(HistogramValidation.of(Histogram.STALE)).isEqualTo(VALID);
    assertThat(HistogramValidation.of(FloatHistogram.STALE)).isEqualTo(VALID);
  }

  @Test
  void countsMustAddUpUnlessSomeAreNoNumbers() {
    count = 11;
    assertThat(HistogramValidation.of(counts())).isEqualTo(COUNT_MISMATCH);
    assertThat(HistogramValidation.of(floats())).isEqualTo(VALID);

    sum = Double.NaN;
    assertBoth(VALID);

    count = 9;
    assertThat(HistogramValidation.of(counts())).isEqualTo(COUNT_NOT_BIG_ENOUGH);
  }

  @Test
  void spansMustFitTheBuckets() {
    positiveCounts = new long[] {4, 3};
    assertBoth(SPANS_BUCKETS_MISMATCH);
  }

  @Test
  void onlyTheFirstSpanBeginsBelowZero() {
    negative = BACK;
    negativeCounts = new long[] {1, 1};
    assertBoth(SPAN_NEGATIVE_OFFSET);
  }

  @Test
  void bucketsMustNotCountBelowZero() {
    negativeCounts = new long[] {-2};
    count = 6;
    assertBoth(NEGATIVE_BUCKET_COUNT);
    assertThat(NEGATIVE_BUCKET_COUNT.reason()).isEqualTo("a bucket has a count below zero");
  }

  @Test
  void countsAsFloatsMustNotBeBelowZero() {
    count = -1;
    assertThat(HistogramValidation.of(floats(-1, 1))).isEqualTo(NEGATIVE_COUNT);
    assertThat(HistogramValidation.of(floats(1, -1))).isEqualTo(NEGATIVE_BUCKET_COUNT);
  }

  @Test
  void schemasAreThoseThatCanBeStored() {
    for (int valid = -4; valid <= 8; valid++) {
      schema = valid;
      assertBoth(VALID);
    }
    for (int invalid : new int[] {-5, 9, -52, 53}) {
      schema = invalid;
      assertBoth(INVALID_SCHEMA);
    }
  }

  @Test
  void exponentialBucketsHaveNoBounds() {
    bounds = new double[] {1};
    assertBoth(EXPONENTIAL_CUSTOM_BOUNDS);
  }

  @Test
  void customBucketsHaveBoundsForAll() {
    custom(1, 2, 3);
    assertBoth(VALID);
    custom(1, 2);
    assertBoth(CUSTOM_BOUNDS_TOO_FEW);
  }

  @Test
  void customBoundsAreNumbersInOrder() {
    custom(1, 2, 2);
    assertBoth(CUSTOM_BOUNDS_NOT_ASCENDING);
    custom(1, 2, Double.POSITIVE_INFINITY);
    assertBoth(CUSTOM_BOUND_INFINITE);
    custom(1, 2, Double.NaN);
    assertBoth(CUSTOM_BOUND_NAN);
  }

  @Test
  void customBucketsHaveNoIndexBelowZero() {
    custom(1, 2, 3);
    positive = new Spans(new int[] {-1}, new int[] {2});
    assertBoth(SPAN_NEGATIVE_OFFSET);
  }

  @Test
  void customBucketsHaveNoZeroBucketAndNoNegativeOnes() {
    custom(1, 2, 3);
    zeroCount = 1;
    assertBoth(CUSTOM_ZERO_COUNT);
    custom(1, 2, 3);
    zeroThreshold = 1;
    assertBoth(CUSTOM_ZERO_THRESHOLD);
    custom(1, 2, 3);
    negative = ONE;
    assertBoth(CUSTOM_NEGATIVE_SPANS);
    custom(1, 2, 3);
    negativeCounts = new long[] {1};
    assertBoth(CUSTOM_NEGATIVE_BUCKETS);
  }

  private void custom(double... bounds) {
    schema = HistogramSchema.CUSTOM;
    this.bounds = bounds;
    positive = new Spans(new int[] {0, 2}, new int[] {1, 1});
    positiveCounts = new long[] {1, 2};
    negative = Spans.NONE;
    negativeCounts = new long[0];
    zeroCount = 0;
    zeroThreshold = 0;
    count = 3;
  }

  private void assertBoth(HistogramValidation expected) {
    assertThat(HistogramValidation.of(counts())).isEqualTo(expected);
    assertThat(HistogramValidation.of(floats())).isEqualTo(expected);
  }

  private Histogram counts() {
    return new Histogram(
        CounterReset.UNKNOWN,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        deltas(positiveCounts),
        deltas(negativeCounts),
        bounds);
  }

  private FloatHistogram floats() {
    return counts().toFloat();
  }

  private FloatHistogram floats(double count, double zeroCount) {
    FloatHistogram floats = floats();
    return new FloatHistogram(
        floats.counterReset(),
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        floats.positiveBuckets(),
        floats.negativeBuckets(),
        bounds);
  }

  private static long[] deltas(long[] counts) {
    long[] deltas = counts.clone();
    for (int i = deltas.length - 1; i > 0; i--) {
      deltas[i] -= deltas[i - 1];
    }
    return deltas;
  }
}
