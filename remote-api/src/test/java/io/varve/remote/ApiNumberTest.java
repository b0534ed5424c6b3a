package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiNumberTest {
  /// As Prometheus 3.5 writes them.
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0.0, -0",
    "1, 1",
    "100, 100",
    "0.1, 0.1",
    "-123456789.5, -123456789.5",
    "0.000001, 0.000001",
    "0.00000099, 9.9e-07",
    "1e-320, 1e-320",
    "5e-324, 5e-324",
    "1e20, 100000000000000000000",
    "1e21, 1e+21",
    "-1.25e300, -1.25e+300",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "NaN, NaN",
    "Infinity, +Inf",
    "-Infinity, -Inf",
  })
  void writesValues(double value, String text) {
    assertThat(ApiNumber.value(value)).isEqualTo(text);
  }

  @Test
  void writesTimesInSecondsWithMilliseconds() {
    assertThat(ApiNumber.seconds(1_700_000_000_000L)).isEqualTo("1700000000");
    assertThat(ApiNumber.seconds(1_700_000_000_050L)).isEqualTo("1700000000.050");
    assertThat(ApiNumber.seconds(1)).isEqualTo("0.001");
    assertThat(ApiNumber.seconds(-1500)).isEqualTo("-1.500");
    assertThat(ApiNumber.seconds(0)).isEqualTo("0");
  }
}
