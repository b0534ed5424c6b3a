package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import java.util.Arrays;

/// Encodes the body of a series entry, and remembers the symbol ordinals of its labels until the
/// next one, with which they are compared: symbols are sorted, so that their ordinals compare as
/// they do. Confined to one thread.
final class SeriesEncoder {
  private final SymbolTable symbols;

  /// Name, value, name, value ...
  private int[] ordinals = new int[64];

  private int ordinalCount;

  /// Those of the series before.
  private int[] previous = new int[64];

  private int previousCount;

  SeriesEncoder(SymbolTable symbols) {
    this.symbols = symbols;
  }

  /// Goes on to the next series.
  ///
  /// @throws IllegalArgumentException if a name or value is not among the symbols
  void next(Labels labels) {
    findOrdinals(labels.encoded());
  }

  /// Goes on to the next series.
  ///
  /// @param ordinals name, value, name, value ...
  /// @throws IllegalArgumentException if one is not the ordinal of a symbol, or the names do not
  ///   ascend
  void next(int[] ordinals, int count) {
    for (int i = 0; i < count; i++) {
      boolean isSymbol = ordinals[i] >= 0 && ordinals[i] < symbols.count();
      if (!isSymbol || (i % 2 == 0 && i > 0 && ordinals[i] <= ordinals[i - 2])) {
        throw new IllegalArgumentException(
            "symbol "
                + ordinals[i]
                + " of "
                + symbols.count()
                + " cannot be part of a series here");
      }
    }
    reserve(count);
    System.arraycopy(ordinals, 0, this.ordinals, 0, count);
    ordinalCount = count;
  }

  /// Whether the labels are above those of the series before.
  boolean ascends() {
    return Arrays.compare(ordinals, 0, ordinalCount, previous, 0, previousCount) > 0;
  }

  /// Takes the present series for the one before from now on.
  void advance() {
    int[] spare = previous;
    previous = ordinals;
    previousCount = ordinalCount;
    ordinals = spare;
    ordinalCount = 0;
  }

  /// Whether the labels are longer than those of a series may be.
  boolean isTooLong() {
    if ((long) ordinalCount * symbols.longestField() <= IndexFormat.MAX_LABELS_LENGTH) {
      return false;
    }
    long length = 0;
    for (int i = 0; i < ordinalCount; i++) {
      length += symbols.fieldLength(ordinals[i]);
    }
    return length > IndexFormat.MAX_LABELS_LENGTH;
  }

  /// The labels of the present series, for messages.
  Labels labels() {
    return labels(ordinals, ordinalCount);
  }

  /// The labels of the series before, for messages.
  Labels previousLabels() {
    return labels(previous, previousCount);
  }

  private Labels labels(int[] of, int count) {
    HeapByteSink packed = ByteSink.onHeap(1 << 8);
    for (int i = 0; i < count; i++) {
      symbols.copyField(of[i], packed);
    }
    return Labels.ofCanonical(packed.toByteArray());
  }

  void encode(ChunkList chunks, HeapByteSink out) {
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
      reserve(ordinalCount + 1);
      ordinals[ordinalCount++] = ordinal;
      at = start + length;
    }
  }

  private void reserve(int count) {
    if (count > ordinals.length) {
      ordinals = Arrays.copyOf(ordinals, Math.max(count, 2 * ordinals.length));
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
