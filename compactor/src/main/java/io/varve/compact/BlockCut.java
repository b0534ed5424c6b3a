package io.varve.compact;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockView;
import io.varve.block.BlockWriter;
import io.varve.block.SeriesCursor;
import io.varve.block.Ulid;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Cuts a range of time out of a view and makes it a block of level 1: how the head becomes blocks.
/// Series and chunks stream through; what is held in memory is the set of label names and values.
///
/// Thread-safe.
public final class BlockCut {
  private final BlockOutput output;

  public BlockCut(BlockOutput output) {
    this.output = output;
  }

  /// Writes the samples of {@code source} in `[mint, maxt)`, less the deleted ones. Afterwards the
  /// block is there, complete and durable, or after an exception there is none.
  ///
  /// The source is read twice, first its labels and then its samples; it must not gain samples in
  /// the range meanwhile. It stays the caller's to keep open and to close.
  ///
  /// @param mint first instant, milliseconds since the epoch, inclusive
  /// @param maxt end, milliseconds since the epoch, exclusive
  /// @return the new block, or empty if there is no sample in the range
  public Optional<BlockMeta> write(BlockView source, long mint, long maxt) throws IOException {
    return write(source, mint, maxt, Compaction::ofHead);
  }

  /// As {@link #write(BlockView, long, long)}, of samples that came out of order; the block says
  /// so. The chunks of a series must not overlap.
  public Optional<BlockMeta> writeOutOfOrder(BlockView source, long mint, long maxt)
      throws IOException {
    return write(source, mint, maxt, Compaction::ofOutOfOrder);
  }

  /// As {@link #write(BlockView, long, long)}, of series that have ended, while others of the same
  /// time stay where they are; the block says so. Samples that the source gains meanwhile may be in
  /// the block or not.
  ///
  /// @param known whether all who may read the block know of such; otherwise it says, too, that it
  ///   has samples that came out of order, which they know
  public Optional<BlockMeta> writeStale(BlockView source, long mint, long maxt, boolean known)
      throws IOException {
    return write(
        source,
        mint,
        maxt,
        known ? Compaction::ofStaleSeries : Compaction::ofStaleSeriesAsOutOfOrder);
  }

  private Optional<BlockMeta> write(
      BlockView source, long mint, long maxt, Function<Ulid, Compaction> origin)
      throws IOException {
    if (maxt <= mint) {
      throw new IllegalArgumentException("the range [" + mint + ", " + maxt + ") is empty");
    }
    SymbolSet symbols = symbols(source, mint, maxt);
    if (symbols.isEmpty()) {
      return Optional.empty();
    }
    Ulid ulid = output.ulids().next();
    try (BlockWriter block = output.create(ulid)) {
      for (byte[] symbol : symbols.sorted()) {
        block.addSymbol(symbol);
      }
      writeSeries(source, mint, maxt, block);
      return block.finish(mint, maxt, origin.apply(ulid));
    }
  }

  private static SymbolSet symbols(BlockView source, long mint, long maxt) {
    var symbols = new SymbolSet();
    try (SeriesCursor series = source.select(List.of(), mint, maxt - 1)) {
      while (series.next()) {
        symbols.addAll(series.labels());
      }
    }
    return symbols;
  }

  private void writeSeries(BlockView source, long mint, long maxt, BlockWriter block)
      throws IOException {
    var trimmer = new ChunkTrimmer(new ChunkOutput(block, output.encoders().get()), mint, maxt - 1);
    try (SeriesCursor series = source.select(List.of(), mint, maxt - 1)) {
      while (series.next()) {
        block.startSeries(series.labels());
        trimmer.writeChunks(series);
        block.endSeries();
      }
    }
  }
}
