package io.varve.remote;

import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes that requests hold and refuses to go above a limit. Thread-safe; a {@link
/// Lease} is confined to the thread of its request.
final class ByteBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /// @param limit bytes
  ByteBudget(long limit) {
    this.limit = limit;
  }

  /// Bytes held now.
  long used() {
    return used.get();
  }

  Lease lease() {
    return new Lease();
  }

  private boolean take(long bytes) {
    if (used.addAndGet(bytes) <= limit) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  /// What one request holds; given back when closed.
  final class Lease implements AutoCloseable {
    private long held;

    /// Takes some more, unless that would exceed the limit.
    ///
    /// @return whether it was taken
    boolean tryTake(long bytes) {
      if (!take(bytes)) {
        return false;
      }
      held += bytes;
      return true;
    }

    /// What all requests together may hold, in bytes.
    long limit() {
      return limit;
    }

    /// Bytes this request holds.
    long held() {
      return held;
    }

    @Override
    public void close() {
      used.addAndGet(-held);
      held = 0;
    }
  }
}
