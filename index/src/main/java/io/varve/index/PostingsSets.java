package io.varve.index;

import java.util.List;

/// Set algebra over {@link Postings}. The arguments are consumed: they belong to the result.
public final class PostingsSets {
  private PostingsSets() {}

  /// What is in all of the lists; none of no lists.
  public static Postings intersect(List<Postings> lists) {
    throw new UnsupportedOperationException();
  }

  /// What is in any of the lists.
  public static Postings union(List<Postings> lists) {
    throw new UnsupportedOperationException();
  }

  /// What is in {@code from} and not in {@code minus}.
  public static Postings without(Postings from, Postings minus) {
    throw new UnsupportedOperationException();
  }
}
