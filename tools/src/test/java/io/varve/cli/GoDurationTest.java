package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "130, 130ns",
    "24695, 24.695µs",
    "1000000, 1ms",
    "5060538, 5.060538ms",
    "1000000000, 1s",
    "1500000000, 1.5s",
    "1000000001, 1.000000001s",
    "60000000000, 1m0s",
    "7200000000000, 2h0m0s",
    "6199001000000, 1h43m19.001s",
    "7199001000000, 1h59m59.001s",
    "1749600000000000, 486h0m0s",
    "-1500000000, -1.5s",
  })
  void printsAsGoDoes(long nanos, String expected) {
    assertThat(GoDuration.format(Duration.ofNanos(nanos))).isEqualTo(expected);
  }
}
