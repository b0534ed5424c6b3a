package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.Ulid;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which blocks are to go, by Prometheus' rules. Pure.
public final class Retention {
  private Retention() {}

  /// Blocks that are too old or {@link #superseded}.
  ///
  /// Age counts from the end of the newest block and not from the wall clock: a store that gets no
  /// more samples keeps what it has.
  ///
  /// @param blocks all loaded blocks
  /// @param retentionMillis age from which a block goes; 0 keeps all
  /// @return those to delete, in the order given
  public static List<BlockMeta> expired(List<BlockMeta> blocks, long retentionMillis) {
    long newest = blocks.stream().mapToLong(BlockMeta::maxTime).max().orElse(0);
    Set<BlockMeta> superseded = new HashSet<>(superseded(blocks));
    return blocks.stream()
        .filter(block ->
            superseded.contains(block)
                || (retentionMillis > 0 && age(block, newest) >= retentionMillis))
        .toList();
  }

  /// Blocks of which nothing is needed any more: that a compaction found empty, or that were
  /// replaced by a block made from them.
  ///
  /// @param blocks all loaded blocks
  /// @return those, in the order given
  public static List<BlockMeta> superseded(List<BlockMeta> blocks) {
    Set<Ulid> replaced =
        blocks.stream()
            .flatMap(block -> block.compaction().parents().stream())
            .map(Parent::ulid)
            .collect(Collectors.toSet());
    return blocks.stream()
        .filter(block -> block.compaction().deletable() || replaced.contains(block.ulid()))
        .toList();
  }

  private static long age(BlockMeta block, long newest) {
    long age = newest - block.maxTime();
    return age < 0 ? Long.MAX_VALUE : age;
  }
}
