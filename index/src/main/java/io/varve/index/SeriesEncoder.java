package io.varve.index;

import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import java.util.Arrays;

/// Encodes the body of a series entry, and remembers the symbol ordinals of its labels until the
/// next one. Confined to one thread.
final class SeriesEncoder {
  private final SymbolTable symbols;

  /// Name, value, name, value ...
  private int[] ordinals = new int[64];

  private int ordinalCount;

  SeriesEncoder(SymbolTable symbols) {
    this.symbols = symbols;
  }

  /// @throws IllegalArgumentException if a name or value is not among the symbols
  void encode(Labels labels, ChunkList chunks, HeapByteSink out) {
    findOrdinals(labels.encoded());
    out.putUnsignedVarint(labelCount());
    for (int i = 0; i < ordinalCount; i++) {
      out.putUnsignedVarint(ordinals[i]);
    }
    encodeChunks(chunks, out);
  }

  int labelCount() {
    return ordinalCount / 2;
  }

  /// Ordinal of the name of a label.
  int name(int label) {
    return ordinals[2 * label];
  }

  /// Ordinal of the value of a label.
  int value(int label) {
    return ordinals[2 * label + 1];
  }

  private void findOrdinals(byte[] packed) {
    ordinalCount = 0;
    for (int at = 0; at < packed.length; ) {
      long field = LabelsCodec.field(packed, at, packed.length);
      int start = LabelsCodec.start(field);
      int length = LabelsCodec.length(field);
      int ordinal = symbols.find(packed, start, length);
      if (ordinal < 0) {
        throw new IllegalArgumentException(
            SymbolTable.quote(packed, start, length) + " is not among the symbols");
      }
      if (ordinalCount == ordinals.length) {
        ordinals = Arrays.copyOf(ordinals, ordinalCount * 2);
      }
      ordinals[ordinalCount++] = ordinal;
      at = start + length;
    }
  }

  private static void encodeChunks(ChunkList chunks, HeapByteSink out) {
    out.putUnsignedVarint(chunks.size());
    for (int i = 0; i < chunks.size(); i++) {
      long mint = chunks.minTime(i);
      long span = chunks.maxTime(i) - mint;
      if (i == 0) {
        out.putVarint(mint);
        out.putUnsignedVarint(span);
        out.putUnsignedVarint(chunks.ref(i));
      } else {
        out.putUnsignedVarint(mint - chunks.maxTime(i - 1));
        out.putUnsignedVarint(span);
        out.putVarint(chunks.ref(i) - chunks.ref(i - 1));
      }
    }
  }
}
