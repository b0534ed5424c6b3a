package io.varve.head;

import java.util.Arrays;

/// Which commits are under way and which queries are open, at one moment. Immutable.
final class IsolationState {
  static final IsolationState FIRST = new IsolationState(Horizon.FIRST, new Horizon[0]);

  /// What a query sees that begins now.
  private final Horizon now;

  /// What open queries see, the oldest first.
  private final Horizon[] readers;

  private IsolationState(Horizon now, Horizon[] readers) {
    this.now = now;
    this.readers = readers;
  }

  Horizon now() {
    return now;
  }

  Horizon newestReader() {
    return readers[readers.length - 1];
  }

  private Horizon oldestView() {
    return readers.length == 0 ? now : readers[0];
  }

  /// Whoever reads, now or later, sees all commits up to this one.
  long settled() {
    return oldestView().settled();
  }

  /// See {@link io.varve.IsolationStats#lowWatermark()}.
  long low() {
    return oldestView().low();
  }

  /// Whether nobody who reads, now or later, sees one of two commits without the other.
  boolean alike(long one, long other) {
    if (one == other) {
      return true;
    }
    // Who comes later sees whatever has ended by now.
    if (!now.sees(one) || !now.sees(other)) {
      return false;
    }
    for (Horizon reader : readers) {
      if (reader.sees(one) != reader.sees(other)) {
        return false;
      }
    }
    return true;
  }

  /// Whether everybody who reads, now or later, sees a commit.
  boolean seenByAll(long commit) {
    // What the oldest one sees, the others see, too.
    return oldestView().sees(commit);
  }

  IsolationState withCommit() {
    return new IsolationState(now.withNext(), readers);
  }

  IsolationState without(long commit) {
    return new IsolationState(now.without(commit), readers);
  }

  IsolationState withReader() {
    Horizon[] more = Arrays.copyOf(readers, readers.length + 1);
    more[readers.length] = now.copy();
    return new IsolationState(now, more);
  }

  @SuppressWarnings("ReferenceEquality") // others may see the same
  IsolationState without(Horizon reader) {
    Horizon[] left = Arrays.stream(readers).filter(each -> each != reader).toArray(Horizon[]::new);
    return new IsolationState(now, left);
  }
}
