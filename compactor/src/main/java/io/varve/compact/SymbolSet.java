package io.varve.compact;

import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gathers the label names and values of series, each once, as UTF-8. Series share nearly all of
/// them, so a label that is known already costs a look into a table and makes no object. Confined
/// to one thread.
final class SymbolSet {
  private static final int INITIAL_CAPACITY = 1 << 10;

  /// Open addressing with linear probing, at most half full; the length is a power of two.
  private byte[] @Nullable [] table = new byte[INITIAL_CAPACITY][];

  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /// Adds the names and values of a series.
  void addAll(Labels labels) {
    byte[] encoded = labels.encoded();
    for (int at = 0; at < encoded.length; ) {
      long field = LabelsCodec.field(encoded, at, encoded.length);
      int start = LabelsCodec.start(field);
      int end = start + LabelsCodec.length(field);
      add(encoded, start, end);
      at = end;
    }
  }

  private void add(byte[] bytes, int start, int end) {
    int slot = slot(bytes, start, end);
    for (; table[slot] != null; slot = next(slot)) {
      byte[] symbol = table[slot];
      if (Arrays.equals(symbol, 0, symbol.length, bytes, start, end)) {
        return;
      }
    }
    table[slot] = Arrays.copyOfRange(bytes, start, end);
    size++;
    if (2 * size > table.length) {
      grow();
    }
  }

  private void grow() {
    byte[] @Nullable [] former = table;
    table = new byte[Math.multiplyExact(2, former.length)][];
    for (byte[] symbol : former) {
      if (symbol != null) {
        int slot = slot(symbol, 0, symbol.length);
        while (table[slot] != null) {
          slot = next(slot);
        }
        table[slot] = symbol;
      }
    }
  }

  private int slot(byte[] bytes, int start, int end) {
    return (int) LabelsCodec.hash(bytes, start, end - start) & (table.length - 1);
  }

  private int next(int slot) {
    return (slot + 1) & (table.length - 1);
  }

  /// All symbols in ascending byte order.
  byte[][] sorted() {
    return Arrays.stream(table)
        .filter(Objects::nonNull)
        .sorted(Arrays::compareUnsigned)
        .toArray(byte[][]::new);
  }
}
