package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What holds for every {@link PostingsSource}, and for matchers evaluated over it: it answers as a
/// look at each single series would.
abstract class PostingsSourceContract {
  private static final List<String> NAMES =
      List.of("__name__", "job", "instance", "zone", "été", "\uff5e", "😀", "i", "absent", "");
  private static final List<String> VALUES =
      List.of(
          "", "a", "b", "ab", "abc", "foo", "foobar", "é", "ｚ", "😀", "😀😁", "\n", "1", "42",
          "zz");
  private static final List<String> PREFIXES =
      List.of("", "a", "ab", "foo", "fooz", "é", "\ud83d", "😀", "😀\ud83d", "zzz", "1");
  private static final List<String> REGEXES =
      List.of(
          "",
          ".*",
          ".+",
          "a|b",
          "a|b|",
          "a.*",
          "a.+",
          "foo.*|b",
          ".*o.*",
          "(foo|ab).*",
          "[^a]+",
          "😀.*",
          "(😀|😁).*",
          ".",
          ".?",
          "1.*",
          "[0-4]+",
          "x*",
          "absent",
          "a{1}b?",
          "(?i)FOO",
          "\\n",
          "(a|b)?");

  /// A source with series, and how to name the series of a reference.
  interface Filled {
    PostingsSource source();

    Labels labels(long ref);
  }

  /// A source that holds exactly these series.
  abstract Filled fill(Collection<Labels> series) throws Exception;

  @Test
  void answersNothingWithoutSeries() throws Exception {
    PostingsSource source = fill(List.of()).source();

    assertThat(source.all().next()).isFalse();
    assertThat(source.postings("a", "b").next()).isFalse();
    assertThat(source.postings("a", List.of("b", "c")).next()).isFalse();
    assertThat(source.postings("a", value -> true).next()).isFalse();
    assertThat(source.withName("a").next()).isFalse();
    assertThat(source.labelNames()).isEmpty();
    assertThat(source.labelValues("a")).isEmpty();
    assertThat(MatcherPostings.select(source, List.of()).next()).isFalse();
  }

  @Test
  void findsTheSeriesOfNamesAndValues() {
    Property.forAll(
        50,
        random -> {
          Set<Labels> series = randomSeries(random);
          Filled filled = fill(series);
          PostingsSource source = filled.source();
          String name = pick(random, NAMES);
          List<String> values = List.of(pick(random, VALUES), pick(random, VALUES), "42");
          String prefix = pick(random, PREFIXES);
          Predicate<String> odd = value -> value.hashCode() % 2 == 0;

          assertSelects(filled, source.all(), series, labels -> true);
          assertSelects(
              filled,
              source.postings(name, values.getFirst()),
              series,
              labels -> values.getFirst().equals(labels.get(name)));
          assertSelects(
              filled,
              source.postings(name, values),
              series,
              labels -> labels.get(name) != null && values.contains(labels.get(name)));
          assertSelects(
              filled,
              source.postings(name, prefix, odd),
              series,
              labels -> {
                String value = labels.get(name);
                return value != null && value.startsWith(prefix) && odd.test(value);
              });
          assertSelects(filled, source.withName(name), series, labels -> labels.get(name) != null);
        });
  }

  @Test
  void listsNamesAndValuesInUtf8Order() {
    Property.forAll(
        50,
        random -> {
          Set<Labels> series = randomSeries(random);
          PostingsSource source = fill(series).source();
          var names = new TreeSet<String>(IndexFixture::compareUtf8);
          series.forEach(labels -> names.addAll(labels.names()));

          assertThat(source.labelNames()).containsExactlyElementsOf(names);
          for (String name : NAMES) {
            var values = new TreeSet<String>(IndexFixture::compareUtf8);
            series.stream().map(l -> l.get(name)).filter(Objects::nonNull).forEach(values::add);
            assertThat(source.labelValues(name)).containsExactlyElementsOf(values);
          }
        });
  }

  @Test
  void asksForEachValueOnceAndOnlyForThoseWithThePrefix() throws Exception {
    var series = new HashSet<Labels>();
    for (int i = 0; i < 200; i++) {
      series.add(Labels.of("i", Integer.toString(i), "j", "1"));
    }
    var asked = new ArrayList<String>();

    fill(series).source().postings("i", "19", value -> asked.add(value));

    assertThat(asked)
        .containsExactlyInAnyOrder(
            "19", "190", "191", "192", "193", "194", "195", "196", "197", "198", "199");
  }

  @Test
  void selectsWhatEachMatcherMatches() throws Exception {
    Set<Labels> series = randomSeries(Property.random());
    Filled filled = fill(series);
    for (String name : NAMES) {
      for (Matcher.Type type : Matcher.Type.values()) {
        boolean regex = type == Matcher.Type.REGEX || type == Matcher.Type.NOT_REGEX;
        for (String value : regex ? REGEXES : VALUES) {
          var matcher = Matcher.of(type, name, value);

          assertSelects(
              filled,
              MatcherPostings.select(filled.source(), List.of(matcher)),
              series,
              labels -> matches(labels, matcher));
        }
      }
    }
  }

  @Test
  void selectsWhatAllMatchersMatch() {
    Property.forAll(
        60,
        random -> {
          Set<Labels> series = randomSeries(random);
          Filled filled = fill(series);
          for (int i = 0; i < 10; i++) {
            List<Matcher> matchers = randomMatchers(random);

            assertSelects(
                filled,
                MatcherPostings.select(filled.source(), matchers),
                series,
                labels -> matchers.stream().allMatch(matcher -> matches(labels, matcher)));
          }
        });
  }

  @Test
  void selectsAllWithoutMatchers() {
    Property.forAll(
        5,
        random -> {
          Set<Labels> series = randomSeries(random);
          Filled filled = fill(series);

          assertSelects(
              filled, MatcherPostings.select(filled.source(), List.of()), series, labels -> true);
        });
  }

  private static boolean matches(Labels labels, Matcher matcher) {
    String value = labels.get(matcher.name());
    return matcher.matches(value == null ? "" : value);
  }

  private static void assertSelects(
      Filled filled, Postings actual, Collection<Labels> series, Predicate<Labels> expected) {
    long hint = actual.sizeHint();
    List<Long> refs = IndexFixture.refs(actual);
    assertThat(refs).doesNotHaveDuplicates().isSorted();
    assertThat(hint).isGreaterThanOrEqualTo(refs.size());
    assertThat(refs.stream().map(filled::labels))
        .containsExactlyInAnyOrderElementsOf(series.stream().filter(expected).toList());
  }

  private static List<Matcher> randomMatchers(RandomGenerator random) {
    var matchers = new ArrayList<Matcher>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      Matcher.Type type = pick(random, List.of(Matcher.Type.values()));
      boolean regex = type == Matcher.Type.REGEX || type == Matcher.Type.NOT_REGEX;
      matchers.add(
          Matcher.of(
              type,
              pick(random, random.nextBoolean() ? NAMES.subList(0, 3) : NAMES),
              pick(random, regex ? REGEXES : VALUES)));
    }
    return matchers;
  }

  private static Set<Labels> randomSeries(RandomGenerator random) {
    var series = new HashSet<Labels>();
    for (int i = random.nextInt(200); i > 0; i--) {
      series.add(IndexFixture.randomLabels(random));
    }
    return series;
  }

  private static <T> T pick(RandomGenerator random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
