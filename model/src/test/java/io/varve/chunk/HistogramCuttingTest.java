package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against the chunks that the head of Prometheus 3.13 makes of the same samples.
final class HistogramCuttingTest {
  private static final long RANGE = 7_200_000;
  private static final long START = 1_600_000_000_000L;

  @Test
  void fewBucketsFillWholeKilobytes() {
    assertThat(chunks(4, 5, 15_000, 1500, 0)).containsExactly(374, 240, 240, 240, 240, 166);
  }

  @Test
  void samplesOfARangeAreSpreadEvenly() {
    assertThat(chunks(20, 100, 15_000, 600, 0))
        .containsExactly(
            29, 27, 29, 27, 30, 26, 30, 36, 28, 28, 28, 28, 28, 27, 27, 27, 27, 27, 27, 27, 25, 12);
  }

  @Test
  void largeHistogramsAreTenToAChunk() {
    assertThat(chunks(300, 1000, 15_000, 100, 0))
        .containsExactly(10, 10, 10, 10, 10, 10, 10, 10, 10, 10);
  }

  @Test
  void theEndOfTheRangeGoesBeforeTenSamples() {
    assertThat(chunks(60, 1000, 600_000, 60, 0)).containsExactly(10, 12, 10, 2, 12, 10, 2, 2);
  }

  @Test
  void noEndIsPredictedAfterARefusal() {
    assertThat(chunks(10, 50, 15_000, 600, 70))
        .containsExactly(63, 6, 70, 70, 70, 70, 25, 45, 70, 70, 41);
  }

  /// Samples of each chunk of a counter whose bucket `i` grows by up to {@code modulus} at each.
  ///
  /// @param reset samples between resets
  private static List<Integer> chunks(
      int buckets, long modulus, long step, int samples, int reset) {
    List<Integer> chunks = new ArrayList<>();
    var encoder = new HistogramEncoder(false);
    var cutting = new HistogramCutting();
    long[] counts = new long[buckets];
    for (int k = 1; k <= samples; k++) {
      if (reset > 0 && k % reset == 0) {
        counts = new long[buckets];
      }
      for (int i = 0; i < buckets; i++) {
        counts[i] += k * (i + 1L) * 7919 % modulus;
      }
      append(k, START + (k - 1) * step, counts, encoder, cutting, chunks);
    }
    chunks.add(encoder.sampleCount());
    return chunks;
  }

  private static void append(
      int k,
      long t,
      long[] counts,
      HistogramEncoder encoder,
      HistogramCutting cutting,
      List<Integer> chunks) {
    var histogram = Histograms.withSum(Histograms.counter(new int[] {0, counts.length}, counts), k);
    boolean first = encoder.sampleCount() == 0;
    if (first || cutting.mustCut(encoder, t)) {
      if (!first) {
        chunks.add(encoder.sampleCount());
      }
      encoder.startNext(0, t, histogram);
      cutting.start(t, RANGE);
    } else if (encoder.append(0, t, histogram) == ChunkAppend.NEW_CHUNK) {
      chunks.add(encoder.sampleCount());
      encoder.startNext(0, t, histogram);
      cutting.startRefused(t, RANGE);
    }
  }
}
