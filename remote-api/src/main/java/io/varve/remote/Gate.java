package io.varve.remote;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Limits how many requests of a kind run at the same time and how many wait for it, so that none
/// of them takes all threads of the server. Thread-safe.
final class Gate {
  private static final int RETRY_AFTER_SECONDS = 1;

  private final String what;
  private final Semaphore inside;
  private final Semaphore running;
  private final Duration patience;

  /// @param what what passes, for messages: "remote reads"
  /// @param running how many run at the same time
  /// @param waiting how many more may wait
  /// @param patience how long one waits at most
  Gate(String what, int running, int waiting, Duration patience) {
    this.what = what;
    this.inside = new Semaphore(running + waiting);
    this.running = new Semaphore(running, true);
    this.patience = patience;
  }

  /// Waits for a place; {@link #leave()} gives it back.
  ///
  /// @throws Refusal if there are too many already
  void enter() {
    if (!inside.tryAcquire()) {
      throw Refusal.unavailable("too many " + what + " at the same time", RETRY_AFTER_SECONDS);
    }
    if (!acquired()) {
      inside.release();
      throw Refusal.unavailable(
          what + " took all places for " + patience.toSeconds() + " s", RETRY_AFTER_SECONDS);
    }
  }

  void leave() {
    running.release();
    inside.release();
  }

  private boolean acquired() {
    try {
      return running.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // Nobody interrupts these threads (see RequestThreads); if one is all the same, it gives way.
      return false;
    }
  }
}
