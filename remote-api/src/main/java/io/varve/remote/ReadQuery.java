package io.varve.remote;

import io.varve.model.Matcher;
import io.varve.remote.RemoteProto.Query;
import io.varve.remote.TypesProto.LabelMatcher;
import io.varve.remote.TypesProto.ReadHints;
import java.util.List;

/// One query of a remote read request.
///
/// @param mint first instant wanted, milliseconds since the epoch, inclusive
/// @param maxt last instant wanted, milliseconds since the epoch, inclusive
/// @param matchers at least one
/// @param labelsOnly whether the labels of the series suffice
record ReadQuery(long mint, long maxt, List<Matcher> matchers, boolean labelsOnly) {
  private static final String LABELS_ONLY = "series";

  /// As a {@link io.varve.Querier} takes them.
  Matcher[] matcherArray() {
    return matchers.toArray(Matcher[]::new);
  }

  static List<ReadQuery> of(List<Query> queries) {
    return queries.stream().map(ReadQuery::of).toList();
  }

  /// @throws Refusal if the query makes no sense
  private static ReadQuery of(Query query) {
    long mint = query.getStartTimestampMs();
    long maxt = query.getEndTimestampMs();
    if (mint > maxt) {
      throw Refusal.badRequest("the query starts at " + mint + ", after it ends at " + maxt);
    }
    if (query.getMatchersCount() == 0) {
      throw Refusal.badRequest("the query has no matcher");
    }
    List<Matcher> matchers = query.getMatchersList().stream().map(ReadQuery::matcher).toList();
    ReadHints hints = query.getHints();
    boolean labelsOnly = hints.getFunc().equals(LABELS_ONLY);
    // The range of the hints is that of one selector, the range of the query that of the whole
    // expression it is in. Hints that give no range are not meant to narrow it to the year 1970.
    boolean narrows = hints.getStartMs() != 0 || hints.getEndMs() != 0;
    if (narrows && hints.getStartMs() <= hints.getEndMs()) {
      return new ReadQuery(hints.getStartMs(), hints.getEndMs(), matchers, labelsOnly);
    }
    return new ReadQuery(mint, maxt, matchers, labelsOnly);
  }

  private static Matcher matcher(LabelMatcher matcher) {
    Matcher.Type type =
        switch (matcher.getType()) {
          case EQ -> Matcher.Type.EQUAL;
          case NEQ -> Matcher.Type.NOT_EQUAL;
          case RE -> Matcher.Type.REGEX;
          case NRE -> Matcher.Type.NOT_REGEX;
          case UNRECOGNIZED ->
              throw Refusal.badRequest(
                  "the matcher type " + matcher.getTypeValue() + " is not known");
        };
    try {
      return Matcher.of(type, matcher.getName(), matcher.getValue());
    } catch (IllegalArgumentException e) {
      throw Refusal.badRequest(String.valueOf(e.getMessage()));
    }
  }
}
