package io.varve.db;

import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Stats;
import io.varve.block.ExtraFields;
import io.varve.block.Ulid;
import io.varve.compact.BlockRanges;
import io.varve.compact.CompactionPlan;
import io.varve.compact.CompactionPlanner;
import io.varve.compact.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// What of a store's blocks is to be merged. Pure, immutable, thread-safe.
final class BlockPlans {
  private final Duration shortest;
  private final Duration longest;

  BlockPlans(VarveOptions options) {
    this.shortest = options.blockRange();
    this.longest = options.maxBlockDuration();
  }

  /// What is to be done next.
  ///
  /// A block of a time from which the head still has samples is left alone, even if Prometheus
  /// would merge it: together with one that ends the head it would tell a later end of the head,
  /// and the next start would take what is in the log before that for being in blocks.
  ///
  /// @param headStart when the head takes over from the blocks, milliseconds
  /// @param retention bounds how long blocks get if the options do not; zero keeps all
  Optional<CompactionPlan> next(List<BlockMeta> blocks, long headStart, Duration retention) {
    return new CompactionPlanner(ranges(retention))
        .plan(blocks.stream().filter(block -> block.maxTime() <= headStart).toList());
  }

  private List<Long> ranges(Duration retention) {
    return longest.isZero()
        ? BlockRanges.of(shortest, retention)
        : BlockRanges.upTo(shortest, longest);
  }

  /// What is to be done one after another, where nothing else happens to the blocks. What is made
  /// by one plan and used by a later one has the {@link #name} of the former.
  List<CompactionPlan> all(List<BlockMeta> blocks, Duration retention) {
    List<BlockMeta> now = new ArrayList<>(blocks);
    now.removeAll(Retention.superseded(blocks));
    long headStart = endOfHeads(now);
    var plans = new ArrayList<CompactionPlan>();
    Optional<CompactionPlan> next = next(now, headStart, retention);
    while (next.isPresent()) {
      CompactionPlan plan = next.get();
      plans.add(plan);
      now.removeAll(plan.blocks());
      now.add(merged(plan, plans.size()));
      next = next(now, headStart, retention);
    }
    return plans;
  }

  /// Where the blocks cut from heads end, milliseconds, exclusive; {@link Long#MIN_VALUE} if there
  /// is none.
  static long endOfHeads(List<BlockMeta> blocks) {
    return blocks.stream()
        .filter(block -> block.compaction().endsHead())
        .mapToLong(BlockMeta::maxTime)
        .max()
        .orElse(Long.MIN_VALUE);
  }

  private static BlockMeta merged(CompactionPlan plan, long number) {
    var stats =
        new Stats(
            sum(plan, Stats::numSamples),
            sum(plan, Stats::numFloatSamples),
            sum(plan, Stats::numHistogramSamples),
            sum(plan, Stats::numSeries),
            sum(plan, Stats::numChunks),
            0,
            ExtraFields.NONE);
    return new BlockMeta(
        name(number), plan.minTime(), plan.maxTime(), stats, Compaction.ofMerged(plan.blocks()));
  }

  /// Stands for the name of the block that the first, second ... plan makes.
  static Ulid name(long number) {
    return new Ulid(0, number);
  }

  private static long sum(CompactionPlan plan, ToLongFunction<Stats> count) {
    return plan.blocks().stream().map(BlockMeta::stats).mapToLong(count).sum();
  }
}
