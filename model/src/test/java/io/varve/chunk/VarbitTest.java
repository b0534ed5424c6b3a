package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VarbitTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 5",
    "4, 5",
    "-3, 5",
    "5, 9",
    "32, 9",
    "-4, 9",
    "-31, 9",
    "33, 13",
    "256, 13",
    "-32, 13",
    "-255, 13",
    "257, 17",
    "2048, 17",
    "-2047, 17",
    "2049, 24",
    "131072, 24",
    "-131071, 24",
    "131073, 32",
    "16777216, 32",
    "-16777215, 32",
    "16777217, 64",
    "36028797018963968, 64",
    "-36028797018963967, 64",
    "36028797018963969, 72",
    "-36028797018963968, 72",
    "9223372036854775807, 72",
    "-9223372036854775808, 72"
  })
  void signedNumbersTakeTheFewestBits(long value, int bits) {
    var out = new Xor2Encoder();
    int before = out.position;

    out.putVarbit(value);

    assertThat(out.position - before).isEqualTo(bits);
    assertThat(reader(out).takeVarbit()).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "1, 5",
    "7, 5",
    "8, 9",
    "63, 9",
    "64, 13",
    "511, 13",
    "512, 17",
    "4095, 17",
    "4096, 24",
    "262143, 24",
    "262144, 32",
    "33554431, 32",
    "33554432, 64",
    "72057594037927935, 64",
    "72057594037927936, 72",
    "-1, 72"
  })
  void unsignedNumbersTakeTheFewestBits(long value, int bits) {
    var out = new Xor2Encoder();
    int before = out.position;

    out.putUvarbit(value);

    assertThat(out.position - before).isEqualTo(bits);
    assertThat(reader(out).takeUvarbit()).isEqualTo(value);
  }

  private static BitReader reader(Xor2Encoder out) {
    var buffer = new ChunkBuffer();
    out.copyTo(buffer);
    var reader = new Xor2Cursor();
    reader.reset(buffer, "bits", 0);
    return reader;
  }
}
