package io.varve.head;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A thread that applies what the log says of its share of the series, while the log is read on. It
/// has two batches: one is filled while the other is applied, so memory is bounded and the reader
/// waits when it is too fast.
///
/// The thread starts with the first batch; of a log that fits into one there is no need for it. All
/// waiting is without regard to interrupts: whoever opens a store goes on with it.
///
/// For one thread that reads the log, which calls all methods.
final class ReplayWorker {
  private final String name;
  private final ReplayApplier applier;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread thread;

  /// The batch that is filled.
  private ReplayBatch filling;

  /// The other one. The thread's while it is applied.
  private ReplayBatch other;

  /// Guarded by the lock: whether the other batch is to be applied.
  private boolean applying;

  /// Guarded by the lock.
  private boolean ended;

  /// Guarded by the lock: why nothing is applied any more.
  private @Nullable Throwable failure;

  /// @param entries entries of its first batch
  ReplayWorker(String name, Head head, int entries) {
    this.name = name;
    this.filling = new ReplayBatch(entries);
    this.other = new ReplayBatch(0);
    this.applier = new ReplayApplier(head);
  }

  /// The batch to add to.
  ReplayBatch batch() {
    return filling;
  }

  /// Has the batch applied, and waits until another can be filled.
  ///
  /// @param entries entries of that one, at least
  void handOver(int entries) {
    lock.lock();
    try {
      while (applying) {
        changed.awaitUninterruptibly();
      }
      rethrow();
      ReplayBatch full = filling;
      filling = other;
      filling.reserve(entries);
      other = full;
      applying = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name(name).start(this::applyAll);
    }
  }

  /// Has all applied that is in the batch, and waits for it.
  ///
  /// @param entries entries of the next batch, at least
  void drain(int entries) {
    if (thread == null) {
      applier.apply(filling);
      filling.clear();
      return;
    }
    if (filling.size > 0) {
      handOver(entries);
    }
    lock.lock();
    try {
      while (applying) {
        changed.awaitUninterruptibly();
      }
      rethrow();
    } finally {
      lock.unlock();
    }
  }

  /// Has all applied that is in the batch, and ends the thread.
  void finish() {
    drain(0);
    close();
  }

  private void rethrow() {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(failure);
    }
  }

  /// Ends the thread, after what was handed over.
  void close() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
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

  private void applyAll() {
    while (awaitBatch()) {
      Throwable problem = apply(other);
      lock.lock();
      try {
        failure = failure == null ? problem : failure;
        applying = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitBatch() {
    lock.lock();
    try {
      while (!applying && !ended) {
        changed.awaitUninterruptibly();
      }
      return applying;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Throwable apply(ReplayBatch batch) {
    try {
      applier.apply(batch);
      batch.clear();
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }
}
