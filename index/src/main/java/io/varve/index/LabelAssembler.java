package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Puts the labels of a series together from symbols: both are sequences of fields, so it is a
/// concatenation, and no string is made.
///
/// Neighbouring series share most values, so recently used fields are kept in a small table, by
/// ordinal. Confined to one thread.
final class LabelAssembler {
  private static final int CACHE_SIZE = 256;

  /// Longest field that is kept, in bytes.
  private static final int MAX_CACHED = 1 << 10;

  private final int[] cachedOrdinals = new int[CACHE_SIZE];
  private final byte[][] cachedFields = new byte[CACHE_SIZE][];
  private @Nullable MappedSymbols cachedFrom;

  /// Name, value, name, value ... of the present series.
  private byte[][] fields = new byte[32][];

  /// @param ordinals name, value, name, value ...
  /// @param count of ordinals
  /// @param seriesOffset where the series is, for messages
  Labels assemble(SeriesSection section, int[] ordinals, int count, long seriesOffset) {
    prepare(section.symbols(), count);
    int found = 0;
    long length = 0;
    for (int i = 0; i < count; i += 2) {
      if (i > 0 && ordinals[i] <= ordinals[i - 2]) {
        throw section.corrupt(seriesOffset, "the label names of a series are not sorted");
      }
      byte[] name = section.names().get(ordinals[i]);
      if (name == null) {
        name = field(section, ordinals[i], seriesOffset);
      }
      byte[] value = field(section, ordinals[i + 1], seriesOffset);
      if (name.length == 1) {
        throw section.corrupt(seriesOffset, "a label name is empty");
      }
      if (value.length == 1) {
        continue; // An empty value is the same as no such label.
      }
      fields[found++] = name;
      fields[found++] = value;
      length += name.length + value.length;
      if (length > IndexFormat.MAX_LABELS_LENGTH) {
        throw tooLong(section, seriesOffset);
      }
    }
    return concatenate(found, (int) length);
  }

  private Labels concatenate(int count, int length) {
    byte[] packed = new byte[length];
    int at = 0;
    for (int i = 0; i < count; i++) {
      byte[] field = fields[i];
      System.arraycopy(field, 0, packed, at, field.length);
      at += field.length;
    }
    return Labels.ofCanonical(packed);
  }

  private byte[] field(SeriesSection section, int ordinal, long seriesOffset) {
    int slot = ordinal & (CACHE_SIZE - 1);
    if (cachedOrdinals[slot] == ordinal) {
      return cachedFields[slot];
    }
    long at = section.symbols().offset(ordinal);
    long length = section.symbols().fieldLength(at);
    if (length > IndexFormat.MAX_LABELS_LENGTH) {
      throw tooLong(section, seriesOffset);
    }
    byte[] field = section.file().copy(at, (int) length);
    if (length <= MAX_CACHED) {
      cachedFields[slot] = field;
      cachedOrdinals[slot] = ordinal;
    }
    return field;
  }

  private static CorruptionException tooLong(SeriesSection section, long seriesOffset) {
    return section.corrupt(
        seriesOffset, "labels of more than " + IndexFormat.MAX_LABELS_LENGTH + " bytes");
  }

  private void prepare(MappedSymbols symbols, int count) {
    if (cachedFrom != symbols) {
      cachedFrom = symbols;
      Arrays.fill(cachedOrdinals, -1);
    }
    if (fields.length < count) {
      fields = new byte[count][];
    }
  }
}
