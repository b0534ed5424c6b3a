package io.varve.index;

import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// From matchers to the series that fulfil all of them, with Prometheus' rules
/// (`PostingsForMatchers` in `tsdb/querier.go`). Stateless.
///
/// A series without a label counts as having the empty value for it, but only values that are there
/// have postings. So a matcher that does not match the empty value selects the union of the lists
/// of the values it matches, and one that does is turned round: the union of the lists of the
/// values it does *not* match is taken away.
///
/// All that selects is read before all that is taken away. A series that comes into the source in
/// between then is either unknown to the first step or in every list of the second.
public final class MatcherPostings {
  /// Matches every value that is there.
  private static final String SOMETHING = ".+";

  private MatcherPostings() {}

  /// The series that fulfil all matchers; all series if there is none.
  public static Postings select(PostingsSource source, List<Matcher> matchers) {
    if (matchers.stream().anyMatch(Matcher::isAlwaysFalse)) {
      return Postings.EMPTY;
    }
    Postings selected = selected(source, matchers);
    for (Matcher matcher : matchers) {
      if (selected.sizeHint() == 0) {
        return selected;
      }
      if (matcher.matchesEmpty() && !matcher.isAlwaysTrue()) {
        selected = PostingsSets.without(selected, present(source, matcher.inverse()));
      }
    }
    return selected;
  }

  /// The series that fulfil the matchers which do not match the empty value. Those that need no
  /// walk over values go first: often they find nothing, and then the walks are saved.
  private static Postings selected(PostingsSource source, List<Matcher> matchers) {
    List<Matcher> selecting =
        matchers.stream()
            .filter(matcher -> !matcher.matchesEmpty())
            .sorted(Comparator.comparing(matcher -> matcher.literals().isEmpty()))
            .toList();
    if (selecting.isEmpty()) {
      return source.all();
    }
    var lists = new ArrayList<Postings>();
    for (Matcher matcher : selecting) {
      Postings list = present(source, matcher);
      if (list.sizeHint() == 0) {
        return list;
      }
      lists.add(list);
    }
    return PostingsSets.intersect(lists);
  }

  /// The series that have a value which matches.
  ///
  /// @param matcher does not match the empty value
  private static Postings present(PostingsSource source, Matcher matcher) {
    if (matchesAnyValue(matcher)) {
      return source.withName(matcher.name());
    }
    Optional<List<String>> literals = matcher.literals();
    if (literals.isEmpty()) {
      return source.postings(matcher.name(), matcher.prefix(), matcher::matches);
    }
    List<String> values = literals.get();
    return values.size() == 1
        ? source.postings(matcher.name(), values.getFirst())
        : source.postings(matcher.name(), values);
  }

  private static boolean matchesAnyValue(Matcher matcher) {
    return switch (matcher.type()) {
      case EQUAL, NOT_REGEX -> false;
      case NOT_EQUAL -> matcher.value().isEmpty();
      case REGEX -> matcher.value().equals(SOMETHING);
    };
  }
}
