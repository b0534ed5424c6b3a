package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import java.util.List;

/// Blocks that are to become one, and why. Immutable.
///
/// @param blocks at least one, in ascending order of their start
public record CompactionPlan(Reason reason, List<BlockMeta> blocks) {
  /// Why blocks are merged.
  public enum Reason {
    /// Their times overlap.
    OVERLAP,

    /// They fill a longer range of time, or no more block will come for it.
    RANGE,

    /// Much of the one block is deleted.
    TOMBSTONES
  }

  public CompactionPlan {
    blocks = List.copyOf(blocks);
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("there is no block to merge");
    }
  }

  /// First instant of the block to be, milliseconds since the epoch, inclusive.
  public long minTime() {
    return blocks.stream().mapToLong(BlockMeta::minTime).min().orElseThrow();
  }

  /// End of the block to be, milliseconds since the epoch, exclusive.
  public long maxTime() {
    return blocks.stream().mapToLong(BlockMeta::maxTime).max().orElseThrow();
  }

  /// Level of the block to be.
  public int level() {
    return Compaction.ofMerged(blocks).level();
  }
}
