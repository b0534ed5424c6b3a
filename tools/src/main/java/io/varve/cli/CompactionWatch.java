package io.varve.cli;

import io.varve.CompactionProgress;
import io.varve.CompactionStats;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Shows, from a thread of its own, how far merges are: as a bar where a person is looking, else as
/// a line now and then. Confined to one thread.
final class CompactionWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// What part of the work is done when the series are begun, and when the postings are: measured.
  private static final double LABELS_DONE = 0.2;

  private static final double SERIES_DONE = 0.85;

  private final Supplier<CompactionStats> stats;
  private final List<Long> sizes;
  private final PrintWriter err;
  private final Progress progress;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private long shown;
  private long nextLine = System.nanoTime() + LINE_NANOS;

  /// @param sizes bytes to read for each merge that is planned
  CompactionWatch(Supplier<CompactionStats> stats, List<Long> sizes, PrintWriter err) {
    this.stats = stats;
    this.sizes = sizes;
    this.err = err;
    this.progress = Progress.of("bytes", sizes.stream().mapToLong(size -> size).sum());
    this.thread = Thread.ofPlatform().daemon().name("varve-progress").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        show(stats.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(CompactionStats now) {
    long done = done(now);
    if (done > shown) {
      progress.add(done - shown);
      shown = done;
    }
    if (!progress.isShown() && System.nanoTime() - nextLine >= 0) {
      nextLine += LINE_NANOS;
      now.running().ifPresent(running -> err.println(line(now, running)));
    }
  }

  private String line(CompactionStats now, CompactionProgress running) {
    return String.format(
        Locale.ROOT,
        "merging: merge=%d of=%d step=%s done=%d total=%d written=%s",
        now.merges() + 1,
        Math.max(now.merges() + 1, sizes.size()),
        running.step().name().toLowerCase(Locale.ROOT),
        running.done(),
        running.total(),
        Base2Bytes.format(running.bytesWritten()));
  }

  /// Bytes that are done with; what was planned may have turned out otherwise.
  private long done(CompactionStats now) {
    int merges = (int) Math.min(now.merges(), sizes.size());
    long done = sizes.subList(0, merges).stream().mapToLong(size -> size).sum();
    if (merges < sizes.size() && now.running().isPresent()) {
      done += (long) (sizes.get(merges) * part(now.running().get()));
    }
    return done;
  }

  static double part(CompactionProgress running) {
    double ofStep =
        running.total() == 0 ? 0 : Math.min(1, (double) running.done() / running.total());
    return switch (running.step()) {
      case LABELS -> LABELS_DONE * ofStep;
      case SERIES -> LABELS_DONE + (SERIES_DONE - LABELS_DONE) * ofStep;
      case POSTINGS -> SERIES_DONE + (1 - SERIES_DONE) * ofStep;
    };
  }

  @Override
  public void close() {
    closed.countDown();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    progress.close();
  }
}
