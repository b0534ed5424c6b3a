package io.varve.db;

import static java.util.stream.Collectors.joining;

import io.varve.CompactionStats;
import io.varve.VarveOptions;
import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.Ulid;
import io.varve.compact.BlockMerge;
import io.varve.compact.BlockOutput;
import io.varve.compact.CompactionPlan;
import io.varve.compact.CompactionPlan.Reason;
import io.varve.compact.DamagedBlockException;
import io.varve.db.RunningMerge.HeadFirst;
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
/// Confined to the one who does maintenance, but for {@link #pace} and figures, which are
/// thread-safe.
final class BlockCompaction {
  private static final Logger LOG = System.getLogger(BlockCompaction.class.getName());

  private final BlockPlans plans;
  private final OpenBlocks blocks;
  private final BlockMerge merge;
  private final BlockOutput output;
  private final MergePace pace;
  private final HeadFirst head;

  /// Names of blocks that are not to be merged.
  private final Set<Ulid> leftOut = ConcurrentHashMap.newKeySet();

  /// What there was too little room for the last time.
  private List<BlockMeta> lastSkipped = List.of();

  private volatile @Nullable RunningMerge running;

  private final LongAdder merges = new LongAdder();
  private final LongAdder verticalMerges = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  BlockCompaction(VarveOptions options, OpenBlocks blocks, BlockOutput output, HeadFirst head) {
    this.plans = new BlockPlans(options);
    this.blocks = blocks;
    this.merge = new BlockMerge(output);
    this.output = output;
    this.pace = new MergePace(System::nanoTime, options.compactionBytesPerSecond());
    this.head = head;
  }

  /// How fast it is to be.
  MergePace pace() {
    return pace;
  }

  /// Merges what is to be merged.
  ///
  /// @param retention of the store, which bounds how long blocks get if the options do not; zero
  ///   keeps all
  /// @throws IOException if the disk fails
  void run(Duration retention) throws IOException {
    // Else a block could come back after the block which says that it was replaced is gone.
    blocks.deleteRetired();
    Optional<CompactionPlan> next = plan(retention);
    while (next.isPresent() && mayBegin(next.get()) && compact(next.get())) {
      blocks.deleteRetired();
      next = plan(retention);
    }
  }

  private boolean mayBegin(CompactionPlan plan) throws IOException {
    if (pace.isCancelled()) {
      return false;
    }
    if (!pace.isPaused() && hasRoom(plan)) {
      return true;
    }
    skipped.increment();
    return false;
  }

  /// The block to be may take as much as those it is made of, and these stay until it is there.
  private boolean hasRoom(CompactionPlan plan) throws IOException {
    long wanted = blocks.sizeBytes(plan.blocks());
    long free = output.disk().usableSpace(output.dataDirectory());
    if (wanted <= free) {
      lastSkipped = List.of();
      return true;
    }
    if (!plan.blocks().equals(lastSkipped)) {
      lastSkipped = plan.blocks();
      LOG.log(
          Level.WARNING,
          "blocks are not merged until there is room on the disk blocks={0} bytes={1,number,#}"
              + " free={2,number,#}",
          ulids(plan.blocks()),
          wanted,
          free);
    }
    return false;
  }

  private Optional<CompactionPlan> plan(Duration retention) {
    List<BlockMeta> mergeable =
        blocks.metas().stream().filter(block -> !leftOut.contains(block.ulid())).toList();
    return plans.next(mergeable, blocks.headStart(), retention);
  }

  /// @return false if it was stopped
  private boolean compact(CompactionPlan plan) throws IOException {
    OpenBlocks.Pinned parents = blocks.pin(plan.blocks());
    var merging = new RunningMerge(plan, pace, head);
    running = merging;
    try {
      compact(plan, parents.blocks(), merging);
      return true;
    } catch (DamagedBlockException e) {
      leaveOut(e);
      return true;
    } catch (CancellationException e) {
      LOG.log(
          Level.INFO,
          "stopped merging blocks blocks={0}: {1}",
          ulids(plan.blocks()),
          e.getMessage());
      merging.throwHeadFailure();
      return false;
    } catch (IOException | UncheckedIOException e) {
      failed.increment();
      throw e;
    } catch (RuntimeException | OutOfMemoryError e) {
      failed.increment();
      markFailed(parents.blocks(), e);
      return true;
    } finally {
      running = null;
      parents.release();
    }
  }

  private void compact(CompactionPlan plan, List<Block> parents, RunningMerge merging)
      throws IOException {
    long bytes = blocks.sizeBytes(plan.blocks());
    LOG.log(
        Level.INFO,
        "merging blocks reason={0} blocks={1} bytes={2,number,#}",
        plan.reason(),
        ulids(plan.blocks()),
        bytes);
    long start = System.nanoTime();
    Optional<BlockMeta> merged = merge.merge(parents, merging);
    replace(parents, merged);
    long took = System.nanoTime() - start;
    merges.increment();
    verticalMerges.add(plan.reason() == Reason.OVERLAP ? 1 : 0);
    bytesRead.add(bytes);
    bytesWritten.add(merged.isEmpty() ? 0 : blocks.sizeBytes(merged.stream().toList()));
    nanos.add(took);
    LOG.log(
        Level.INFO,
        "merged blocks block={0} mint={1,number,#} maxt={2,number,#} level={3} duration={4}ms",
        merged.map(meta -> meta.ulid().toString()).orElse("none"),
        plan.minTime(),
        plan.maxTime(),
        plan.level(),
        took / 1_000_000);
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
    failed.increment();
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
      var _ = blocks.rewrite(parent, parent.meta().compaction().withFailed(true));
    }
  }

  /// In one word, as lines of the log want values.
  private static String ulids(List<BlockMeta> blocks) {
    return blocks.stream().map(block -> block.ulid().toString()).collect(joining(","));
  }

  CompactionStats stats() {
    RunningMerge merging = running;
    return new CompactionStats(
        merges.sum(),
        verticalMerges.sum(),
        skipped.sum(),
        leftOut.size(),
        bytesRead.sum(),
        bytesWritten.sum(),
        nanos.sum(),
        Optional.ofNullable(merging).map(RunningMerge::progress));
  }

  /// Times that blocks could not be merged.
  long failed() {
    return failed.sum();
  }
}
