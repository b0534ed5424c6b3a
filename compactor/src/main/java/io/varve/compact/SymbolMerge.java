package io.varve.compact;

import io.varve.block.Block;
import io.varve.block.BlockWriter;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Gives a new block the symbols that its series will use, each once and in order, and tells its
/// sources which of theirs they are. Confined to one thread.
final class SymbolMerge {
  private final PriorityQueue<Cursor> ahead =
      new PriorityQueue<>((a, b) -> Arrays.compareUnsigned(a.symbol, b.symbol));

  /// @param used ordinals of the symbols that are used, for each source
  SymbolMerge(List<MergeSource> sources, List<BitSet> used) {
    for (int i = 0; i < sources.size(); i++) {
      add(new Cursor(sources.get(i), used.get(i)));
    }
  }

  private void add(Cursor cursor) {
    if (cursor.next()) {
      ahead.add(cursor);
    }
  }

  void writeTo(BlockWriter block) throws IOException {
    byte[] last = {};
    int count = 0;
    while (!ahead.isEmpty()) {
      Cursor cursor = ahead.remove();
      byte[] symbol = cursor.symbol;
      if (symbol.length == 0) {
        cursor.source.translateEmpty(cursor.ordinal);
      } else {
        if (!Arrays.equals(symbol, last)) {
          block.addSymbol(symbol);
          last = symbol;
          count++;
        }
        cursor.source.translate(cursor.ordinal, count - 1);
      }
      add(cursor);
    }
  }

  /// Walks the used symbols of a source.
  private static final class Cursor {
    private final MergeSource source;
    private final BitSet used;
    private final Iterator<byte[]> symbols;
    private byte[] symbol = {};
    private int ordinal = -1;

    Cursor(MergeSource source, BitSet used) {
      this.source = source;
      this.used = used;
      this.symbols = source.block().symbols();
    }

    boolean next() {
      int wanted = used.nextSetBit(ordinal + 1);
      while (ordinal < wanted) {
        byte[] before = symbol;
        symbol = symbols.next();
        if (++ordinal > 0 && Arrays.compareUnsigned(symbol, before) <= 0) {
          throw notSorted(source.block());
        }
      }
      return wanted >= 0;
    }

    private static CorruptionException notSorted(Block block) {
      return new CorruptionException(block, -1, "the symbols of the index are not sorted");
    }
  }
}
