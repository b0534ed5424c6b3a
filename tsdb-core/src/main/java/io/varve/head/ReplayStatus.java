package io.varve.head;

import io.varve.ReplayProgress;
import io.varve.ReplayProgress.State;

/// How far a replay is: told by the thread that replays, asked by others. Thread-safe.
public final class ReplayStatus {
  private volatile ReplayProgress progress = ReplayProgress.WAITING;
  private volatile boolean outOfOrder = true;

  /// Says whether the head will have samples out of order.
  void expectOutOfOrder(boolean some) {
    outOfOrder = some;
  }

  /// The log is read next, from one segment to another.
  void begin(int min, int max) {
    progress = new ReplayProgress(State.IN_PROGRESS, min, max, min);
  }

  void reach(int segment) {
    ReplayProgress before = progress;
    progress = new ReplayProgress(State.IN_PROGRESS, before.min(), before.max(), segment);
  }

  /// All is in the head.
  void end() {
    ReplayProgress before = progress;
    progress = new ReplayProgress(State.DONE, before.min(), before.max(), before.max());
  }

  public ReplayProgress progress() {
    return progress;
  }

  /// Whether the head may get samples out of order: true as long as it is not known.
  public boolean mayBeOutOfOrder() {
    return outOfOrder;
  }
}
