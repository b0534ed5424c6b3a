package io.varve.head;

import io.varve.IsolationStats;
import java.util.concurrent.atomic.AtomicReference;

/// Has a query see each commit as a whole or not at all, whenever it looks: it sees those that had
/// ended when it began.
///
/// ```
/// commits    1 |-----|     3 |------|
///               2 |-----------|
/// a query              |---------------|   sees 1, and neither 2 nor 3
/// ```
///
/// Commits are numbered when they begin to be applied. A series remembers of which commits its
/// newest samples are, see {@link CommitRuns}, but only of such as there may be somebody who does
/// not see: most often of the last one. Samples of a series are in the order of time, so what a
/// query does not see of it are spans of time, which are left out as deleted ones are.
///
/// Nobody waits for anybody: all there is to know, who reads and what is under way, is one
/// immutable {@link IsolationState}, replaced as a whole when a commit or a query begins or ends.
///
/// Thread-safe.
public final class Isolation {
  private final AtomicReference<IsolationState> state = new AtomicReference<>(IsolationState.FIRST);

  /// Begins a commit. To be closed when all of it is applied.
  Commit begin() {
    return new Commit(this, state.getAndUpdate(IsolationState::withCommit));
  }

  void end(long commit) {
    var ignored = state.updateAndGet(before -> before.without(commit));
  }

  /// Begins a query.
  ///
  /// @return what it sees, to be handed to {@link #close}
  public Horizon open() {
    return state.updateAndGet(IsolationState::withReader).newestReader();
  }

  /// Ends a query.
  public void close(Horizon reader) {
    var ignored = state.updateAndGet(before -> before.without(reader));
  }

  /// The present moment.
  IsolationState state() {
    return state.get();
  }

  /// Figures.
  public IsolationStats stats() {
    IsolationState present = state.get();
    return new IsolationStats(present.low(), present.now().last());
  }
}
