package io.varve.db;

import io.varve.StaleSeriesStats;
import io.varve.VarveOptions;
import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.BlockView;
import io.varve.compact.BlockCut;
import io.varve.head.Head;
import io.varve.head.LowerBounds;
import io.varve.head.StaleCut;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Has series that have ended leave the head early, when there are many: as Prometheus 3.10 does.
///
/// First they get blocks, then they leave. In between, queries see their samples twice and give
/// each once. A query that began before it could see the blocks may still look for them in the
/// head, so they leave when the last such query is over. One that began later may have found them
/// in the head before they left, and goes on with their chunks: until it is over the head keeps its
/// chunk files, see {@link #isSettled}.
///
/// One step at a time is counted for that, and each query remembers the last one before it.
///
/// Confined to the one who does maintenance, but for the methods for queries and settings, which
/// are thread-safe.
final class StaleCompaction {
  private static final Logger LOG = System.getLogger(StaleCompaction.class.getName());

  private final long range;
  private final boolean known;
  private final Head head;
  private final OpenBlocks blocks;
  private final BlockCut blockCut;
  private volatile double threshold;

  private final LowerBounds readers = new LowerBounds();

  /// Times that blocks were published or that series left.
  private volatile long step;

  /// Its value after series left the last time.
  private long lastDrop;

  /// Whether it was looked what the log brought back.
  private boolean knowsReplayed;

  /// What is in blocks and still in the head.
  private @Nullable StaleCut published;

  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionsFailed = new LongAdder();
  private final LongAdder seriesDropped = new LongAdder();

  StaleCompaction(VarveOptions options, Head head, OpenBlocks blocks, BlockCut blockCut) {
    this.range = options.blockRange().toMillis();
    this.known = options.compatibility().staleSeriesBlocks();
    this.threshold = options.staleSeriesCompactionThreshold();
    this.head = head;
    this.blocks = blocks;
    this.blockCut = blockCut;
  }

  void setThreshold(double threshold) {
    this.threshold = threshold;
  }

  /// To be called when a query begins, while the list of blocks cannot change.
  ///
  /// @return for {@link #leave}
  long enter() {
    return readers.enter(() -> step);
  }

  void leave(long entered) {
    readers.leave(entered);
  }

  /// Whether no query may still read chunks of series that have left.
  boolean isSettled() {
    return readers.noneBelow(lastDrop);
  }

  /// Has series leave the head that are in blocks. To be called before other blocks are cut, which
  /// then need not have these series, too.
  void dropInBlocks() throws IOException {
    if (!knowsReplayed) {
      published = replayed();
      knowsReplayed = true;
    }
    dropPublished();
  }

  /// What came back with the log although it is in blocks: for those who do not know of such blocks
  /// the log does not say so, and the process may have died before it did.
  private @Nullable StaleCut replayed() {
    long from = blocks.headStart();
    OpenBlocks.Pinned pinned = blocks.pin(from, Long.MAX_VALUE, _ -> {});
    try {
      List<Block> stale =
          pinned.blocks().stream()
              .filter(block -> block.meta().compaction().isOfStaleSeries())
              .toList();
      return head.stale().within(stale, from);
    } catch (CorruptionException e) {
      LOG.log(Level.WARNING, "series that are in blocks stay in the head: {0}", e.getMessage());
      return null;
    } finally {
      pinned.release();
    }
  }

  /// Has series that have ended become blocks and leave the head, if there are many and no other
  /// block is about to be cut.
  void compactIfDue() throws IOException {
    double enough = threshold;
    if (published != null
        || enough == 0
        || head.stale().ratio() < enough
        || head.compactableSoon()) {
      return;
    }
    StaleCut cut = head.stale().cut();
    if (!cut.isEmpty()) {
      compact(cut);
      dropPublished();
    }
  }

  private void compact(StaleCut cut) throws IOException {
    compactions.increment();
    var made = new ArrayList<BlockMeta>();
    try {
      write(cut, made);
      // Whoever sees the blocks is to see all of the commits that samples in them are of.
      head.awaitCommits();
      blocks.publish(made, Long.MIN_VALUE, this::nextStep);
    } catch (IOException | RuntimeException e) {
      compactionsFailed.increment();
      // The newest first: that it is there says that the older ones are.
      blocks.discard(made.reversed(), e);
      throw e;
    }
    published = cut;
    LOG.log(
        Level.INFO,
        "cut blocks from series that have ended series={0,number,#} blocks={1}",
        cut.size(),
        made.stream().map(meta -> meta.ulid().toString()).toList());
  }

  /// Oldest range first, see {@link #replayed}.
  private void write(StaleCut cut, List<BlockMeta> made) throws IOException {
    long headStart = blocks.headStart();
    long last = cut.maxTime();
    long begin = Math.floorDiv(Math.max(cut.minTime(), headStart), range) * range;
    for (; begin <= last; begin += range) {
      long end = begin + range;
      BlockView view = head.stale().view(Math.max(begin, headStart), end - 1, cut);
      blockCut.writeStale(view, begin, end, known).ifPresent(made::add);
    }
  }

  private void dropPublished() throws IOException {
    StaleCut cut = published;
    if (cut != null && readers.noneBelow(step)) {
      int dropped = head.stale().drop(cut);
      published = null;
      nextStep();
      lastDrop = step;
      seriesDropped.add(dropped);
      if (dropped > 0) {
        LOG.log(Level.INFO, "series that have ended left the head series={0,number,#}", dropped);
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // by one thread at a time
  private void nextStep() {
    step++;
  }

  StaleSeriesStats stats() {
    return new StaleSeriesStats(
        head.stale().count(), compactions.sum(), compactionsFailed.sum(), seriesDropped.sum());
  }
}
