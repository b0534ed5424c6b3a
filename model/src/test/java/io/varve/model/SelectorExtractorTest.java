package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.Property;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorExtractorTest {
  private static List<String> selectors(String expression) {
    return SelectorExtractor.extract(expression).stream().map(SelectorExtractorTest::text).toList();
  }

  /// As `metric{rest}`.
  private static String text(List<Matcher> matchers) {
    String first = matchers.getFirst().toString();
    boolean named = first.startsWith("__name__=\"");
    String name = named ? first.substring(10, first.length() - 1) : "";
    List<String> rest = matchers.stream().skip(named ? 1 : 0).map(Matcher::toString).toList();
    return name + (rest.isEmpty() ? "" : "{" + String.join(",", rest) + "}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "up | up",
        " up {job = 'a' , } # all of it | up{job=\"a\"}",
        "{__name__=\"up\"} | up",
        "{\"my.metric\", \"a.b\"!=\"c\"} | my.metric{\"a.b\"!=\"c\"}",
        "job:rate:5m | job:rate:5m",
        "rate(x_total{code=~\"5..\"}[5m]) | x_total{code=~\"5..\"}",
        "rate(x[5m] offset 1w) | x",
        "rate(x[5m:30s] offset -1h30m)[1h:1m] | x",
        "x @ 1609746000.5 + y @ start() + z @ end() offset 5m | x y z",
        "x offset (5m) | x",
        "sum by (job, \"my.label\") (x) | x",
        "sum(x) by (job) | x",
        "sum without (job) (rate(x[5m])) | x",
        "SUM BY (job) (x) / Count(y) BY (job) | x y",
        "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) | x_bucket",
        "quantile by (a) (0.9, x) | x",
        "topk(5, x) + bottomk(1e3, y) | x y",
        "a and b or c unless d atan2 e | a b c d e",
        "a AND b | a b",
        "a == bool b | a b",
        "a >= b <= c != d < e > f == 1 | a b c d e f",
        "a * on(job, instance) group_left(mode) b | a b",
        "a * ignoring(job) group_right b | a b",
        "a and on() b | a b",
        "a + fill(0) b | a b",
        "-a ^ -+b % 2 | a b",
        "1 + 0x1F + .5 + 1e-3 + inf + NaN + Inf * x | x",
        "label_replace(x, \"a\", \"$1{y}\", 'b', `(.*)`) | x",
        "count_values(\"version\", build_info) | build_info",
        "absent(x{a=\"}\", b='{', c=`\"`}) | x{a=\"}\",b=\"{\",c=\"\\\"\"}",
        "sum | sum",
        "count{a=\"b\"} + by + offset | count{a=\"b\"} by offset",
        "group_left_total * bool_total | group_left_total bool_total",
        "foo[5m] anchored | foo",
        "((a)) + (b) | a b",
        "vector(time()) + a | a",
      })
  void findsSelectors(String expression, String expected) {
    assertThat(String.join(" ", selectors(expression))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "time()", "\"text\"", "-5m", "vector(1) + pi()", "Inf"})
  void someExpressionsHaveNone(String expression) {
    assertThat(selectors(expression)).isEmpty();
  }

  @Test
  void commentsAndNewlinesStandAnywhere() {
    assertThat(selectors("sum # {not\n by # (this\n (a) # )\n ( x # \"\n { # }\n a=\"b\" } )"))
        .containsExactly("x{a=\"b\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        " | character 1: expected an operand but found the end",
        "up + | character 5: expected an operand but found the end",
        "up down | character 4: expected an operator but found 'd'",
        "(up | character 4: a parenthesis is not closed",
        "up) | character 3: a parenthesis closes that was not opened",
        "up, down | character 3: expected an operator but found ','",
        "up[5m | character 3: a bracket is not closed",
        "up{a=\"b\" | character 3: a brace is not closed",
        "sum by (a x | character 8: a parenthesis is not closed",
        "sum(x) by a | character 11: expected \"(\" but found 'a'",
        "up = 1 | character 4: expected an operator but found '='",
        "\"abc | character",
        "up{a=b} | expected a quoted value",
        "up{a=~\"(\"} | a",
        "{} | at least one matcher",
        "{a=~\".*\"} | at least one matcher",
        "() | expected an operand but found ')'",
        "$x | expected an operand but found '$'",
        "😀 | expected an operand but found '😀'",
        "up{} {} | expected an operator but found '{'",
      })
  void refusesWhatItCannotRead(String expression, String message) {
    assertThatThrownBy(() -> SelectorExtractor.extract(expression == null ? "" : expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesMoreSelectorsThanAnyoneWrites() {
    assertThat(SelectorExtractor.extract("a" + "+a".repeat(99))).hasSize(100);
    assertThatThrownBy(() -> SelectorExtractor.extract("a" + "+a".repeat(100)))
        .hasMessageContaining("more than 100 selectors");
  }

  @Test
  void deepNestingIsNoBurden() {
    assertThat(selectors("(".repeat(100_000) + "a" + ")".repeat(100_000))).containsExactly("a");
  }

  @Test
  void anyTextIsReadOrRefused() {
    String[] parts = {
      "up", "sum", "by", "(", ")", "{", "}", "[", "]", "\"", "'", "`", "a=\"b\"", ",", "+", "==",
      "=~", "offset", "5m", "@", "#", "\n", " ", "on", "bool", "and", "\\", "é", "1"
    };
    Property.forAll(
        20_000,
        random -> {
          var text = new StringBuilder();
          for (int i = random.nextInt(12); i > 0; i--) {
            text.append(parts[random.nextInt(parts.length)]);
            text.append(random.nextBoolean() ? " " : "");
          }
          try {
            assertThat(SelectorExtractor.extract(text.toString())).doesNotContain(List.of());
          } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageFindingMatch("at character \\d+: |at least one matcher");
          }
        });
  }
}
