package io.varve.head;

/// A commit that is being applied; closing it ends it. Immutable.
final class Commit implements AutoCloseable {
  /// What samples are of that are in the head when it begins.
  static final Commit NONE = new Commit(new Isolation(), 0, IsolationState.FIRST);

  private final Isolation isolation;
  private final long id;
  private final IsolationState before;

  /// {@link IsolationState#settled} of that, which each sample asks for.
  private final long settled;

  /// @param before the moment before it began
  Commit(Isolation isolation, IsolationState before) {
    this(isolation, before.now().last() + 1, before);
  }

  private Commit(Isolation isolation, long id, IsolationState before) {
    this.isolation = isolation;
    this.id = id;
    this.before = before;
    this.settled = before.settled();
  }

  /// Its number.
  long id() {
    return id;
  }

  /// The moment before it began.
  IsolationState before() {
    return before;
  }

  /// Up to this commit all had ended before it began, and whoever reads sees them.
  long settled() {
    return settled;
  }

  /// Has queries see it that begin from now on.
  @Override
  public void close() {
    isolation.end(id);
  }
}
