package io.varve.db;

import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// How fast blocks are merged: not faster than so many bytes per second, not at all for a while, or
/// never again.
///
/// Thread-safe; one thread at a time merges, the others set the pace.
final class MergePace {
  /// Shorter waits are put off until they have added up.
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(5);

  /// What may be written at once after a time in which nothing was.
  private static final long HOARD = TimeUnit.MILLISECONDS.toNanos(100);

  /// Longest wait in one piece, so that there is time for something else in between.
  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);

  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private volatile boolean cancelled;
  private volatile boolean paused;

  /// 0 if there is no limit.
  private volatile long bytesPerSecond;

  /// When all that was written may have been written. Guarded by the lock.
  private long due;

  /// @param nanoTime a clock as {@link System#nanoTime}
  MergePace(LongSupplier nanoTime, long bytesPerSecond) {
    this.nanoTime = nanoTime;
    this.bytesPerSecond = bytesPerSecond;
    this.due = nanoTime.getAsLong();
  }

  /// @param limit 0 for none
  void setBytesPerSecond(long limit) {
    change(() -> {
      bytesPerSecond = limit;
      due = nanoTime.getAsLong();
    });
  }

  void setPaused(boolean pause) {
    change(() -> paused = pause);
  }

  /// For good.
  void cancel() {
    change(() -> cancelled = true);
  }

  private void change(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isPaused() {
    return paused;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// @throws CancellationException if nothing is to be merged any more
  void requireNotCancelled() {
    if (cancelled) {
      throw new CancellationException("the store is being closed");
    }
  }

  /// Counts bytes that were written.
  void add(long bytes) {
    long limit = bytesPerSecond;
    if (limit == 0 || bytes == 0) {
      return;
    }
    lock.lock();
    try {
      long took = (long) (bytes * ((double) TimeUnit.SECONDS.toNanos(1) / limit));
      long earliest = nanoTime.getAsLong() - HOARD;
      due = (due - earliest < 0 ? earliest : due) + took;
    } finally {
      lock.unlock();
    }
  }

  /// Waits a moment if there is something to wait for.
  ///
  /// @return whether it has waited, so that it should be asked again
  /// @throws CancellationException if nothing is to be merged any more, or the thread is
  ///   interrupted
  @SuppressWarnings("WaitNotInLoop") // the caller asks again
  boolean await() {
    if (!cancelled && !paused && bytesPerSecond == 0) {
      return false;
    }
    lock.lock();
    try {
      requireNotCancelled();
      long nanos = paused ? LONGEST : Math.min(LONGEST, due - nanoTime.getAsLong());
      if (!paused && (bytesPerSecond == 0 || nanos < SHORTEST)) {
        return false;
      }
      var _ = changed.awaitNanos(nanos);
      return true;
    } catch (InterruptedException e) {
      // Files would close at the next write.
      Thread.currentThread().interrupt();
      throw new CancellationException("the thread was interrupted");
    } finally {
      lock.unlock();
    }
  }
}
