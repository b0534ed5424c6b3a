package io.varve.head;

import io.varve.NotDurableException;
import io.varve.VarveOptions;
import io.varve.WalSync;
import io.varve.WritesSuspendedException;
import io.varve.WritesSuspendedException.Reason;
import io.varve.wal.Wal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Has the logs synced when the mode says so.
///
/// A commit is logged, applied, and then synced, when it holds no lock any more: so the next ones
/// are logged and applied during the sync and share the one after it. Queries thus see what is not
/// durable yet, as they do in the other modes, and in Prometheus; what they do not see is an
/// acknowledgement. Had it been applied after the sync, whoever came to the same series later and
/// was applied earlier would have made its samples late.
///
/// A commit that finds its samples there, since an earlier attempt logged them and failed later, is
/// synced as any other, so that an acknowledgement always stands for what is durable.
///
/// Thread-safe.
public final class Durability {
  private static final Logger LOG = System.getLogger(Durability.class.getName());

  /// How long to wait before what failed is tried again.
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final VarveOptions.Timer timer;
  private final LongSupplier clock;
  private final Supplier<@Nullable Wal> wbl;
  private volatile @Nullable Wal wal;
  private volatile WalSync mode;
  private volatile Duration interval;

  /// Whether a background sync is to come that has not begun.
  private final AtomicBoolean scheduled = new AtomicBoolean();

  /// When a log that may lack something was last tried to be mended, milliseconds.
  private volatile long mendedAt = Long.MIN_VALUE;

  /// @param wbl the log of samples out of order, null as long as there is none
  Durability(VarveOptions options, Supplier<@Nullable Wal> wbl) {
    this.timer = options.timer();
    this.clock = options.clock();
    this.mode = options.walSync();
    this.interval = options.walSyncInterval();
    this.wbl = wbl;
  }

  /// From now on commits are logged.
  void startLogging(Wal log) {
    wal = log;
  }

  /// See {@link io.varve.Varve#setWalSync}.
  public void setMode(WalSync mode) {
    this.mode = mode;
    schedule(interval);
  }

  /// See {@link io.varve.Varve#setWalSyncInterval}.
  public void setInterval(Duration interval) {
    this.interval = interval;
  }

  /// Those there are. What is in the second is of use only with the first, and may come later.
  private List<Wal> logs() {
    var logs = new ArrayList<Wal>(2);
    addTo(logs, wal);
    addTo(logs, wbl.get());
    return logs;
  }

  private static void addTo(List<Wal> logs, @Nullable Wal log) {
    if (log != null) {
      logs.add(log);
    }
  }

  /// Does what is to be done after a commit has been applied. Not to be called with a lock held.
  ///
  /// @param outOfOrder whether it had samples out of order
  /// @throws NotDurableException if it was to be durable now
  void committed(boolean outOfOrder) {
    switch (mode) {
      case COMMIT -> sync(outOfOrder);
      case INTERVAL -> schedule(interval);
      case SEGMENT -> {}
    }
  }

  private void sync(boolean outOfOrder) {
    Wal first = wal;
    Wal second = outOfOrder ? wbl.get() : null;
    try {
      if (first != null) {
        first.sync();
      }
      if (second != null) {
        second.sync();
      }
    } catch (IOException e) {
      throw new NotDurableException(e);
    }
  }

  // --- in the background

  private void schedule(Duration delay) {
    if (mode == WalSync.INTERVAL && scheduled.compareAndSet(false, true)) {
      timer.schedule(this::syncInBackground, delay);
    }
  }

  private void syncInBackground() {
    // Before, so that what is logged from now on has one of its own.
    scheduled.set(false);
    try {
      for (Wal log : logs()) {
        log.sync();
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the log could not be synced, it will be tried again", e);
      schedule(RETRY.compareTo(interval) > 0 ? RETRY : interval);
    }
  }

  /// Bytes written to both logs.
  long logged() {
    Wal first = wal;
    Wal second = wbl.get();
    return (first == null ? 0 : first.logged()) + (second == null ? 0 : second.logged());
  }

  // --- after a failure

  /// Syncs of both logs that failed.
  long fsyncsFailed() {
    return logs().stream().mapToLong(log -> log.stats().fsyncsFailed()).sum();
  }

  /// Whether a log may lack something on the disk that could not be logged again.
  boolean isDoubtful() {
    Wal first = wal;
    Wal second = wbl.get();
    return (first != null && first.isDoubtful()) || (second != null && second.isDoubtful());
  }

  /// Lets a commit be logged, unless it could not be acknowledged: then the log would only grow.
  /// Now and then tries to mend that.
  ///
  /// @throws WritesSuspendedException if it is not to be logged
  void requireSound() {
    if (mode != WalSync.COMMIT || !isDoubtful()) {
      return;
    }
    long now = clock.getAsLong();
    if (mendedAt == Long.MIN_VALUE || Math.abs(now - mendedAt) >= RETRY.toMillis()) {
      mendedAt = now;
      mend();
    }
    if (isDoubtful()) {
      throw new WritesSuspendedException(
          Reason.LOG_NOT_SYNCED,
          "no samples are taken for now: the write-ahead log failed to sync and could not be"
              + " written anew");
    }
  }

  private void mend() {
    try {
      for (Wal log : logs()) {
        log.mend();
      }
      LOG.log(Level.WARNING, "the log was written anew after a failed sync, samples are taken");
    } catch (IOException e) {
      LOG.log(Level.ERROR, "no samples are taken, the log cannot be written anew", e);
    }
  }
}
