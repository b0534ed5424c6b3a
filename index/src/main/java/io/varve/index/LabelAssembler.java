package io.varve.index;

import io.varve.io.MappedFile;
import io.varve.io.Varint;
import io.varve.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Puts the labels of a series together from symbols. Bytes go straight from the mapping into the
/// packed label set; no string is made.
///
/// Neighbouring series share most values, so the places of recent symbols are kept in a small
/// table, by ordinal. Confined to one thread.
final class LabelAssembler {
  private static final int CACHE_SIZE = 256;

  private final int[] cachedOrdinals = new int[CACHE_SIZE];
  private final long[] cachedOffsets = new long[CACHE_SIZE];
  private @Nullable MappedSymbols cachedFrom;

  private byte[][] names = new byte[16][];
  private long[] valueOffsets = new long[16];
  private int[] valueLengths = new int[16];

  /// @param ordinals name, value, name, value ...
  /// @param count of ordinals
  /// @param seriesOffset where the series is, for messages
  Labels assemble(SeriesSection section, int[] ordinals, int count, long seriesOffset) {
    prepare(section.symbols(), count / 2);
    int found = 0;
    long length = 0;
    for (int i = 0; i < count; i += 2) {
      if (i > 0 && ordinals[i] <= ordinals[i - 2]) {
        throw section.corrupt(seriesOffset, "the label names of a series are not sorted");
      }
      long at = valueOffset(section.symbols(), ordinals[i + 1]);
      long valueLength = section.symbols().length(at);
      if (valueLength == 0) {
        continue; // The same as no such label.
      }
      byte[] name = name(section, ordinals[i], seriesOffset);
      length += fieldLength(name.length) + fieldLength(valueLength);
      if (length > IndexFormat.MAX_LABELS_LENGTH) {
        throw section.corrupt(
            seriesOffset, "labels of more than " + IndexFormat.MAX_LABELS_LENGTH + " bytes");
      }
      names[found] = name;
      valueOffsets[found] = at + MappedSymbols.prefixLength(valueLength);
      valueLengths[found++] = (int) valueLength;
    }
    return pack(section.file(), found, (int) length);
  }

  private Labels pack(MappedFile file, int count, int length) {
    byte[] packed = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      byte[] name = names[i];
      at = Varint.putUnsigned(packed, at, name.length);
      System.arraycopy(name, 0, packed, at, name.length);
      at = Varint.putUnsigned(packed, at + name.length, valueLengths[i]);
      file.copy(valueOffsets[i], packed, at, valueLengths[i]);
      at += valueLengths[i];
    }
    return Labels.ofCanonical(packed);
  }

  private static byte[] name(SeriesSection section, int ordinal, long seriesOffset) {
    byte[] known = section.names().get(ordinal);
    if (known != null) {
      return known;
    }
    long at = section.symbols().offset(ordinal);
    long length = section.symbols().length(at);
    if (length == 0 || length > IndexFormat.MAX_LABELS_LENGTH) {
      throw section.corrupt(seriesOffset, "a label name of " + length + " bytes");
    }
    return section.file().copy(at + MappedSymbols.prefixLength(length), (int) length);
  }

  private long valueOffset(MappedSymbols symbols, int ordinal) {
    int slot = ordinal & (CACHE_SIZE - 1);
    if (cachedOrdinals[slot] != ordinal) {
      cachedOffsets[slot] = symbols.offset(ordinal);
      cachedOrdinals[slot] = ordinal;
    }
    return cachedOffsets[slot];
  }

  private void prepare(MappedSymbols symbols, int labels) {
    if (cachedFrom != symbols) {
      cachedFrom = symbols;
      Arrays.fill(cachedOrdinals, -1);
    }
    if (names.length < labels) {
      names = new byte[labels][];
      valueOffsets = new long[labels];
      valueLengths = new int[labels];
    }
  }

  private static long fieldLength(long length) {
    return Varint.lengthOfUnsigned(length) + length;
  }
}
