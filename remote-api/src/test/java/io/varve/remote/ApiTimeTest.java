package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class ApiTimeTest {
  @Test
  void readsSecondsWithAFraction() {
    assertThat(ApiTime.parse("0")).isZero();
    assertThat(ApiTime.parse("1700000000.123")).isEqualTo(1_700_000_000_123L);
    assertThat(ApiTime.parse("1.0004")).isEqualTo(1000);
    assertThat(ApiTime.parse("-1.5")).isEqualTo(-1500);
    assertThat(ApiTime.parse("1.7e9")).isEqualTo(1_700_000_000_000L);
    assertThat(ApiTime.parse("1E3")).isEqualTo(1_000_000L);
    assertThat(ApiTime.parse("+5")).isEqualTo(5000);
  }

  @Test
  void readsRfc3339() {
    assertThat(ApiTime.parse("1970-01-01T00:00:01.25Z")).isEqualTo(1250);
    assertThat(ApiTime.parse("1970-01-01T01:00:00.123456789+01:00")).isEqualTo(123);
  }

  @Test
  void readsTheEndsOfTime() {
    assertThat(ApiTime.parse("-292273086-05-16T16:47:06Z")).isEqualTo(ApiTime.MIN);
    assertThat(ApiTime.parse("292277025-08-18T07:12:54.999999999Z")).isEqualTo(ApiTime.MAX);
    assertThat(ApiTime.MIN).isEqualTo(-9_223_309_901_257_974_000L);
    assertThat(ApiTime.MAX).isEqualTo(9_223_309_901_257_974_999L);
  }

  @Test
  void refusesEverythingElse() {
    for (String text :
        new String[] {
          "soon", "1f", " 1", "0x10", "NaN", "Infinity", "1e30", "--1", "", "1970-01-01"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ApiTime.parse(text))
          .withMessageContaining("cannot parse");
    }
  }
}
