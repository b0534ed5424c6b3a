package io.varve.io;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A thread that does part of what its user does, and the buffers that go between the two: full
/// ones from the giver to the taker, empty ones back. Either may be the thread. There are as many
/// buffers as it is made with, so memory is bounded and the faster side waits.
///
/// Who had to wait goes on when half of the buffers wait for it: waking a thread takes a good part
/// of the time that it takes to fill one. All waiting is without regard to interrupts. What the
/// thread throws ends it, and is thrown again to its user.
///
/// For one user, which calls all methods but those of the other side.
///
/// @param <T> a buffer
public final class Relay<T> implements AutoCloseable {
  private final String name;
  private final Runnable work;

  /// How many are enough for who waits.
  private final int enough;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition forGiver = lock.newCondition();
  private final Condition forTaker = lock.newCondition();
  private final ArrayDeque<T> empty;
  private final ArrayDeque<T> full;

  /// Buffers that were given and are not back.
  private int outstanding;

  /// Empty buffers that the giver waits for, 0 if it does not wait.
  private int wantedByGiver;

  private boolean ended;
  private @Nullable Throwable failure;
  private @Nullable Thread thread;

  /// @param name of the thread
  /// @param work what the thread does once; it ends when {@link #nextEmpty} or {@link #nextFull}
  ///   has nothing any more
  /// @param buffers empty ones
  public Relay(String name, Runnable work, Collection<T> buffers) {
    this.name = name;
    this.work = work;
    this.enough = Math.max(1, buffers.size() / 2);
    this.empty = new ArrayDeque<>(buffers);
    this.full = new ArrayDeque<>(buffers.size());
  }

  /// Starts the thread, if that was not done.
  public void start() {
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }
  }

  public boolean isStarted() {
    return thread != null;
  }

  private void run() {
    Throwable problem = null;
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      problem = e;
    }
    end(problem);
  }

  private void end(@Nullable Throwable problem) {
    lock.lock();
    try {
      ended = true;
      failure = failure == null ? problem : failure;
      forGiver.signalAll();
      forTaker.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// For the giver: a buffer to fill.
  ///
  /// @return null if nobody takes it any more
  public @Nullable T nextEmpty() {
    lock.lock();
    try {
      if (empty.isEmpty()) {
        awaitEmpty(enough);
      }
      rethrow();
      return ended ? null : empty.removeFirst();
    } finally {
      lock.unlock();
    }
  }

  /// For the giver: waits until all that it gave is back.
  public void awaitBack() {
    lock.lock();
    try {
      forTaker.signalAll();
      awaitEmpty(empty.size() + outstanding);
      rethrow();
    } finally {
      lock.unlock();
    }
  }

  private void awaitEmpty(int wanted) {
    wantedByGiver = wanted;
    while (empty.size() < wanted && !ended) {
      forGiver.awaitUninterruptibly();
    }
    wantedByGiver = 0;
  }

  /// For the giver.
  public void give(T buffer) {
    lock.lock();
    try {
      full.addLast(buffer);
      outstanding++;
      if (full.size() >= enough) {
        forTaker.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /// For the taker: the next full buffer.
  ///
  /// @return null if there will be none any more
  public @Nullable T nextFull() {
    lock.lock();
    try {
      if (full.isEmpty()) {
        while (full.size() < enough && !ended && (wantedByGiver == 0 || full.isEmpty())) {
          forTaker.awaitUninterruptibly();
        }
      }
      rethrow();
      return full.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /// For the taker.
  public void giveBack(T buffer) {
    lock.lock();
    try {
      empty.addLast(buffer);
      outstanding--;
      if (wantedByGiver > 0 && empty.size() >= wantedByGiver) {
        forGiver.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void rethrow() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  /// Ends the thread: a giver at once, a taker after what was given to it.
  @Override
  public void close() {
    end(null);
    boolean interrupted = false;
    while (thread != null) {
      try {
        thread.join();
        thread = null;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
