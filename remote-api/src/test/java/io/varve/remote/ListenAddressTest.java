package io.varve.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class ListenAddressTest {
  @Test
  void readsHostAndPort() {
    assertThat(ListenAddress.parse("127.0.0.1:9201"))
        .isEqualTo(new ListenAddress("127.0.0.1", 9201));
    assertThat(ListenAddress.parse("localhost:0")).isEqualTo(new ListenAddress("localhost", 0));
    assertThat(ListenAddress.parse("[::1]:80")).isEqualTo(new ListenAddress("::1", 80));
    assertThat(ListenAddress.parse("[::1]:80").toString()).isEqualTo("[::1]:80");
  }

  @Test
  void takesNoHostForEveryInterface() {
    assertThat(ListenAddress.parse(":9201")).isEqualTo(new ListenAddress("0.0.0.0", 9201));
  }

  @Test
  void refusesOtherText() {
    for (String text : new String[] {"", "localhost", "a:b", "a:-1", "a:65536", "::1", "::1:80"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ListenAddress.parse(text))
          .withMessageContaining("host:port");
    }
  }
}
