package io.varve.wal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Has threads that want their batches durable share syncs. One of them leads: it syncs for all
/// that was logged before its sync begins. Whoever comes meanwhile waits, and one of those leads
/// the next, for all of them:
///
/// ```
/// a  log |--------- sync ---------|
/// b     log  . . . . . . . . . . .|--------- sync ---------|
/// c              log . . . . . . . . . . . . . . . . . . . |
/// ```
///
/// So nobody waits for more than one sync that began after he had logged, however many there are.
/// If that sync fails, it has failed for all it was to serve.
///
/// Whoever leads tells each of the others what became of it. Had they to take a lock to find out,
/// they would go through it one by one, each when it is given a processor: on a busy machine that
/// takes longer than the sync, and few are back with their next batch when the next sync begins.
///
/// Thread-safe. Its lock is never held during a sync.
final class SyncGroup {
  /// Makes everything durable that is logged when it begins.
  interface Sync {
    /// @throws ClosedChannelException if this thread was interrupted, which says nothing of others
    void run() throws IOException;
  }

  private static final long NONE = -1;

  private final LongSupplier logged;
  private final Sync sync;
  private final ReentrantLock lock = new ReentrantLock();

  /// Number of batches that are durable. Before the first sync there may be what others left.
  private volatile long durable = NONE;

  /// Whether somebody leads.
  private boolean led;

  /// Who came since the present sync began.
  private List<Waiter> waiting = new ArrayList<>();

  /// @param logged tells the number of batches logged so far
  SyncGroup(LongSupplier logged, Sync sync) {
    this.logged = logged;
    this.sync = sync;
  }

  private enum Fate {
    WAITS,
    LEADS,
    IS_DURABLE,
    FAILED
  }

  /// A thread that waits.
  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    final long batches;
    private @Nullable IOException failure;
    private volatile Fate fate = Fate.WAITS;

    Waiter(long batches) {
      this.batches = batches;
    }

    void fail(IOException cause) {
      failure = cause;
      fate = Fate.FAILED;
    }

    /// Interrupts are for later.
    ///
    /// @return whether it is to lead
    boolean await() throws IOException {
      boolean interrupted = false;
      while (fate == Fate.WAITS) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      IOException cause = failure;
      if (cause != null) {
        throw new IOException(cause.getMessage(), cause);
      }
      return fate == Fate.LEADS;
    }
  }

  /// Returns when the first {@code batches} batches are durable.
  ///
  /// @throws IOException if they may not be
  void await(long batches) throws IOException {
    if (durable >= batches) {
      return;
    }
    Waiter waiter = enter(batches);
    if (waiter == null || waiter.await()) {
      lead();
    }
  }

  /// @return null if nobody leads, so that the caller has to
  private @Nullable Waiter enter(long batches) {
    var waiter = new Waiter(batches);
    lock.lock();
    try {
      if (durable >= batches) {
        waiter.fate = Fate.IS_DURABLE;
      } else if (led) {
        waiting.add(waiter);
      } else {
        led = true;
        return null;
      }
      return waiter;
    } finally {
      lock.unlock();
    }
  }

  private void lead() throws IOException {
    List<Waiter> served = begin();
    long upTo = logged.getAsLong();
    boolean done = false;
    IOException fault = null;
    try {
      sync.run();
      done = true;
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      fault = e;
      throw e;
    } finally {
      end(served, done ? upTo : NONE, fault);
    }
  }

  /// @return those who have logged before now
  private List<Waiter> begin() {
    lock.lock();
    try {
      List<Waiter> served = waiting;
      waiting = new ArrayList<>();
      return served;
    } finally {
      lock.unlock();
    }
  }

  private void end(List<Waiter> served, long reached, @Nullable IOException fault) {
    var told = new ArrayList<Waiter>();
    lock.lock();
    try {
      durable = Math.max(durable, reached);
      if (fault == null) {
        // It may have been for nobody, if this thread was interrupted.
        waiting.addAll(0, served);
        waiting.removeIf(waiter -> waiter.batches <= durable && told.add(waiter));
      } else {
        told.addAll(served);
      }
      led = !waiting.isEmpty();
      if (led) {
        Waiter next = waiting.removeFirst();
        next.fate = Fate.LEADS;
        LockSupport.unpark(next.thread);
      }
    } finally {
      lock.unlock();
    }
    for (Waiter waiter : told) {
      if (fault == null) {
        waiter.fate = Fate.IS_DURABLE;
      } else {
        waiter.fail(fault);
      }
      LockSupport.unpark(waiter.thread);
    }
  }

  /// Whether all that was logged is durable.
  boolean isDone() {
    return durable >= logged.getAsLong();
  }

  /// Notes that everything is durable, and that nothing more is logged.
  void finish() {
    lock.lock();
    try {
      durable = Long.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }
}
