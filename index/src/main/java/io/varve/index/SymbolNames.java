package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The label names of an index file in memory, found by the ordinals of their symbols: names are
/// few, and half of all symbols looked up. Loaded at the first use.
///
/// Immutable but for that, thread-safe: threads that come first at once each load the same.
final class SymbolNames {
  private final MappedSymbols symbols;
  private final @Nullable PostingsTable table;
  private volatile @Nullable Loaded loaded;

  private static final class Loaded {
    private final int[] ordinals;
    private final byte[][] fields;

    Loaded(int[] ordinals, byte[][] fields) {
      this.ordinals = ordinals;
      this.fields = fields;
    }
  }

  /// @param table knows the names; without one every name is looked up like any symbol
  SymbolNames(MappedSymbols symbols, @Nullable PostingsTable table) {
    this.symbols = symbols;
    this.table = table;
  }

  /// The field of the name (its length, then its bytes), not to be changed; null if the symbol is
  /// not the name of a label.
  byte @Nullable [] get(int ordinal) {
    Loaded present = loaded;
    if (present == null) {
      present = load();
      loaded = present;
    }
    int index = Arrays.binarySearch(present.ordinals, ordinal);
    return index < 0 ? null : present.fields[index];
  }

  private Loaded load() {
    // In byte order, so that their ordinals ascend.
    List<byte[]> names = table == null ? List.of() : table.names();
    int[] ordinals = new int[names.size()];
    byte[][] fields = new byte[names.size()][];
    int count = 0;
    for (byte[] name : names) {
      int ordinal = symbols.find(name);
      if (ordinal >= 0) {
        ordinals[count] = ordinal;
        fields[count++] = field(name);
      }
    }
    return new Loaded(Arrays.copyOf(ordinals, count), Arrays.copyOf(fields, count));
  }

  private static byte[] field(byte[] name) {
    HeapByteSink field = ByteSink.onHeap(Varint.MAX_LENGTH + name.length);
    field.putUnsignedVarint(name.length);
    field.putBytes(name);
    return field.toByteArray();
  }
}
