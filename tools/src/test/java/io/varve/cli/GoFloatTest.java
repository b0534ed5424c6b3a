package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Expected texts are what promtool 2.42 and 3.5 print for these numbers.
final class GoFloatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "-1, -1",
    "0.5, 0.5",
    "123.456, 123.456",
    "100000, 100000",
    "999999, 999999",
    "1000000, 1e+06",
    "1234567, 1.234567e+06",
    "123457789, 1.23457789e+08",
    "1e21, 1e+21",
    "1e100, 1e+100",
    "123456789012345678, 1.2345678901234568e+17",
    "9007199254740993, 9.007199254740992e+15",
    "0.001, 0.001",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "0.00012345, 0.00012345",
    "9.5367431640625e-07, 9.5367431640625e-07",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void printsAsPromtoolDoes(double value, String expected) {
    assertThat(GoFloat.format(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"4.9E-324, 5e-324", "9.9E-324, 1e-323", "1.5E-323, 1.5e-323", "2.0E23, 2e+23"})
  void prefersOneDigitWhereJavaPrintsTwo(double value, String expected) {
    assertThat(GoFloat.format(value)).isEqualTo(expected);
  }

  @Test
  void printsAnyNaNAlike() {
    assertThat(GoFloat.format(Double.longBitsToDouble(0x7ff0000000000002L))).isEqualTo("NaN");
  }

  @Test
  void printsWhatReadsBackAsTheSameNumber() {
    long seed = Long.getLong("varve.seed", System.nanoTime());
    var random = new SplittableRandom(seed);

    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(GoFloat.format(value))).as("seed %d", seed).isEqualTo(value);
      }
    }
  }
}
