package io.varve.wal;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
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
/// So nobody waits for more than one sync that began after he had logged, however many there are: a
/// thread that was served does not need the lock under which others sync, and none can get ahead of
/// it. If that sync fails, it has failed for all it was to serve.
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
  private final Condition ended = lock.newCondition();

  /// Number of batches that are durable. Before the first sync there may be what others left.
  private volatile long durable = NONE;

  /// Whether a sync is under way.
  private boolean leading;

  /// How many have begun.
  private long round;

  /// The last that failed, and how.
  private long failedRound;

  private @Nullable IOException failure;

  /// @param logged tells the number of batches logged so far
  SyncGroup(LongSupplier logged, Sync sync) {
    this.logged = logged;
    this.sync = sync;
  }

  /// Returns when the first {@code batches} batches are durable.
  ///
  /// @throws IOException if they may not be
  void await(long batches) throws IOException {
    if (durable < batches && isToLead(batches)) {
      lead();
    }
  }

  /// Waits for others.
  ///
  /// @return false if they did it
  private boolean isToLead(long batches) throws IOException {
    lock.lock();
    try {
      long before = round;
      while (leading && durable < batches) {
        ended.awaitUninterruptibly();
        if (failure != null && failedRound > before) {
          throw new IOException(failure.getMessage(), failure);
        }
      }
      boolean lead = durable < batches;
      if (lead) {
        leading = true;
        round++;
      }
      return lead;
    } finally {
      lock.unlock();
    }
  }

  private void lead() throws IOException {
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
      end(done ? upTo : NONE, fault);
    }
  }

  private void end(long reached, @Nullable IOException fault) {
    lock.lock();
    try {
      leading = false;
      durable = Math.max(durable, reached);
      if (fault != null) {
        failure = fault;
        failedRound = round;
      }
      ended.signalAll();
    } finally {
      lock.unlock();
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
