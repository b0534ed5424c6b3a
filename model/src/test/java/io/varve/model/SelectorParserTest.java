package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SelectorParserTest {
  @Test
  void takesAMetricName() {
    assertThat(SelectorParser.parse(" node:up_5m ")).containsExactly(name("node:up_5m"));
    assertThat(SelectorParser.parse("up{}")).containsExactly(name("up"));
  }

  @Test
  void takesAllOperators() {
    assertThat(SelectorParser.parse("up{a=\"1\",b!=\"2\",c=~\"3.*\",d!~\"4\"}"))
        .containsExactly(
            name("up"),
            Matcher.equal("a", "1"),
            Matcher.notEqual("b", "2"),
            Matcher.regex("c", "3.*"),
            Matcher.notRegex("d", "4"));
  }

  @Test
  void takesSpaceCommentsAndATrailingComma() {
    assertThat(SelectorParser.parse("up # a metric\n{ a = \"1\" , # one\n\tb=\"2\", }"))
        .containsExactly(name("up"), Matcher.equal("a", "1"), Matcher.equal("b", "2"));
  }

  @Test
  void takesQuotedNames() {
    assertThat(SelectorParser.parse("{\"metric.name\", 'label name'=\"x\", `é`!=\"y\"}"))
        .containsExactly(
            name("metric.name"), Matcher.equal("label name", "x"), Matcher.notEqual("é", "y"));
  }

  @Test
  void takesTheNameAsALabel() {
    assertThat(SelectorParser.parse("{__name__=~\"a.*\"}"))
        .containsExactly(Matcher.regex("__name__", "a.*"));
  }

  @Test
  void takesTheEmptySelector() {
    assertThat(SelectorParser.parse("{}")).isEqualTo(List.of());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = ' ',
      value = {
        "\"a\\\\b\" a\\b",
        "\"\\\"\" \"",
        "'\\'\"' '\"",
        "'é😀' é😀",
        "\"\\u00e9\\U0001F600\" é😀",
        "\"\\xc3\\xa9\" é",
        "\"\\303\\251\" é",
        "`a\\b\"'` a\\b\"'",
      })
  void takesAllQuotesAndEscapes(String quoted, String value) {
    assertThat(SelectorParser.parse("{a=" + quoted + "}"))
        .containsExactly(Matcher.equal("a", value));
  }

  @Test
  void takesControlEscapes() {
    assertThat(SelectorParser.parse("{a=\"\\a\\b\\f\\n\\r\\t\\v\\x00\"}"))
        .containsExactly(Matcher.equal("a", "\u0007\b\f\n\r\t\u000b\0"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      delimiter = ';',
      value = {
        "^^;1;expected a metric name or \"{\" but found the end",
        "1up;1;expected a metric name or \"{\" but found '1'",
        "up{;4;expected a label name or \"}\" but found the end",
        "up};3;expected a metric name or \"{\" but found '}'",
        "up{a};5;expected one of the operators = != =~ !~ but found '}'",
        "up{a==\"x\"};6;expected a quoted value but found '='",
        "up{a=x};6;expected a quoted value but found 'x'",
        "up{a=\"x\";9;expected \",\" or \"}\" but found the end",
        "up{a=\"x\" b=\"y\"};10;expected \",\" or \"}\" but found 'b'",
        "up{,};4;expected a label name or \"}\" but found ','",
        "up{a=\"x\",,};10;expected a label name or \"}\" but found ','",
        "up{a:b=\"x\"};5;expected one of the operators = != =~ !~ but found ':'",
        "{a=\"x};6;a string has no closing quote",
        "{a=`x};4;a string has no closing quote",
        "{a=\"\\q\"};6;a string has an unknown escape sequence",
        "{a=\"\\'\"};6;a string has an unknown escape sequence",
        "{a=\"\\x4\"};8;an escape sequence in a string has too few digits",
        "{a=\"\\ud800\"};10;an escape sequence in a string is out of range",
        "{a=\"\\U00110000\"};14;an escape sequence in a string is out of range",
        "{a=\"\\777\"};8;an escape sequence in a string is out of range",
        "{a=\"\\xff\"};4;a string is not valid UTF-8",
        "{a=\"x\"} b;9;expected the end of the selector but found 'b'",
        "up{b=\"x\",a=~\"(\"};10;the regular expression \"(\" for label \"a\" is not valid: "
            + "missing closing )",
        "up{__name__=\"x\"};17;the metric name must not be set twice, as up and by __name__=\"x\"",
        "up{\"x\"};8;the metric name must not be set twice, as up and by __name__=\"x\"",
      })
  void saysWhatIsWrongAndWhere(String selector, int position, String what) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SelectorParser.parse(selector))
        .withMessage("selector is not valid at character " + position + ": " + what);
  }

  private static Matcher name(String metric) {
    return Matcher.equal(Labels.METRIC_NAME, metric);
  }

  @Test
  void takesOrRefusesEveryPrefixAndEveryOtherCharacter() {
    String selector = "up{a=\"\\u00e9\\x41\\n\", 'b c'!~`x|(y+)*?[^z-]\\d`, \"m\"} # é😀\n";
    for (int at = 0; at < selector.length(); at++) {
      takesOrRefuses(selector.substring(0, at));
      for (String other : new String[] {"", "\"", "\\", "{", "(", "\0", "\ud83d", "9", "=~"}) {
        takesOrRefuses(selector.substring(0, at) + other + selector.substring(at + 1));
      }
    }
  }

  private static void takesOrRefuses(String selector) {
    try {
      assertThat(SelectorParser.parse(selector)).as(selector).doesNotContainNull();
    } catch (IllegalArgumentException e) {
      assertThat(e).as(selector).hasMessageStartingWith("selector is not valid at character ");
    }
  }
}
