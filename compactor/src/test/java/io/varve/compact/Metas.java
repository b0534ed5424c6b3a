package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.BlockMeta.Stats;
import io.varve.block.ExtraFields;
import io.varve.block.Ulid;
import java.util.Arrays;
import java.util.List;

/// Makes what blocks say of themselves, for tests of decisions.
final class Metas {
  private Metas() {}

  /// A block of level 1.
  static BlockMeta block(int id, long minTime, long maxTime) {
    Ulid ulid = ulid(id);
    return new BlockMeta(ulid, minTime, maxTime, Stats.NONE, Compaction.ofHead(ulid));
  }

  static Ulid ulid(int id) {
    return new Ulid(0, id);
  }

  static BlockMeta failed(BlockMeta block) {
    return block.withCompaction(block.compaction().withFailed(true));
  }

  static BlockMeta deletable(BlockMeta block) {
    return block.withCompaction(block.compaction().withDeletable(true));
  }

  static BlockMeta hinted(BlockMeta block, String... hints) {
    Compaction c = block.compaction();
    return block.withCompaction(
        new Compaction(
            c.level(), c.sources(), false, c.parents(), false, List.of(hints), ExtraFields.NONE));
  }

  static BlockMeta madeFrom(BlockMeta block, BlockMeta... parents) {
    List<Parent> all =
        Arrays.stream(parents)
            .map(p -> new Parent(p.ulid(), p.minTime(), p.maxTime(), ExtraFields.NONE))
            .toList();
    return block.withCompaction(
        new Compaction(2, List.of(), false, all, false, List.of(), ExtraFields.NONE));
  }

  static BlockMeta deleted(BlockMeta block, long tombstones, long series) {
    return block.withStats(new Stats(1, 1, 0, series, 1, tombstones, ExtraFields.NONE));
  }
}
