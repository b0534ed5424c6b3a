package io.varve.db;

import io.varve.CompactionProgress;
import io.varve.compact.CompactionListener;
import io.varve.compact.CompactionPlan;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A merge that runs: keeps its pace, lets the head go first, tells how far it is.
///
/// Confined to the thread that merges, but for {@link #progress}, which is thread-safe.
final class RunningMerge implements CompactionListener {
  private static final Logger LOG = System.getLogger(RunningMerge.class.getName());
  private static final long BETWEEN_CUTS = TimeUnit.SECONDS.toNanos(1);
  private static final long BETWEEN_LINES = TimeUnit.MINUTES.toNanos(1);

  /// What the head wants.
  ///
  /// @param due whether a part of it is to become a block, asked often
  /// @param cut has it become one, or leaves that for later
  record HeadFirst(BooleanSupplier due, Maintenance.Task cut) {
    /// Where there is no head.
    static final HeadFirst NONE = new HeadFirst(() -> false, () -> {});
  }

  private final CompactionPlan plan;
  private final MergePace pace;
  private final HeadFirst head;
  private volatile Step step = Step.LABELS;
  private volatile long done;
  private volatile long total;
  private volatile long bytesWritten;
  private long nextCut = System.nanoTime();
  private long nextLine = nextCut + BETWEEN_LINES;
  private @Nullable Exception headFailure;

  RunningMerge(CompactionPlan plan, MergePace pace, HeadFirst head) {
    this.plan = plan;
    this.pace = pace;
    this.head = head;
  }

  @Override
  public void advanced(Step step, long done, long total, long bytesWritten) {
    pace.add(bytesWritten - this.bytesWritten);
    this.step = step;
    this.done = done;
    this.total = total;
    this.bytesWritten = bytesWritten;
    do {
      pace.requireNotCancelled();
      if (head.due().getAsBoolean()) {
        giveWay();
      }
    } while (pace.await());
    if ((done & 1023) == 0) {
      logNowAndThen();
    }
  }

  /// Not all the time, if the head is to be cut and has to wait for a query, say.
  private void giveWay() {
    if (System.nanoTime() - nextCut < 0) {
      return;
    }
    try {
      head.cut().run();
    } catch (IOException | RuntimeException e) {
      // The disk may be full, and what was written of the merge on it.
      headFailure = e;
      throw new CancellationException("the head could not be cut");
    }
    nextCut = System.nanoTime() + BETWEEN_CUTS;
  }

  private void logNowAndThen() {
    long now = System.nanoTime();
    if (now - nextLine >= 0) {
      nextLine = now + BETWEEN_LINES;
      LOG.log(
          Level.INFO,
          "merging blocks step={0} done={1,number,#} total={2,number,#} bytes={3,number,#}",
          step,
          done,
          total,
          bytesWritten);
    }
  }

  /// Throws what kept the head from being cut, if that has ended the merge.
  void throwHeadFailure() throws IOException {
    switch (headFailure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case null, default -> {}
    }
  }

  CompactionProgress progress() {
    return new CompactionProgress(
        plan.reason(), plan.blocks().size(), plan.level(), step, done, total, bytesWritten);
  }
}
