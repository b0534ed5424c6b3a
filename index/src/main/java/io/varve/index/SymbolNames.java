package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
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
        kept[count++] = field(name);
      }
    }
    ordinals = Arrays.copyOf(found, count);
    names = Arrays.copyOf(kept, count);
  }

  private static byte[] field(byte[] name) {
    HeapByteSink field = ByteSink.onHeap(Varint.MAX_LENGTH + name.length);
    field.putUnsignedVarint(name.length);
    field.putBytes(name);
    return field.toByteArray();
  }

  /// The field of the name (its length, then its bytes), not to be changed; null if the symbol is
  /// not the name of a label.
  byte @Nullable [] get(int ordinal) {
    int index = Arrays.binarySearch(ordinals, ordinal);
    return index < 0 ? null : names[index];
  }
}
