package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.HistogramSchema;
import io.varve.model.Spans;
import org.junit.jupiter.api.Test;

class HistogramTextTest {
  private static final double[] NO_BOUNDS = {};
  private static final long[] NO_BUCKETS = {};

  private static String text(Histogram h) {
    var text = new StringBuilder();
    HistogramText.append(text, h);
    return text.toString();
  }

  private static Histogram positive(int schema, int index, long... deltas) {
    long count = 0;
    long sum = 0;
    for (long delta : deltas) {
      count += delta;
      sum += count;
    }
    var spans = new Spans(new int[] {index}, new int[] {deltas.length});
    return new Histogram(
        CounterReset.UNKNOWN,
        schema,
        0,
        0,
        sum,
        2.5,
        spans,
        Spans.NONE,
        deltas,
        NO_BUCKETS,
        NO_BOUNDS);
  }

  @Test
  void printsBucketsFromTheLowestToTheHighestWithoutEmptyOnes() {
    var h =
        new Histogram(
            CounterReset.UNKNOWN,
            0,
            0.001,
            2,
            9,
            -1.5,
            new Spans(new int[] {0, 1}, new int[] {2, 1}),
            new Spans(new int[] {0}, new int[] {2}),
            new long[] {1, -1, 2},
            new long[] {3, -2},
            NO_BOUNDS);

    assertThat(text(h))
        .isEqualTo(
            "{count:9, sum:-1.5, [-2,-1):1, [-1,-0.5):3, [-0.001,0.001]:2, (0.5,1]:1, (4,8]:2}");
  }

  @Test
  void printsTheBoundsThatPrometheusPrints() {
    assertThat(text(positive(1, 1, 1))).isEqualTo("{count:1, sum:2.5, (1,1.414213562373095]:1}");
    assertThat(text(positive(3, -8, 1)))
        .isEqualTo("{count:1, sum:2.5, (0.45850202160233555,0.5]:1}");
    assertThat(text(positive(-1, 2, 1))).isEqualTo("{count:1, sum:2.5, (4,16]:1}");
  }

  @Test
  void endsTheLastBucketOfNumbersAtTheLargestOne() {
    assertThat(text(positive(0, 1024, 1, 1)))
        .isEqualTo(
            "{count:3, sum:2.5, (8.98846567431158e+307,1.7976931348623157e+308]:1,"
                + " (1.7976931348623157e+308,+Inf]:2}");
    assertThat(text(positive(-2, 256, 1)))
        .isEqualTo("{count:1, sum:2.5, (1.1235582092889474e+307,1.7976931348623157e+308]:1}");
  }

  @Test
  void printsCustomBounds() {
    var h =
        new Histogram(
            CounterReset.UNKNOWN,
            HistogramSchema.CUSTOM,
            0,
            0,
            6,
            7,
            new Spans(new int[] {0}, new int[] {3}),
            Spans.NONE,
            new long[] {1, 1, 1},
            NO_BUCKETS,
            new double[] {0.5, 2});

    assertThat(text(h)).isEqualTo("{count:6, sum:7, [-Inf,0.5]:1, (0.5,2]:2, (2,+Inf]:3}");
  }

  @Test
  void printsFloatCounts() {
    var text = new StringBuilder();
    HistogramText.append(text, positive(0, 0, 1).toFloat());
    assertThat(text).hasToString("{count:1, sum:2.5, (0.5,1]:1}");
  }
}
