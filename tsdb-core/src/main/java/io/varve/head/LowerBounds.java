package io.varve.head;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// The lower ends of the time ranges that appenders (or queries) are working in. A range of the
/// head is cut off only when no appender may still bring samples of it, and dropped only when no
/// query may still read it. Nobody waits: as long as there is one, the work is put off.
///
/// Thread-safe.
public final class LowerBounds {
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Long> bounds = new ArrayList<>();

  /// @param bound tells the bound, in milliseconds. Asked under the lock, so that {@link
  ///   #noneBelow} misses nobody who was told an old one
  /// @return the bound
  public long enter(LongSupplier bound) {
    lock.lock();
    try {
      long entered = bound.getAsLong();
      bounds.add(entered);
      return entered;
    } finally {
      lock.unlock();
    }
  }

  /// Takes back a bound that was entered.
  public void leave(long bound) {
    lock.lock();
    try {
      bounds.remove((Long) bound);
    } finally {
      lock.unlock();
    }
  }

  public int size() {
    lock.lock();
    try {
      return bounds.size();
    } finally {
      lock.unlock();
    }
  }

  /// Whether no bound is below {@code time}.
  public boolean noneBelow(long time) {
    lock.lock();
    try {
      return bounds.stream().noneMatch(bound -> bound < time);
    } finally {
      lock.unlock();
    }
  }
}
