package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.re2j.Pattern;
import io.varve.fixture.Property;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MatcherTest {
  @Test
  void equalMatchesTheValueOnly() {
    Matcher matcher = Matcher.equal("job", "a");

    assertThat(matcher.matches("a")).isTrue();
    assertThat(matcher.matches("ab")).isFalse();
    assertThat(matcher.matchesEmpty()).isFalse();
  }

  @Test
  void notEqualMatchesTheAbsentLabel() {
    assertThat(Matcher.notEqual("job", "a").matchesEmpty()).isTrue();
    assertThat(Matcher.notEqual("job", "").matchesEmpty()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a|ab, ab, true",
    "a|ab, abc, false",
    "b, abc, false",
    "a.c, 'a\nc', true",
    ".*, 'a\n', true",
    "a$, 'a\n', false",
    "^a$, a, true",
    "(?i)node, NoDe, true",
    "[[:alpha:]]+, abc, true",
    "\\pL+, äöü, true",
    ".+, '', false",
    "a.+, a, false",
    "a.+, ab, true",
    "x{2}, xx, true",
    ".*foo.*, a foo b, true",
  })
  void regexMatchesTheWholeValue(String regex, String value, boolean expected) {
    assertThat(Matcher.regex("l", regex).matches(value)).isEqualTo(expected);
    assertThat(Matcher.notRegex("l", regex).matches(value)).isEqualTo(!expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "a)(b", "a**", "(?<=a)b", "\\1", "[z-a]", "x{1001}"})
  void refusesAnInvalidRegex(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Matcher.regex("job", regex))
        .withMessageStartingWith("the regular expression \"")
        .withMessageContaining("for label \"job\" is not valid: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "(?i)((a{100}){100}){100}",
        "(a{1000}[[:alpha:])]){1000}",
        "(a{1000}[\\])]){1000}",
        "(a{1000}[^])]){1000}",
        "(a{1000}\\Q)\\E){1000}",
        "(a{1000}\\)){1000}",
        "(a{0,1000}){0,1000}",
        "(a{1000,}){1000,}",
      })
  void refusesARegexThatRepeatsTooMuch(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Matcher.regex("job", regex))
        .withMessageEndingWith("it repeats too much");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(a{100}){100}", "a{1000}b{1000}", "a{,1000}", "a{1001}{2", "{}"})
  void takesARegexThatRepeatsALittle(String regex) {
    assertThat(RegexSize.problem(regex)).isNull();
  }

  /// RE2/J would not end while it compiles them.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)\u1c80",
        "a(?si:b\\x{1C88})",
        "(?i)\\x{0001c84}",
        "(?i)\\Q[\u1c85\\E",
        "(?i)[^q-\uFFFDz]",
        "(?i)[]b-\\x{10FFFF}]",
        "(?i)[\\n-\uFFFD]",
        "(?i)[[:digit:]\u1c88]",
        "(?i)\\Q[\\E[]a-\u1c80]",
      })
  void refusesARegexWhoseCasesHaveNoEnd(String regex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Matcher.regex("job", regex))
        .withMessageEndingWith(
            "it ignores the case of characters from U+1C80 to U+1C88, which is not supported");
  }

  /// With two of them all other characters are folded, so that others of the kind would be noticed.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-\uFFFD]\u1c80",
        "(?-i)\u1c80",
        "(?i)a-\uFFFD",
        "(?i)[^a]",
        "(?i)[a-\u1c7f\u1c89-\uFFFD]",
        "(?i)[\\x{1C89}-\\x{10FFFF}-]",
        "(?i)\\Q[a-\uFFFD]\\E",
        "(?i)\\p{Cyrillic}",
        "(?i)[[:word:]-]",
      })
  void takesARegexThatFoldsOthers(String regex) {
    assertThat(Matcher.regex("job", regex).value()).isEqualTo(regex);
  }

  @Test
  void refusesARegexThatIsNestedTooDeeply() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Matcher.regex("job", "(".repeat(2000) + ")".repeat(2000)))
        .withMessageEndingWith("it is nested too deeply");
    assertThat(Matcher.regex("job", "(".repeat(500) + "a." + ")".repeat(500)).matches("ab"))
        .isTrue();
  }

  @Test
  void aRegexThatExhaustsTheStackIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Matcher.regex("job", "a?".repeat(20_000) + "b").matches("a"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a a",
        "a|b|c a,b,c",
        "(a|b)x ax,bx",
        "a(?:b|c(d|e)) ab,acd,ace",
        "(a|b)(c|d) ac,ad,bc,bd",
        "^(a|b)$ a,b",
        "colou?r color,colour",
        "a\\.b|c\\-d a.b,c-d",
        "a|a a",
        "é|😀 é,😀",
        "a]|} a],}",
      })
  void knowsTheValuesOfAFiniteRegex(String regex, String values) {
    assertThat(Matcher.regex("l", regex).literals())
        .hasValueSatisfying(
            found -> assertThat(found).containsExactlyInAnyOrder(values.split(",")));
  }

  @Test
  void knowsTheEmptyValueOfAFiniteRegex() {
    assertThat(Matcher.regex("l", "").literals()).isEqualTo(Optional.of(List.of("")));
    assertThat(Matcher.regex("l", "|a").literals()).isEqualTo(Optional.of(List.of("", "a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.",
        "(?i)a",
        "a(?i:b)",
        "a*",
        "a+",
        "[ab]",
        "\\d",
        "a\\x41",
        "\\Qa|b\\E",
        "a{2}",
        "\\ba",
        "a|(?P<n>b)",
        "a^b",
        "a$b",
        "\\pL",
        "(?s)a",
        "a|^b"
      })
  void knowsNoValuesOfOtherRegexes(String regex) {
    assertThat(Matcher.regex("l", regex).literals()).isEmpty();
  }

  @Test
  void knowsTheValueOfEqualOnly() {
    assertThat(Matcher.equal("l", "a|b").literals()).isEqualTo(Optional.of(List.of("a|b")));
    assertThat(Matcher.notEqual("l", "a").literals()).isEmpty();
    assertThat(Matcher.notRegex("l", "a").literals()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "abc.* abc",
        "ab(c|d).* ab",
        "abc|abd.+ ab",
        "^ab+ ab",
        "ab* a",
        "a\\.b[0-9]+ a.b",
        "a(bc)?d a",
        "ab{2} ab",
        "x(😀|😁)y.* x",
      })
  void knowsThePrefixOfARegex(String regex, String prefix) {
    assertThat(Matcher.regex("l", regex).prefix()).isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {".*a", "(?i)abc.*", "a{0,2}b", "[ab]c", "a|.*", "\\Qab\\E.*", "a?b.*"})
  void knowsNoPrefixWhereThereIsNone(String regex) {
    assertThat(Matcher.regex("l", regex).prefix()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {".*", "^.*$", "(.*)", ".*?"})
  void knowsThatARegexMatchesEverything(String regex) {
    assertThat(Matcher.regex("l", regex).isAlwaysTrue()).isTrue();
    assertThat(Matcher.regex("l", regex).isAlwaysFalse()).isFalse();
    assertThat(Matcher.notRegex("l", regex).isAlwaysFalse()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {".+", "a.*", "\\.*", "(?-s).*", "", "[.*]*"})
  void knowsThatARegexDoesNotMatchEverything(String regex) {
    assertThat(Matcher.regex("l", regex).isAlwaysTrue()).isFalse();
  }

  @Test
  void givesUpOnProductsThatGrowTooLarge() {
    assertThat(Matcher.regex("l", "(a|b)".repeat(40)).literals()).isEmpty();
    assertThat(Matcher.regex("l", "(a|b)".repeat(40)).matches("ab".repeat(20))).isTrue();
  }

  @Test
  void givesUpOnALongListThatGoesOn() {
    String list = "(" + String.join("|", Collections.nCopies(5000, "ab")) + "|abc|b)";

    Matcher matcher = Matcher.regex("l", "x" + list + "(y)".repeat(2000));

    assertThat(matcher.prefix()).isEqualTo("x");
    assertThat(Matcher.regex("l", "x" + list).literals())
        .isEqualTo(Optional.of(List.of("xab", "xabc", "xb")));
  }

  @Test
  void takesALongListOfAlternatives() {
    List<String> values = IntStream.range(0, 20_000).mapToObj(i -> "pod-" + i).toList();

    Matcher matcher = Matcher.regex("pod", String.join("|", values));

    assertThat(matcher.literals()).isEqualTo(Optional.of(values));
    assertThat(matcher.matches("pod-19999")).isTrue();
    assertThat(matcher.prefix()).isEqualTo("pod-");
  }

  /// What is known of a regex without running it must agree with running it.
  @Test
  void knowledgeAgreesWithTheRegexEngine() {
    Property.forAll(
        4_000,
        random -> {
          String regex = regex(random, 3);
          Matcher matcher;
          try {
            matcher = Matcher.regex("l", regex);
          } catch (IllegalArgumentException e) {
            return;
          }
          Pattern engine = Pattern.compile("^(?s:" + regex + ")$");
          List<String> candidates = new ArrayList<>(matcher.literals().orElse(List.of()));
          for (int i = 0; i < 40; i++) {
            candidates.add(value(random));
          }
          for (String candidate : candidates) {
            boolean matches = engine.matcher(candidate).find();
            assertThat(matcher.matches(candidate))
                .as("%s on %s", regex, candidate)
                .isEqualTo(matches);
            if (matches) {
              assertThat(candidate).startsWith(matcher.prefix());
            }
          }
        });
  }

  private static String regex(RandomGenerator random, int depth) {
    var regex = new StringBuilder();
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      switch (random.nextInt(depth > 0 ? 9 : 5)) {
        case 0, 1, 2 -> regex.append("ab.".charAt(random.nextInt(3)));
        case 3 -> regex.append(pick(random, "\\.", "[ab]", "[^a]", "\\w", "^", "$", "\\n", "[]a]"));
        case 4 -> regex.append(pick(random, "a?", "b*", ".*", ".+", "a{2}", "b{0,1}", "a??", "{"));
        case 5 -> regex.append('(').append(regex(random, depth - 1)).append(')');
        case 6 -> regex.append("(?:").append(regex(random, depth - 1)).append(')');
        case 7 -> regex.append(regex(random, depth - 1)).append('|');
        default ->
            regex
                .append('(')
                .append(pick(random, "?i:", "?-s:", "", "?s:"))
                .append(regex(random, depth - 1))
                .append(')')
                .append(pick(random, "*", "+", "?", "{2}", ""));
      }
    }
    return regex.toString();
  }

  private static String pick(RandomGenerator random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static String value(RandomGenerator random) {
    var value = new StringBuilder();
    for (int n = random.nextInt(6); n > 0; n--) {
      value.append("aaabbbAB.\n{]".charAt(random.nextInt(12)));
    }
    return value.toString();
  }

  @Test
  void inverseMatchesTheOthers() {
    Matcher matcher = Matcher.regex("l", "a.*");

    assertThat(matcher.inverse()).isEqualTo(Matcher.notRegex("l", "a.*"));
    assertThat(matcher.inverse().matches("b")).isTrue();
    assertThat(matcher.inverse().inverse()).isEqualTo(matcher);
    assertThat(Matcher.equal("l", "a").inverse()).isEqualTo(Matcher.notEqual("l", "a"));
  }

  @Test
  void printsAsInASelector() {
    assertThat(Matcher.equal("job", "a\"b")).hasToString("job=\"a\\\"b\"");
    assertThat(Matcher.notRegex("a.b", "c")).hasToString("\"a.b\"!~\"c\"");
  }

  @Test
  void refusesMatchersThatAllMatchTheEmptyValue() {
    List<Matcher> open = List.of(Matcher.regex("a", ".*"), Matcher.notEqual("b", "x"));

    assertThatIllegalArgumentException().isThrownBy(() -> Matcher.requireNonEmpty(open));
    assertThatIllegalArgumentException().isThrownBy(() -> Matcher.requireNonEmpty(List.of()));
    List<Matcher> closed = List.of(Matcher.regex("a", ".*"), Matcher.notEqual("b", ""));
    assertThat(Matcher.requireNonEmpty(closed)).isSameAs(closed);
  }
}
