package io.varve.head;

import java.util.Arrays;

/// The commits that one query sees, or that had ended at one moment: all up to the last one that
/// had begun but those that were under way. Immutable.
public final class Horizon {
  private static final long[] NO_COMMITS = {};

  /// Before the first commit.
  static final Horizon FIRST = new Horizon(0, NO_COMMITS);

  /// Sees everything, also what is being committed.
  public static final Horizon ALL = new Horizon(Long.MAX_VALUE, NO_COMMITS);

  private final long last;

  /// Those under way, in the order in which they began.
  private final long[] open;

  private Horizon(long last, long[] open) {
    this.last = last;
    this.open = open;
  }

  /// The newest commit that had begun.
  long last() {
    return last;
  }

  /// Up to this commit all had ended.
  long settled() {
    return open.length == 0 ? last : open[0] - 1;
  }

  /// The oldest commit under way, or the newest if none is.
  long low() {
    return open.length == 0 ? last : open[0];
  }

  boolean sees(long commit) {
    if (commit > last) {
      return false;
    }
    for (long each : open) {
      if (commit <= each) {
        return commit != each;
      }
    }
    return true;
  }

  /// The moment after one more commit began.
  Horizon withNext() {
    long[] more = Arrays.copyOf(open, open.length + 1);
    more[open.length] = last + 1;
    return new Horizon(last + 1, more);
  }

  /// The moment after a commit ended.
  Horizon without(long commit) {
    return new Horizon(last, Arrays.stream(open).filter(each -> each != commit).toArray());
  }

  /// Another that sees the same.
  Horizon copy() {
    return new Horizon(last, open);
  }
}
