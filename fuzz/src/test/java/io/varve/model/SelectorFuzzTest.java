package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A selector, and behind the first byte of zero a value to match. What a regular expression is
/// known to match without running it is compared with running it.
final class SelectorFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
            "up{job=\"node\", host=~\"a.*\"}\0abc",
            "{__name__=~\"a|b(c|d)?|e+\"}\0bc",
            "{\"metric.name\", 'label'!=\"x\", `é`!~`(?i)[^a-z]{2,3}\\d$`}\0AB1",
            "{a=\"\\xc3\\xa9\\u00e9\\U0001F600\\101\\n\"} # comment\n\0é",
            "{a=~\"(?:foo|bar)\\\\.x{0}.+?\"}\0foo.xy",
            "{a=~`(?i)[^q-\uFFFD\\x{20}]b`}\0ab",
            "{a=~\"^a[\\\\]b].*$\",b=~\"\\\\Qa.b\\\\E\"}\0a]\n")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void parsesOrRefuses(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int zero = text.indexOf('\0');
    String selector = zero < 0 ? text : text.substring(0, zero);
    String value = zero < 0 ? "" : text.substring(zero + 1);
    List<Matcher> matchers;
    try {
      matchers = SelectorParser.parse(selector);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
      return;
    }
    for (Matcher matcher : matchers) {
      boolean regex =
          matcher.type() == Matcher.Type.REGEX || matcher.type() == Matcher.Type.NOT_REGEX;
      if (regex) {
        var pattern = Pattern.compile(matcher.value(), Pattern.DOTALL);
        // RE2/J takes time by the product of both, and a matcher allows for much of that.
        if (pattern.programSize() * (long) value.length() < 1 << 18) {
          candidates(matcher, value).forEach(candidate -> check(matcher, pattern, candidate));
        }
      }
    }
  }

  private static List<String> candidates(Matcher matcher, String value) {
    var candidates = new ArrayList<>(List.of("", value, matcher.prefix(), matcher.prefix() + "x"));
    matcher.literals().ifPresent(words -> words.stream().limit(10).forEach(candidates::add));
    return candidates;
  }

  private static void check(Matcher matcher, Pattern pattern, String candidate) {
    boolean expected;
    try {
      expected = pattern.matches(candidate);
    } catch (StackOverflowError e) {
      return;
    }
    boolean positive = matcher.type() == Matcher.Type.REGEX;
    assertThat(matcher.matches(candidate))
        .as("%s on <%s>", matcher, candidate)
        .isEqualTo(expected == positive);
    if (expected && positive) {
      assertThat(candidate).startsWith(matcher.prefix());
      matcher.literals().ifPresent(words -> assertThat(words).contains(candidate));
    }
  }
}
