package io.varve.head;

import io.varve.VarveOptions;
import io.varve.WritesSuspendedException;
import io.varve.WritesSuspendedException.Reason;
import io.varve.io.Disk;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Keeps the last of the disk's space from samples, for what makes room: a block that is cut so
/// that the log can be, and a checkpoint. None of these asks here.
///
/// How much is free is measured, by whoever wants to write, when a second has gone by, or an eighth
/// of the reserve or 16 MiB have been logged since: so it is not asked for each commit, what is
/// written in between is little of the reserve, and there is no thread for it. Once the reserve is
/// touched, samples are taken again when as much more than it is free, so that it does not go to
/// and fro.
///
/// Thread-safe.
public final class DiskReserve {
  private static final Logger LOG = System.getLogger(DiskReserve.class.getName());
  private static final long INTERVAL_MILLIS = 1000;
  private static final long MAX_STEP = 16L << 20;
  private static final int STEPS = 8;
  private static final long UNKNOWN = -1;

  private final Disk disk;
  private final Path directory;
  private final LongSupplier clock;
  private final LongSupplier logged;
  private final ReentrantLock measuring = new ReentrantLock();
  private volatile long reserve;
  private volatile boolean touched;
  private volatile long free = UNKNOWN;

  /// When and after how much was logged that was measured.
  private volatile long measuredAt;

  private volatile long measuredAfter;

  /// Whether to measure in any case.
  private volatile boolean suspected = true;

  /// @param directory on the disk in question
  /// @param logged tells how many bytes were logged so far
  DiskReserve(VarveOptions options, Path directory, LongSupplier logged) {
    this.disk = options.disk();
    this.directory = directory;
    this.clock = options.clock();
    this.logged = logged;
    this.reserve = options.diskReserve();
  }

  /// See {@link io.varve.Varve#setDiskReserve}.
  public void set(long reserve) {
    this.reserve = reserve;
    suspected = true;
  }

  /// Bytes.
  long reserve() {
    return reserve;
  }

  /// Free bytes when they were last counted; -1 if they were not yet.
  long free() {
    return free;
  }

  /// Whether samples are kept out.
  boolean isTouched() {
    return touched;
  }

  /// Has the next one who asks measure: something could not be written.
  void suspect() {
    suspected = true;
  }

  /// Lets samples in if there is space.
  ///
  /// @throws WritesSuspendedException if there is not
  void requireSpace() {
    long kept = reserve;
    if (kept == 0 && !touched) {
      return;
    }
    if (isDue(kept) && measuring.tryLock()) {
      try {
        measure(kept);
      } finally {
        measuring.unlock();
      }
    }
    if (touched) {
      throw new WritesSuspendedException(
          Reason.DISK_RESERVE,
          "no samples are taken for now: the disk has %d bytes left, which are kept for cutting blocks"
              .formatted(free));
    }
  }

  private static long step(long reserve) {
    return Math.min(MAX_STEP, reserve / STEPS);
  }

  private boolean isDue(long reserve) {
    return suspected
        || Math.abs(clock.getAsLong() - measuredAt) >= INTERVAL_MILLIS
        || logged.getAsLong() - measuredAfter >= step(reserve);
  }

  private void measure(long reserve) {
    suspected = false;
    measuredAt = clock.getAsLong();
    measuredAfter = logged.getAsLong();
    try {
      free = disk.usableSpace(directory);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the free space of the disk cannot be told", e);
      return;
    }
    if (!touched && free < reserve) {
      touched = true;
      log(Level.WARNING, "no samples are taken, the disk has less space left than its reserve");
    } else if (touched && (reserve == 0 || free >= reserve + step(reserve))) {
      touched = false;
      log(Level.INFO, "samples are taken again, the disk has space");
    }
  }

  private void log(Level level, String what) {
    LOG.log(level, "{0} free={1,number,#} reserve={2,number,#}", what, free, reserve);
  }
}
