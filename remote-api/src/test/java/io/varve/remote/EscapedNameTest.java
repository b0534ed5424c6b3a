package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EscapedNameTest {
  @Test
  void leavesOrdinaryNamesAlone() {
    assertThat(EscapedName.unescape("job")).isEqualTo("job");
    assertThat(EscapedName.unescape("a__b_c")).isEqualTo("a__b_c");
    assertThat(EscapedName.unescape("http.code")).isEqualTo("http.code");
  }

  @Test
  void unescapesCodePointsAndUnderscores() {
    assertThat(EscapedName.unescape("U__http_2e_status__code")).isEqualTo("http.status_code");
    assertThat(EscapedName.unescape("U___1F600__e9_")).isEqualTo("😀é");
    assertThat(EscapedName.unescape("U__plain")).isEqualTo("plain");
  }

  @Test
  void leavesNamesThatAreWronglyEscaped() {
    for (String name :
        new String[] {
          "U__a_", "U__a_2e", "U__a_xyz_", "U__a_1234567_", "U__a_d800_", "U__a_110000_", "U__é_é_"
        }) {
      assertThat(EscapedName.unescape(name)).isEqualTo(name);
    }
  }
}
