package io.varve.compact;

import io.varve.block.Block;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockWriter;
import io.varve.compact.CompactionListener.Step;
import io.varve.index.PostingsListener;
import io.varve.io.CorruptionException;
import io.varve.io.MappedReads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes one block of several, or of one what is not deleted of it. The result is that of
/// Prometheus' compaction, but that it has no symbol which none of its series uses.
///
/// Series and chunks stream through. What is held in memory is, for a series label that only it
/// has, some hundred bytes: the symbol, and the postings in compressed form; and the chunks of one
/// series where they overlap.
///
/// Thread-safe.
public final class BlockMerge {
  private final BlockOutput output;

  public BlockMerge(BlockOutput output) {
    this.output = output;
  }

  /// Writes what is not deleted of some blocks as one. Afterwards the block is there, complete and
  /// durable, and names the others as parents; or after an exception there is none. The others stay
  /// as they are.
  ///
  /// The blocks are read twice, first their labels and then their samples, by the calling thread.
  ///
  /// @param blocks at least one; pinned by the caller, whose they stay
  /// @param listener is told how far it is, and may end it
  /// @return the new block, or empty if all is deleted
  /// @throws DamagedBlockException if one of the blocks is damaged
  /// @throws CorruptionException if it is not known which one
  public Optional<BlockMeta> merge(List<Block> blocks, CompactionListener listener)
      throws IOException {
    if (blocks.isEmpty()) {
      throw new IllegalArgumentException("there is no block to merge");
    }
    try {
      return write(blocks, listener);
    } catch (InternalError e) {
      throw MappedReads.lostPage("the merge of " + blocks, -1, e);
    } catch (CorruptionException e) {
      throw blame(blocks, e);
    }
  }

  /// Damage is told of a file of the block, or of the block.
  private static IOException blame(List<Block> blocks, CorruptionException damage) {
    for (Block block : blocks) {
      if (damage.file().startsWith(block.directory().toString())) {
        return new DamagedBlockException(block.meta().ulid(), damage);
      }
    }
    throw damage;
  }

  private Optional<BlockMeta> write(List<Block> blocks, CompactionListener listener)
      throws IOException {
    List<BlockMeta> metas = blocks.stream().map(Block::meta).toList();
    long minTime = metas.stream().mapToLong(BlockMeta::minTime).min().orElseThrow();
    long maxTime = metas.stream().mapToLong(BlockMeta::maxTime).max().orElseThrow();
    var progress = new Progress(metas, listener);
    List<MergeSource> sources = new ArrayList<>();
    List<BitSet> used = new ArrayList<>();
    for (Block block : blocks) {
      var source = new MergeSource(block, minTime, maxTime - 1);
      used.add(source.usedSymbols(progress));
      sources.add(source);
    }
    if (used.stream().allMatch(BitSet::isEmpty)) {
      return Optional.empty();
    }
    try (BlockWriter block = output.create(output.ulids().next())) {
      progress.startSeries(block);
      new SymbolMerge(sources, used).writeTo(block);
      writeSeries(new SeriesMerge(sources, progress), block, minTime, maxTime - 1);
      return block.finish(minTime, maxTime, Compaction.ofMerged(metas), progress);
    }
  }

  private void writeSeries(SeriesMerge series, BlockWriter block, long mint, long maxt)
      throws IOException {
    var chunks = new ChunkMerge(new ChunkOutput(block, output.encoders().get()), mint, maxt);
    while (series.next()) {
      MergeSource first = series.sources().getFirst();
      block.startSeries(first.symbols(), first.symbolCount());
      chunks.writeChunks(series.sources());
      block.endSeries();
    }
  }

  /// Run after each series that is read, and told of postings.
  private static final class Progress implements Runnable, PostingsListener {
    private final CompactionListener listener;
    private final long series;
    private Step step = Step.LABELS;
    private long seriesRead;

    /// Once there is one.
    private @Nullable BlockWriter block;

    Progress(List<BlockMeta> blocks, CompactionListener listener) {
      this.listener = listener;
      this.series = blocks.stream().mapToLong(block -> block.stats().numSeries()).sum();
    }

    void startSeries(BlockWriter block) {
      this.block = block;
      step = Step.SERIES;
      seriesRead = 0;
    }

    @Override
    public void run() {
      seriesRead++;
      listener.advanced(step, seriesRead, series, bytesWritten());
    }

    @Override
    public void written(long lists, long of) {
      listener.advanced(Step.POSTINGS, lists, of, bytesWritten());
    }

    private long bytesWritten() {
      return block == null ? 0 : block.length();
    }
  }
}
