package io.varve.block;

import java.util.concurrent.atomic.AtomicInteger;

/// Counts who uses something that its owner may close at any time, and tells who is to clean up:
/// the last one to leave after it was closed, or the owner if nobody was in. Thread-safe.
final class PinCount {
  /// Set in {@link #state} once closed; the bits below count the pins.
  private static final int CLOSED = Integer.MIN_VALUE;

  private final AtomicInteger state = new AtomicInteger();

  /// @return false if it is closed
  boolean tryAcquire() {
    return state.getAndUpdate(s -> s < 0 ? s : Math.incrementExact(s)) >= 0;
  }

  /// @return whether the caller is to clean up
  boolean release() {
    return state.updateAndGet(PinCount::released) == CLOSED;
  }

  private static int released(int state) {
    if ((state & ~CLOSED) == 0) {
      throw new IllegalStateException("released more often than acquired");
    }
    return state - 1;
  }

  /// Lets no one in any more.
  ///
  /// @return whether the caller is to clean up; never for a second time
  boolean close() {
    return state.getAndUpdate(s -> s | CLOSED) == 0;
  }
}
