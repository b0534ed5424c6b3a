package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class HistogramResolutionTest {
  @Test
  void leavesWhatCanBeStored() {
    Histogram histogram = histogram(8, new Spans(new int[] {3}, new int[] {1}), 1);

    assertThat(HistogramResolution.reduce(histogram)).isSameAs(histogram);
    assertThat(HistogramResolution.reduce(FloatHistogram.STALE)).isSameAs(FloatHistogram.STALE);
  }

  /// Two buckets up to an even one go into one.
  @Test
  void mergesBucketsInTwos() {
    // Buckets -1, 0, 1, 2, 4 and 7, that is 0, 0, 1, 1, 2 and 4 of half the resolution.
    Spans spans = new Spans(new int[] {-1, 1, 2}, new int[] {4, 1, 1});
    Histogram histogram = histogram(9, spans, 5, -2, 3, 1, -4, 7);

    Histogram reduced = HistogramResolution.reduce(histogram);

    assertThat(reduced.schema()).isEqualTo(8);
    assertThat(reduced.positiveSpans()).isEqualTo(new Spans(new int[] {0, 1}, new int[] {3, 1}));
    // Counts 5 + 3, 6 + 7, 3 and 10.
    assertThat(reduced.positiveBuckets()).containsExactly(8, 5, -10, 7);
    assertThat(HistogramResolution.reduce(histogram.toFloat()).positiveBuckets())
        .containsExactly(8, 13, 3, 10);
    assertThat(reduced.count()).isEqualTo(histogram.count());
  }

  @Test
  void reducesTheGreatestResolution() {
    Spans spans = new Spans(new int[] {Integer.MIN_VALUE}, new int[] {2});

    Histogram reduced = HistogramResolution.reduce(histogram(52, spans, 1, 1));

    assertThat(reduced.positiveSpans()).isEqualTo(new Spans(new int[] {0}, new int[] {1}));
    assertThat(reduced.positiveBuckets()).containsExactly(3);
  }

  @Test
  void refusesSpansThatDoNotFitTheBuckets() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            HistogramResolution.reduce(histogram(9, new Spans(new int[] {0}, new int[] {2}), 1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            HistogramResolution.reduce(
                histogram(9, new Spans(new int[] {0, -1}, new int[] {1, 1}), 1, 2)));
  }

  private static Histogram histogram(int schema, Spans spans, long... deltas) {
    return new Histogram(
        CounterReset.GAUGE,
        schema,
        0,
        2,
        100,
        5,
        spans,
        Spans.NONE,
        deltas,
        new long[0],
        new double[0]);
  }
}
