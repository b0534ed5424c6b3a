package io.varve.index;

import java.util.List;

/// What is in all lists: the shortest list leads, the others seek what it has and it seeks what
/// they found.
final class IntersectionPostings implements Postings {
  private final Postings lead;
  private final Postings[] others;

  /// @param sorted at least one list, shortest first
  IntersectionPostings(List<Postings> sorted) {
    lead = sorted.getFirst();
    others = sorted.subList(1, sorted.size()).toArray(Postings[]::new);
  }

  @Override
  public boolean next() {
    return lead.next() && align();
  }

  @Override
  public boolean seek(long ref) {
    return lead.seek(ref) && align();
  }

  /// Goes to the first common reference that is not below the one where {@link #lead} is.
  private boolean align() {
    long target = lead.ref();
    for (int i = 0; i < others.length; ) {
      Postings other = others[i];
      if (!other.seek(target)) {
        return false;
      }
      if (other.ref() == target) {
        i++;
      } else {
        if (!lead.seek(other.ref())) {
          return false;
        }
        target = lead.ref();
        i = 0;
      }
    }
    return true;
  }

  @Override
  public long ref() {
    return lead.ref();
  }

  @Override
  public long sizeHint() {
    return lead.sizeHint();
  }
}
