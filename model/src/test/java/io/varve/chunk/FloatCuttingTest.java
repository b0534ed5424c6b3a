package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FloatCuttingTest {
  private static final long RANGE = 7_200_000;

  @ParameterizedTest
  @CsvSource({
    "0, 7200000",
    "7199999, 7200000",
    "7200000, 14400000",
    "-1, 7200000",
    "-7200000, 0",
    "-7200001, 0",
    "1700000000000, 1700006400000"
  })
  void aRangeEndsAtAMultipleOfItsLength(long t, long end) {
    assertThat(FloatCutting.endOf(t, RANGE)).isEqualTo(end);
  }

  @ParameterizedTest
  @CsvSource({
    "100, 200, 1000, 550", // 2.2 parts
    "0, 99, 1000, 500", // 2.5 parts
    "0, 61, 1000, 250", // 4.03 parts
    "0, 83, 1000, 500", // 2.98 parts
    "0, 250, 1000, 1000", // 0.996 parts
    "0, 500, 1000, 1000",
    "100, 100, 1000, 104", // 225 parts
  })
  void dividesTheRestOfTheRangeEvenly(long start, long last, long rangeEnd, long end) {
    assertThat(FloatCutting.computeNextAt(start, last, rangeEnd)).isEqualTo(end);
  }

  @Test
  void predictsOnceAtAQuarterOfTheSamples() {
    assertThat(FloatCutting.nextAt(29, 0, 28_000, RANGE)).isEqualTo(RANGE);
    assertThat(FloatCutting.nextAt(31, 0, 30_000, RANGE)).isEqualTo(RANGE);
    assertThat(FloatCutting.nextAt(30, 0, 29_000, RANGE))
        .isEqualTo(FloatCutting.computeNextAt(0, 29_000, RANGE))
        .isLessThan(RANGE);
  }

  @Test
  void cutsAtTheEndTheSizeOrTheCount() {
    assertThat(FloatCutting.mustCut(10, 1005, RANGE - 1, RANGE)).isFalse();
    assertThat(FloatCutting.mustCut(239, 100, RANGE - 1, RANGE)).isFalse();
    assertThat(FloatCutting.mustCut(10, 1006, RANGE - 1, RANGE)).isTrue();
    assertThat(FloatCutting.mustCut(240, 100, RANGE - 1, RANGE)).isTrue();
    assertThat(FloatCutting.mustCut(10, 100, RANGE, RANGE)).isTrue();
  }

  /// 480 samples of two hours make four chunks of 120.
  @Test
  void aRegularSeriesHasChunksOf120Samples() {
    assertThat(chunks(15_000, 480)).containsExactly(120, 120, 120, 120);
  }

  @Test
  void aSlowSeriesHasOneChunkPerRange() {
    assertThat(chunks(120_000, 180)).containsExactly(60, 60, 60);
  }

  @Test
  void aFastSeriesIsCutEvenly() {
    assertThat(chunks(1_000, 7200))
        .hasSize(61)
        .allMatch(samples -> samples >= 117 && samples < 120);
  }

  private static List<Integer> chunks(long interval, int samples) {
    List<Integer> chunks = new ArrayList<>();
    long start = 0;
    long nextAt = RANGE;
    int inChunk = 0;
    for (int i = 0; i < samples; i++) {
      long t = i * interval;
      nextAt = FloatCutting.nextAt(inChunk, start, t - interval, nextAt);
      if (inChunk > 0 && FloatCutting.mustCut(inChunk, 100, t, nextAt)) {
        chunks.add(inChunk);
        inChunk = 0;
        start = t;
        nextAt = FloatCutting.endOf(t, RANGE);
      }
      inChunk++;
    }
    chunks.add(inChunk);
    return chunks;
  }
}
