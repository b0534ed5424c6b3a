package io.varve.db;

import io.varve.VarveOptions;
import io.varve.block.BlockMeta;
import io.varve.block.BlockView;
import io.varve.chunk.ChunkRun;
import io.varve.compact.BlockCut;
import io.varve.compact.BlockOutput;
import io.varve.head.Head;
import io.varve.head.Horizon;
import io.varve.head.LowerBounds;
import io.varve.head.OutOfOrderCut;
import io.varve.query.MergedView;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Has what is in the head become blocks, and leave it when no query looks for it there any more:
/// full block ranges, what came out of order, series that have ended.
///
/// Confined to the one who does maintenance, but for {@link Reading}, settings and figures, which
/// are thread-safe.
final class HeadCompaction {
  private static final Logger LOG = System.getLogger(HeadCompaction.class.getName());

  private final long range;
  private final Head head;
  private final OpenBlocks blocks;
  private final BlockCut blockCut;
  private final Supplier<ChunkRun> encoders;
  private final StaleCompaction staleSeries;

  /// Times from which open queriers read the head.
  private final LowerBounds headReaders = new LowerBounds();

  /// Chunks after which open queriers read samples out of order from the head.
  private final LowerBounds outOfOrderReaders = new LowerBounds();

  /// The samples out of order that were in the head and are in blocks now. Changes together with
  /// the list of blocks.
  private volatile OutOfOrderCut outOfOrderInBlocks = OutOfOrderCut.NONE;

  /// Those that are no longer in the head.
  private OutOfOrderCut outOfOrderDropped = OutOfOrderCut.NONE;

  /// Whether the head was cut and what follows upon it is not done.
  private boolean headWasCut;

  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionsFailed = new LongAdder();

  HeadCompaction(VarveOptions options, Head head, OpenBlocks blocks, BlockOutput output) {
    this.range = options.blockRange().toMillis();
    this.head = head;
    this.blocks = blocks;
    this.blockCut = new BlockCut(output);
    this.encoders = output.encoders();
    this.staleSeries = new StaleCompaction(options, head, blocks, blockCut);
  }

  /// For a query of the times from {@code mint} to {@code maxt}, milliseconds.
  Reading reading(long mint, long maxt) {
    return new Reading(mint, maxt);
  }

  /// What a query reads of the head. It begins while blocks and what the head still has to tell
  /// cannot change: maintenance first publishes a block together with a change of the latter, then
  /// looks who began before.
  final class Reading {
    private final long mint;
    private final long maxt;
    private long from;
    private long afterChunk;
    private long afterStep;
    private Horizon horizon = Horizon.ALL;

    Reading(long mint, long maxt) {
      this.mint = mint;
      this.maxt = maxt;
    }

    /// @param headStart when the head takes over from blocks, milliseconds
    void begin(long headStart) {
      from = Math.max(mint, headStart);
      if (from <= maxt) {
        var ignored = headReaders.enter(() -> from);
      }
      afterChunk = outOfOrderReaders.enter(() -> outOfOrderInBlocks.lastChunk());
      afterStep = staleSeries.enter();
      // Not before: a block must have no sample that is hidden in the head.
      horizon = head.isolation().open();
    }

    void addViews(List<BlockView> views) {
      if (from <= maxt) {
        views.add(head.view(from, maxt, horizon));
      }
      if (head.outOfOrder().overlaps(mint, maxt)) {
        views.add(head.outOfOrder().view(mint, maxt, afterChunk, horizon));
      }
    }

    void end() {
      if (from <= maxt) {
        headReaders.leave(from);
      }
      outOfOrderReaders.leave(afterChunk);
      staleSeries.leave(afterStep);
      head.isolation().close(horizon);
    }
  }

  /// Turns full block ranges of the head into blocks, oldest first.
  void run() throws IOException {
    staleSeries.dropInBlocks();
    truncateOutOfOrder();
    headWasCut |= truncateHead();
    while (head.compactable() && cutBlock()) {
      headWasCut |= truncateHead();
    }
    if (headWasCut) {
      // Before the log is cut: samples out of order need the records of their series there.
      cutOutOfOrder();
      head.truncateLog(blocks.headStart());
      headWasCut = false;
    }
    staleSeries.compactIfDue();
  }

  /// Turns all samples out of order into blocks, one for each block range.
  private void cutOutOfOrder() throws IOException {
    Optional<OutOfOrderCut> found = head.outOfOrder().cut();
    if (found.isEmpty()) {
      return;
    }
    OutOfOrderCut cut = found.get();
    long before = outOfOrderInBlocks.lastChunk();
    var made = new ArrayList<BlockMeta>();
    try {
      for (long begin : cut.ranges()) {
        long end = begin + range;
        BlockView view = head.outOfOrder().view(begin, end - 1, before, cut);
        var merged = new MergedView(view, encoders);
        blockCut.writeOutOfOrder(merged, begin, end).ifPresent(made::add);
      }
      // Whoever sees the blocks is to see all of the commits that samples in them are of.
      head.awaitCommits();
      blocks.publish(made, Long.MIN_VALUE, () -> outOfOrderInBlocks = cut);
    } catch (IOException | RuntimeException e) {
      compactionsFailed.increment();
      blocks.discard(made, e);
      throw e;
    }
    compactions.add(made.size());
    LOG.log(
        Level.INFO,
        "cut blocks from samples out of order blocks={0}",
        made.stream().map(meta -> meta.ulid().toString()).toList());
    truncateOutOfOrder();
  }

  /// Drops from the head what of the samples out of order is in blocks, unless a query that began
  /// earlier may still read it there.
  private void truncateOutOfOrder() throws IOException {
    OutOfOrderCut cut = outOfOrderInBlocks;
    if (!cut.equals(outOfOrderDropped)
        && outOfOrderReaders.noneBelow(cut.lastChunk())
        && staleSeries.isSettled()) {
      head.truncateOutOfOrder(cut);
      outOfOrderDropped = cut;
    }
  }

  /// Cuts the oldest range.
  ///
  /// @return false if it has to wait: for an appender that may still add to it, or for queries that
  ///   read the range before it
  private boolean cutBlock() throws IOException {
    long begin = head.minTime();
    long end = head.firstRangeEnd();
    if (begin < blocks.headStart() || !head.closedBefore(end)) {
      return false;
    }
    Optional<BlockMeta> block = Optional.empty();
    try {
      block = blockCut.write(head.view(begin, end - 1), begin, end);
      blocks.publish(block.stream().toList(), end);
    } catch (IOException | RuntimeException e) {
      compactionsFailed.increment();
      blocks.discard(block.stream().toList(), e);
      throw e;
    }
    compactions.add(block.isPresent() ? 1 : 0);
    LOG.log(
        Level.INFO,
        "cut block from head block={0} mint={1,number,#} maxt={2,number,#}",
        block.map(meta -> meta.ulid().toString()).orElse("none"),
        begin,
        end);
    return true;
  }

  /// Drops from the head what is in blocks, unless a query that began earlier may still read it
  /// there.
  private boolean truncateHead() throws IOException {
    long end = blocks.headStart();
    if (head.minTime() >= end || !headReaders.noneBelow(end) || !staleSeries.isSettled()) {
      return false;
    }
    head.truncate(end);
    return true;
  }

  StaleCompaction staleSeries() {
    return staleSeries;
  }

  /// Blocks written.
  long compactions() {
    return compactions.sum();
  }

  /// Blocks that could not be written.
  long compactionsFailed() {
    return compactionsFailed.sum();
  }
}
