package io.varve.db;

import io.varve.VarveOptions;
import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.Ulid;
import io.varve.compact.BlockMerge;
import io.varve.compact.BlockOutput;
import io.varve.compact.BlockRanges;
import io.varve.compact.CompactionListener;
import io.varve.compact.CompactionPlan;
import io.varve.compact.CompactionPlanner;
import io.varve.compact.DamagedBlockException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Merges blocks as the planner says, one merge after another, until there is nothing to merge.
///
/// The head comes first. When a part of it is to become a block while a merge runs, the merge
/// stands still, the same thread cuts that block, and the merge goes on: a merge may take longer
/// than it takes the head to fill, so that one which began anew each time might never end.
///
/// What cannot be merged does not keep the others from it:
///
/// * A damaged block is left out until the next start, and may be damaged for ever.
/// * Blocks whose merge fails for what is in them are left out as well, and say so in their
///   `meta.json`, as in Prometheus: no planner puts them into a longer block again, unless they
///   overlap.
/// * If the disk fails, that tells nothing of the blocks, and they are tried again. (Prometheus
///   marks them here, too: once the disk was full, they stay small.)
///
/// Confined to the one who does maintenance, but for {@link #cancel} and figures, which are
/// thread-safe.
final class BlockCompaction {
  private static final Logger LOG = System.getLogger(BlockCompaction.class.getName());

  private final Duration shortest;
  private final Duration longest;
  private final OpenBlocks blocks;
  private final BlockMerge merge;
  private final BooleanSupplier headIsDue;
  private final Maintenance.Task cutHead;

  /// Names of blocks that are not to be merged.
  private final Set<Ulid> leftOut = ConcurrentHashMap.newKeySet();

  private volatile boolean cancelled;

  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionsFailed = new LongAdder();

  /// @param headIsDue whether a part of the head is to become a block, asked often
  /// @param cutHead has it become one, or leaves that for later
  BlockCompaction(
      VarveOptions options,
      OpenBlocks blocks,
      BlockOutput output,
      BooleanSupplier headIsDue,
      Maintenance.Task cutHead) {
    this.shortest = options.blockRange();
    this.longest = options.maxBlockDuration();
    this.blocks = blocks;
    this.merge = new BlockMerge(output);
    this.headIsDue = headIsDue;
    this.cutHead = cutHead;
  }

  /// Has merges end, also one that runs, and none begin any more.
  void cancel() {
    cancelled = true;
  }

  /// Merges what is to be merged.
  ///
  /// @param retention of the store, which bounds how long blocks get if the options do not; zero
  ///   keeps all
  /// @throws IOException if the disk fails
  void run(Duration retention) throws IOException {
    var planner = new CompactionPlanner(ranges(retention));
    // Else a block could come back after the block which says that it was replaced is gone.
    blocks.deleteRetired();
    for (Optional<CompactionPlan> next = plan(planner);
        next.isPresent() && !cancelled;
        next = plan(planner)) {
      compact(next.get());
      blocks.deleteRetired();
    }
  }

  private List<Long> ranges(Duration retention) {
    return longest.isZero()
        ? BlockRanges.of(shortest, retention)
        : BlockRanges.upTo(shortest, longest);
  }

  private Optional<CompactionPlan> plan(CompactionPlanner planner) {
    long headStart = blocks.headStart();
    return planner.plan(
        blocks.metas().stream().filter(block -> isMergeable(block, headStart)).toList());
  }

  /// A block of a time from which the head still has samples is left alone, even if Prometheus
  /// would merge it: together with one that ends the head it would tell a later end of the head,
  /// and the next start would take what is in the log before that for being in blocks.
  private boolean isMergeable(BlockMeta block, long headStart) {
    return block.maxTime() <= headStart && !leftOut.contains(block.ulid());
  }

  private void compact(CompactionPlan plan) throws IOException {
    OpenBlocks.Pinned parents = blocks.pin(plan.blocks());
    var running = new Running();
    try {
      compact(plan, parents.blocks(), running);
    } catch (DamagedBlockException e) {
      leaveOut(e);
    } catch (CancellationException e) {
      LOG.log(Level.INFO, "stopped merging blocks blocks={0}", ulids(plan.blocks()));
      running.throwHeadFailure();
    } catch (IOException | UncheckedIOException e) {
      compactionsFailed.increment();
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      compactionsFailed.increment();
      markFailed(parents.blocks(), e);
    } finally {
      parents.release();
    }
  }

  private void compact(CompactionPlan plan, List<Block> parents, Running running)
      throws IOException {
    LOG.log(
        Level.INFO,
        "merging blocks reason={0} blocks={1} bytes={2,number,#}",
        plan.reason(),
        ulids(plan.blocks()),
        parents.stream().mapToLong(Block::sizeBytes).sum());
    long start = System.nanoTime();
    Optional<BlockMeta> merged = merge.merge(parents, running);
    replace(parents, merged);
    compactions.increment();
    LOG.log(
        Level.INFO,
        "merged blocks block={0} mint={1,number,#} maxt={2,number,#} level={3} duration={4}ms",
        merged.map(meta -> meta.ulid().toString()).orElse("none"),
        plan.minTime(),
        plan.maxTime(),
        plan.level(),
        (System.nanoTime() - start) / 1_000_000);
  }

  private void replace(List<Block> parents, Optional<BlockMeta> merged) throws IOException {
    if (merged.isEmpty()) {
      blocks.replace(markDeletable(parents), merged);
      return;
    }
    try {
      blocks.replace(parents, merged);
    } catch (IOException | RuntimeException e) {
      blocks.discard(merged.stream().toList(), e);
      throw e;
    }
  }

  /// Else nothing says that they are to go: there will be no block that names them as its parents.
  private List<Block> markDeletable(List<Block> parents) throws IOException {
    var marked = new ArrayList<Block>();
    for (Block parent : parents) {
      marked.add(blocks.rewrite(parent, parent.meta().compaction().withDeletable(true)));
    }
    return marked;
  }

  private void leaveOut(DamagedBlockException damage) {
    compactionsFailed.increment();
    leftOut.add(damage.block());
    LOG.log(
        Level.ERROR,
        "a block is damaged and will not be merged, varve repair mends it: {0}",
        damage.getMessage());
  }

  private void markFailed(List<Block> parents, Throwable failure) throws IOException {
    List<BlockMeta> metas = parents.stream().map(Block::meta).toList();
    LOG.log(Level.ERROR, "blocks cannot be merged blocks=" + ulids(metas), failure);
    metas.forEach(meta -> leftOut.add(meta.ulid()));
    for (Block parent : parents) {
      var unused = blocks.rewrite(parent, parent.meta().compaction().withFailed(true));
    }
  }

  private static List<String> ulids(List<BlockMeta> blocks) {
    return blocks.stream().map(block -> block.ulid().toString()).toList();
  }

  long compactions() {
    return compactions.sum();
  }

  long compactionsFailed() {
    return compactionsFailed.sum();
  }

  /// A merge that runs.
  private final class Running implements CompactionListener {
    private static final long NANOS_BETWEEN_CUTS = 1_000_000_000;

    private @Nullable Exception headFailure;
    private long nextCut = System.nanoTime();

    @Override
    public void advanced(long seriesRead, long seriesToRead, long bytesWritten) {
      if (cancelled) {
        throw new CancellationException("the store is being closed");
      }
      if (headIsDue.getAsBoolean()) {
        giveWay();
      }
    }

    /// Not all the time, if the head is to be cut and has to wait for a query, say.
    private void giveWay() {
      if (System.nanoTime() - nextCut < 0) {
        return;
      }
      try {
        cutHead.run();
      } catch (IOException | RuntimeException e) {
        // The disk may be full, and what was written of the merge on it.
        headFailure = e;
        throw new CancellationException("the head could not be cut");
      }
      nextCut = System.nanoTime() + NANOS_BETWEEN_CUTS;
    }

    void throwHeadFailure() throws IOException {
      switch (headFailure) {
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case null, default -> {}
      }
    }
  }
}
