package io.varve.head;

import io.varve.block.Intervals;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Of which commits the samples of a series are, as runs: pairs of a commit and the time of the
/// last sample before the run. A run reaches to the next one. Samples before the first run are seen
/// by everybody.
///
/// Static: the runs are arrays, which a series has only while they are needed. There are never more
/// than two for each open query and for each change between commits that were under way together.
final class CommitRuns {
  private static final int STRIDE = 2;
  private static final long[] NONE = {};

  private CommitRuns() {}

  /// Adds the last run before a commit that is under way, and drops what nobody tells apart.
  ///
  /// @param runs changed if that saves making another
  /// @param commit of the run that is added
  /// @param before time of the last sample before it, milliseconds
  /// @param now some moment since the commit that is under way was the next one
  /// @return null if everybody sees everything
  static long @Nullable [] add(
      long @Nullable [] runs, long commit, long before, IsolationState now) {
    long[] old = runs == null ? NONE : runs;
    int kept = dropNeedless(old, now);
    boolean needed = isNeeded(old, kept, commit, now);
    int length = needed ? kept + STRIDE : kept;
    if (length == 0) {
      return null;
    }
    long[] all = length == old.length ? old : Arrays.copyOf(old, length);
    if (needed) {
      all[kept] = commit;
      all[kept + 1] = before;
    }
    return all;
  }

  /// @return length of what is left
  private static int dropNeedless(long[] runs, IsolationState now) {
    int kept = 0;
    for (int i = 0; i < runs.length; i += STRIDE) {
      if (isNeeded(runs, kept, runs[i], now)) {
        runs[kept] = runs[i];
        runs[kept + 1] = runs[i + 1];
        kept += STRIDE;
      }
    }
    return kept;
  }

  /// Whether somebody has to tell a commit from the one before it. Where nobody has to, the number
  /// of the older run stands for both.
  private static boolean isNeeded(long[] runs, int kept, long commit, IsolationState now) {
    return kept == 0 ? !now.seenByAll(commit) : !now.alike(runs[kept - STRIDE], commit);
  }

  /// What a query does not see.
  ///
  /// @param runs before the last one, null if there is none
  /// @param commit of the last run
  /// @param before time of the last sample before it, milliseconds
  static Intervals hidden(long @Nullable [] runs, long commit, long before, Horizon horizon) {
    Intervals hidden = Intervals.EMPTY;
    long[] old = runs == null ? NONE : runs;
    for (int i = 0; i < old.length; i += STRIDE) {
      long last = i + STRIDE < old.length ? old[i + STRIDE + 1] : before;
      if (!horizon.sees(old[i])) {
        hidden = hidden.add(old[i + 1] + 1, last);
      }
    }
    return horizon.sees(commit) ? hidden : hidden.add(before + 1, Long.MAX_VALUE);
  }

  /// The last instant that may have a sample which is not hidden, milliseconds.
  static long lastSeen(Intervals hidden) {
    int last = hidden.size() - 1;
    return last >= 0 && hidden.maxt(last) == Long.MAX_VALUE
        ? hidden.mint(last) - 1
        : Long.MAX_VALUE;
  }
}
