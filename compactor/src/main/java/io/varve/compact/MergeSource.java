package io.varve.compact;

import io.varve.block.Block;
import io.varve.block.BlockCursor;
import io.varve.block.LiveSamples;
import io.varve.chunk.ChunkBuffer;
import io.varve.io.CorruptionException;
import java.util.Arrays;
import java.util.BitSet;

/// One of the blocks that are merged: walks its series in the order of their labels, which it tells
/// as symbols of the new block. Symbols are sorted in both, so that comparing their ordinals is
/// comparing labels, and no label is ever put together.
///
/// Confined to one thread; valid as long as the block is pinned.
final class MergeSource {
  /// Stands for a symbol that no series with samples uses.
  private static final int UNUSED = -1;

  /// Stands for the empty symbol; a label with an empty value is none.
  private static final int EMPTY = -2;

  private final Block block;
  private final long mint;
  private final long maxt;
  private final BlockCursor cursor;

  /// Of each symbol of the block, its ordinal in the new one.
  private final int[] translation;

  private int[] symbols = new int[64];
  private int symbolCount;
  private int[] previous = new int[64];
  private int previousCount;

  /// @param block is pinned by the caller
  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  MergeSource(Block block, long mint, long maxt) {
    this.block = block;
    this.mint = mint;
    this.maxt = maxt;
    this.cursor = block.cursor(mint, maxt).givingBackPages();
    this.translation = new int[block.symbolCount()];
    Arrays.fill(translation, UNUSED);
  }

  Block block() {
    return block;
  }

  /// The ordinals of the symbols that series with samples use.
  ///
  /// @param afterSeries is run after each series
  BitSet usedSymbols(Runnable afterSeries) {
    var used = new BitSet(translation.length);
    var live = new LiveSamples(mint, maxt);
    var chunk = new ChunkBuffer();
    BlockCursor series = block.cursor(mint, maxt).givingBackPages();
    for (; series.next(); afterSeries.run()) {
      if (hasSamples(series, live, chunk)) {
        for (int i = 0; i < series.symbolCount(); i++) {
          used.set(series.symbols()[i]);
        }
      }
    }
    return used;
  }

  private boolean hasSamples(BlockCursor series, LiveSamples live, ChunkBuffer chunk) {
    for (int i = 0; i < series.chunkCount(); i++) {
      if (isWhole(series, i)) {
        return true;
      }
    }
    for (int i = 0; i < series.chunkCount(); i++) {
      series.readChunk(i, chunk);
      live.open(chunk, series.origin(), series.deleted(), true);
      if (live.next()) {
        return true;
      }
    }
    return false;
  }

  private boolean isWhole(BlockCursor series, int chunk) {
    long first = series.chunkMinTime(chunk);
    long last = series.chunkMaxTime(chunk);
    return mint <= first && last <= maxt && !series.deleted().overlaps(first, last);
  }

  /// Says which symbol of the new block one of this block is.
  void translate(int ordinal, int translated) {
    translation[ordinal] = translated;
  }

  /// Says that a symbol is the empty one.
  void translateEmpty(int ordinal) {
    translation[ordinal] = EMPTY;
  }

  /// Moves to the next series that may have samples.
  boolean next() {
    do {
      if (!cursor.next()) {
        return false;
      }
    } while (!translateLabels());
    if (compare(symbols, symbolCount, previous, previousCount) <= 0) {
      throw damage("is not above the one before");
    }
    return true;
  }

  /// @return false if it has a symbol that is not used, so that it has no samples
  private boolean translateLabels() {
    swap();
    int[] own = cursor.symbols();
    int count = cursor.symbolCount();
    if (symbols.length < count) {
      symbols = new int[2 * count];
    }
    int kept = 0;
    for (int i = 0; i < count; i += 2) {
      int name = translation[own[i]];
      int value = translation[own[i + 1]];
      if (name == UNUSED || value == UNUSED) {
        swap();
        return false;
      }
      if (name == EMPTY || (kept > 0 && name <= symbols[kept - 2])) {
        throw damage("has labels that are empty or not sorted");
      }
      if (value != EMPTY) {
        symbols[kept++] = name;
        symbols[kept++] = value;
      }
    }
    symbolCount = kept;
    return true;
  }

  /// Exchanges the present and the previous series.
  private void swap() {
    int[] spare = symbols;
    symbols = previous;
    previous = spare;
    int spareCount = symbolCount;
    symbolCount = previousCount;
    previousCount = spareCount;
  }

  private CorruptionException damage(String what) {
    return new CorruptionException(block, -1, "a series " + what + ": " + cursor.labels());
  }

  /// Symbols of the new block: name, value, name, value ... Lent until the next series.
  int[] symbols() {
    return symbols;
  }

  int symbolCount() {
    return symbolCount;
  }

  /// The present series.
  BlockCursor series() {
    return cursor;
  }

  /// Compares the labels of the present series of two sources.
  static int compareLabels(MergeSource a, MergeSource b) {
    return compare(a.symbols, a.symbolCount, b.symbols, b.symbolCount);
  }

  private static int compare(int[] a, int aCount, int[] b, int bCount) {
    return Arrays.compare(a, 0, aCount, b, 0, bCount);
  }
}
