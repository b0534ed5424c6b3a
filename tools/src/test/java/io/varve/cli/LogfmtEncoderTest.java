package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogfmtEncoderTest {
  private static final String PREFIX = "time=2026-11-21T10:50:44.820Z level=INFO source=Db ";

  @ParameterizedTest
  @CsvSource({
    "opened the store, msg=\"opened the store\"",
    "opened blocks=3 path=/var/data, msg=\"opened\" blocks=3 path=/var/data",
    "a=b is no field here, msg=\"a=b is no field here\"",
    "kept a=b of c=d, msg=\"kept a=b of\" c=d",
    "no key =x, msg=\"no key =x\"",
    "empty value x=, msg=\"empty value\" x=",
  })
  void writesOneLineWithFields(String message, String expected) {
    assertThat(encode(message, null)).isEqualTo(PREFIX + expected + "\n");
  }

  @Test
  void aLineBreakInTheMessageStaysOnTheLine() {
    assertThat(encode("one\ntwo n=3", null)).isEqualTo(PREFIX + "msg=\"one\\ntwo\" n=3\n");
  }

  @Test
  void quotesWhatWouldEndTheMessage() {
    assertThat(encode("say \"hi\"\t", null)).isEqualTo(PREFIX + "msg=\"say \\\"hi\\\"\\t\"\n");
  }

  @Test
  void exceptionIsAFieldAndItsStackTraceFollows() {
    String text = encode("cannot write n=1", new IOException("disk full"));

    assertThat(text.lines())
        .startsWith(PREFIX + "msg=\"cannot write\" n=1 err=\"java.io.IOException: disk full\"")
        .hasSizeGreaterThan(2);
    assertThat(text).contains("\tat io.varve.cli.LogfmtEncoderTest").endsWith("\n");
  }

  private static String encode(String message, @Nullable Throwable failure) {
    var logger = new LoggerContext().getLogger("io.varve.db.Db");
    var event = new LoggingEvent("", logger, Level.INFO, message, failure, null);
    event.setInstant(Instant.parse("2026-11-21T10:50:44.820Z"));
    return new String(new LogfmtEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
