package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.compact.CompactionPlan.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Decides which blocks become one next, by the rules of Prometheus' leveled compactor. The first
/// rule that finds something decides:
///
/// 1. Blocks whose times overlap.
/// 2. Blocks that lie in one window of a range, the shorter ranges first, if they span it or blocks
///    have come after it; but for a window with a block whose merge has failed.
/// 3. From the newest to the oldest, one block that is at least as long as the middle one of the
///    ranges and more than 5 % deleted. The first that is shorter ends the search, and is taken
///    itself if it has as many deleted spans as series.
///
/// Rules 2 and 3 leave out the block that starts last, so that for the length of a block there is
/// time to copy it elsewhere before it is merged.
///
/// Blocks cut from a part of the head's series are kept apart from those that end the head: a block
/// made of both could not say any more up to where the log is needed. The latter come first.
///
/// Pure, thread-safe.
public final class CompactionPlanner {
  private static final double DELETED_SHARE = 0.05;
  private static final Comparator<BlockMeta> BY_TIME =
      Comparator.comparingLong(BlockMeta::minTime).thenComparing(BlockMeta::ulid);

  private final List<Long> ranges;

  /// @param ranges lengths of time that blocks come in, milliseconds, ascending; see {@link
  ///   BlockRanges}
  public CompactionPlanner(List<Long> ranges) {
    this.ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("there is no range");
    }
  }

  /// What to do next.
  ///
  /// @param blocks all blocks; those that {@link Retention#superseded} names are passed over
  /// @return empty if all is well
  public Optional<CompactionPlan> plan(List<BlockMeta> blocks) {
    Set<BlockMeta> superseded = new HashSet<>(Retention.superseded(blocks));
    List<BlockMeta> all =
        blocks.stream().filter(block -> !superseded.contains(block)).sorted(BY_TIME).toList();
    return Stream.of(Origin.values())
        .map(origin -> all.stream().filter(block -> Origin.of(block) == origin).toList())
        .flatMap(ofOrigin -> planOfOrigin(ofOrigin).stream())
        .findFirst();
  }

  /// What blocks are not merged across, most urgent first.
  private enum Origin {
    ALL_SERIES,
    STALE_SERIES,
    SELECTED_SERIES;

    static Origin of(BlockMeta block) {
      List<String> hints = block.compaction().hints();
      if (hints.contains(Compaction.FROM_STALE_SERIES)) {
        return STALE_SERIES;
      }
      return hints.contains(Compaction.FROM_SELECTED_SERIES) ? SELECTED_SERIES : ALL_SERIES;
    }
  }

  /// @param blocks by time
  private Optional<CompactionPlan> planOfOrigin(List<BlockMeta> blocks) {
    if (blocks.isEmpty()) {
      return Optional.empty();
    }
    List<BlockMeta> older = blocks.subList(0, blocks.size() - 1);
    return plan(Reason.OVERLAP, firstOverlap(blocks))
        .or(() -> plan(Reason.RANGE, firstFullWindow(older)))
        .or(() -> plan(Reason.TOMBSTONES, newestDeleted(older)));
  }

  private static Optional<CompactionPlan> plan(Reason reason, List<BlockMeta> chosen) {
    return chosen.isEmpty() ? Optional.empty() : Optional.of(new CompactionPlan(reason, chosen));
  }

  /// The first blocks that each overlap one before.
  private static List<BlockMeta> firstOverlap(List<BlockMeta> blocks) {
    var overlapping = new ArrayList<BlockMeta>();
    long end = Long.MIN_VALUE;
    for (BlockMeta block : blocks) {
      if (overlapping.isEmpty() || block.minTime() < end) {
        overlapping.add(block);
      } else if (overlapping.size() > 1) {
        break;
      } else {
        overlapping.set(0, block);
      }
      end = Math.max(end, block.maxTime());
    }
    return overlapping.size() > 1 ? overlapping : List.of();
  }

  private List<BlockMeta> firstFullWindow(List<BlockMeta> blocks) {
    if (blocks.isEmpty()) {
      return List.of();
    }
    long newestStart = blocks.getLast().minTime();
    return ranges.stream()
        .skip(1)
        .flatMap(range ->
            windows(blocks, range).stream().filter(window -> isFull(window, range, newestStart)))
        .findFirst()
        .orElse(List.of());
  }

  private static boolean isFull(List<BlockMeta> window, long range, long newestStart) {
    long end = window.getLast().maxTime();
    return window.size() > 1
        && window.stream().noneMatch(block -> block.compaction().failed())
        && (end - window.getFirst().minTime() == range || end <= newestStart);
  }

  /// Groups blocks by the window `[k * range, (k + 1) * range]` that they lie in; those that reach
  /// beyond one are in none.
  private static List<List<BlockMeta>> windows(List<BlockMeta> blocks, long range) {
    var windows = new ArrayList<List<BlockMeta>>();
    List<BlockMeta> window = new ArrayList<>();
    long windowEnd = Long.MIN_VALUE;
    for (BlockMeta block : blocks) {
      if (window.isEmpty() || block.maxTime() > windowEnd) {
        window = new ArrayList<>();
        windowEnd = Math.floorDiv(block.minTime(), range) * range + range;
        if (block.maxTime() > windowEnd) {
          continue;
        }
        windows.add(window);
      }
      window.add(block);
    }
    return windows;
  }

  private List<BlockMeta> newestDeleted(List<BlockMeta> blocks) {
    long middle = ranges.get(ranges.size() / 2);
    for (BlockMeta block : blocks.reversed()) {
      long tombstones = block.stats().numTombstones();
      long series = block.stats().numSeries();
      if (block.maxTime() - block.minTime() < middle) {
        return tombstones > 0 && tombstones >= series ? List.of(block) : List.of();
      }
      if ((double) tombstones / (series + 1) > DELETED_SHARE) {
        return List.of(block);
      }
    }
    return List.of();
  }
}
