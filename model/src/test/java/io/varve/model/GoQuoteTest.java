package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoQuoteTest {
  private static String quote(String text) {
    var out = new StringBuilder();
    GoQuote.append(out, text);
    return out.toString();
  }

  /// What Go's `strconv.Quote` gives for each code point.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {
        "0x61, \"a\"",
        "0x20, \" \"",
        "0x22, \"\\\"\"",
        "0x27, \"'\"",
        "0x5c, \"\\\\\"",
        "0x07, \"\\a\"",
        "0x08, \"\\b\"",
        "0x09, \"\\t\"",
        "0x0a, \"\\n\"",
        "0x0b, \"\\v\"",
        "0x0c, \"\\f\"",
        "0x0d, \"\\r\"",
        "0x00, \"\\x00\"",
        "0x1b, \"\\x1b\"",
        "0x7f, \"\\x7f\"",
        "0x80, \"\\u0080\"",
        "0xa0, \"\\u00a0\"",
        "0xad, \"\\u00ad\"",
        "0xe9, \"é\"",
        "0x301, \"\u0301\"",
        "0x200b, \"\\u200b\"",
        "0x2028, \"\\u2028\"",
        "0x3000, \"\\u3000\"",
        "0xe000, \"\\ue000\"",
        "0xfeff, \"\\ufeff\"",
        "0xfffd, \"\ufffd\"",
        "0xffff, \"\\uffff\"",
        "0x1f600, \"😀\"",
        "0x10ffff, \"\\U0010ffff\"",
      })
  void quotesAsGo(int point, String quoted) {
    assertThat(quote(Character.toString(point))).isEqualTo(quoted);
  }

  @Test
  void unquotingReturnsTheText() {
    Property.forAll(
        2000,
        random -> {
          var text = new StringBuilder();
          for (int n = random.nextInt(20); n > 0; n--) {
            int point = random.nextInt(1 << random.nextInt(1, 21));
            boolean surrogate = point >= 0xd800 && point < 0xe000;
            text.appendCodePoint(surrogate ? '\\' : point);
          }
          String quoted = quote(text.toString());

          GoUnquote.Quoted read = GoUnquote.read("x" + quoted + "x", 1);

          assertThat(read.value()).isEqualTo(text.toString());
          assertThat(read.end()).isEqualTo(quoted.length() + 1);
        });
  }
}
