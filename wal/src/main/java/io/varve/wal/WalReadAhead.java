package io.varve.wal;

import io.varve.io.ByteReader;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Reads a log ahead: while its user takes records, another thread reads the files, compares the
/// checksums and decompresses. What it tells is what {@link WalReader} would have told, one record
/// after another: damage comes after all records before it.
///
/// Memory is bounded: two blocks, of which one is read while the other is taken. The thread starts
/// with the second block; for a log that fits into one there is no need for it. All waiting is
/// without regard to interrupts: whoever opens a store goes on with it.
///
/// For one thread that takes the records, which calls all methods. Whoever opens it closes it.
public final class WalReadAhead implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final WalReader in;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread thread;

  /// The block that is taken.
  private RecordBlock taking = new RecordBlock();

  /// The other one. The thread's while it is filled.
  private RecordBlock other = new RecordBlock();

  /// Guarded by the lock: whether the other block is to be filled.
  private boolean filling;

  /// Guarded by the lock.
  private boolean ended;

  /// Guarded by the lock: what no reader throws.
  private @Nullable Throwable failure;

  private boolean begun;
  private int at = -1;
  private final Object origin = new Origin();
  private final ByteReader record = new ByteReader(NOTHING, 0, 0, origin, 0);

  /// @param in not to be used by anybody else until this is closed; not closed by this
  public WalReadAhead(WalReader in) {
    this.in = in;
  }

  /// Goes to the next record.
  ///
  /// @return false after the last one
  public boolean next() throws IOException {
    while (at + 1 >= taking.count()) {
      if (taking.isLast()) {
        at = taking.count();
        taking.rethrow();
        return false;
      }
      takeNextBlock();
      at = -1;
    }
    at++;
    taking.read(at, record, origin);
    return true;
  }

  private void takeNextBlock() {
    if (!begun) {
      begun = true;
      taking.fill(in);
      return;
    }
    if (thread == null) {
      filling = true;
      thread = Thread.ofPlatform().daemon().name("varve-replay-reader").start(this::fillAll);
    }
    lock.lock();
    try {
      while (filling) {
        changed.awaitUninterruptibly();
      }
      rethrow();
      RecordBlock taken = taking;
      taking = other;
      other = taken;
      filling = !taking.isLast();
      changed.signalAll();
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

  private void fillAll() {
    while (awaitEmptyBlock()) {
      Throwable problem = fill(other);
      lock.lock();
      try {
        failure = problem;
        filling = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean awaitEmptyBlock() {
    lock.lock();
    try {
      while (!filling && !ended) {
        changed.awaitUninterruptibly();
      }
      return !ended;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Throwable fill(RecordBlock block) {
    try {
      block.fill(in);
      return null;
    } catch (RuntimeException | Error e) {
      return e;
    }
  }

  /// The record at hand, uncompressed; lent until the next call of {@link #next}. What it says of
  /// positions is relative to the start of the record.
  public ByteReader record() {
    return record;
  }

  /// Number of the segment that holds the record, or that the reading ended in; -1 before the
  /// first.
  public int segment() {
    return at < 0 ? -1 : at < taking.count() ? taking.segment(at) : in.segment();
  }

  /// Offset in bytes in the segment file at which the record starts, or what could not be read as
  /// one.
  public long offset() {
    return at < 0 ? 0 : at < taking.count() ? taking.offset(at) : in.offset();
  }

  /// Ends the thread.
  @Override
  public void close() {
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

  /// Names the record at hand in messages; made to text only when there is one.
  private final class Origin {
    @Override
    public String toString() {
      return in.path(segment()) + ", record at " + offset();
    }
  }
}
