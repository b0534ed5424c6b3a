package io.varve.index;

import io.varve.model.Matcher;
import java.util.List;

/// From matchers to the series that fulfil all of them, with Prometheus' rules. Stateless.
public final class MatcherPostings {
  private MatcherPostings() {}

  /// The series that fulfil all matchers; all series if there is none.
  public static Postings select(PostingsSource source, List<Matcher> matchers) {
    throw new UnsupportedOperationException();
  }
}
