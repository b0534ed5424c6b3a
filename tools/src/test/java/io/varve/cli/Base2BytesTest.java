package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class Base2BytesTest {
  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "17B, 17",
    "64KB, 65536",
    "64KiB, 65536",
    "128MB, 134217728",
    "1GB, 1073741824",
    "7EB, 8070450532247928832",
  })
  void readsAllUnitsAsPowersOfTwo(String text, long expected) {
    assertThat(Base2Bytes.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "128", "MB", "-1MB", "1.5GB", "1M", "1 MB", "1mb", "8EB"})
  void rejectsOtherText(String text) {
    assertThatThrownBy(() -> Base2Bytes.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "547, 547B",
    "53795, 52KiB547B",
    "62460, 60KiB1020B",
    "61440, 60KiB",
    "1073741825, 1GiB1B",
    "9223372036854775807, 7EiB1023PiB1023TiB1023GiB1023MiB1023KiB1023B",
  })
  void printsEveryUnitThatCounts(long bytes, String expected) {
    assertThat(Base2Bytes.format(bytes)).isEqualTo(expected);
  }
}
