package io.varve.index;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The label names of an index file in memory, found by the ordinals of their symbols: names are
/// few, and half of all symbols looked up. Immutable, thread-safe.
final class SymbolNames {
  private final int[] ordinals;
  private final byte[][] names;

  /// @param sortedNames in byte order, so that their ordinals ascend
  SymbolNames(MappedSymbols symbols, List<byte[]> sortedNames) {
    int[] found = new int[sortedNames.size()];
    byte[][] kept = new byte[sortedNames.size()][];
    int count = 0;
    for (byte[] name : sortedNames) {
      int ordinal = symbols.find(name);
      if (ordinal >= 0) {
        found[count] = ordinal;
        kept[count++] = name;
      }
    }
    ordinals = Arrays.copyOf(found, count);
    names = Arrays.copyOf(kept, count);
  }

  /// The name, not to be changed, or null if the symbol is not the name of a label.
  byte @Nullable [] get(int ordinal) {
    int index = Arrays.binarySearch(ordinals, ordinal);
    return index < 0 ? null : names[index];
  }
}
