package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class Crc32cTest {
  /// The check value of the Castagnoli polynomial in every catalogue of CRCs.
  @Test
  void isCastagnoli() {
    byte[] bytes = "x123456789x".getBytes(StandardCharsets.UTF_8);

    assertThat(Crc32c.of(bytes, 1, 9)).isEqualTo(0xe3069283);
    assertThat(Crc32c.of(bytes, 0, 0)).isZero();
  }
}
