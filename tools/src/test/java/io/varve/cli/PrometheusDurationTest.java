package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class PrometheusDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "0s, PT0S",
    "15d, P15D",
    "2h30m, PT2H30M",
    "1y, P365D",
    "1w2d, P9D",
    "90s, PT90S",
    "5ms, PT0.005S",
    "1y1w1d1h1m1s1ms, PT8953H1M1.001S",
    "292y, P106580D",
  })
  void readsUnitsInOrder(String text, Duration expected) {
    assertThat(PrometheusDuration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "15", "d", "-1d", "1.5h", "1m1h", "1d1d", " 1d", "1 d", "1D", "15days"})
  void rejectsOtherText(String text) {
    assertThatThrownBy(() -> PrometheusDuration.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' is not a duration such as 15d, 2h30m or 90s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"293y", "9223372036854775807y", "99999999999999999999d"})
  void rejectsWhatPrometheusCannotHold(String text) {
    assertThatThrownBy(() -> PrometheusDuration.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage("'" + text + "' is longer than 292 years");
  }
}
