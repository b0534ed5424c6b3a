package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class RatioTest {
  @Test
  void isFromZeroToOne() {
    assertThat(new Ratio().convert("0")).isZero();
    assertThat(new Ratio().convert("0.25")).isEqualTo(0.25);
    assertThat(new Ratio().convert("1e0")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-0.1", "1.01", "NaN", "half", "50%"})
  void nothingElseIs(String text) {
    assertThatThrownBy(() -> new Ratio().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
