package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The symbols of an index being written, in memory, with a hash table from bytes to ordinals; no
/// string is made. Costs the bytes of a symbol and about 20 more.
///
/// Symbols lie in pages in the form they have in the file, so writing them is writing the pages.
/// Confined to one thread.
final class SymbolTable {
  private static final int PAGE = 1 << 16;

  private final List<HeapByteSink> pages = new ArrayList<>();

  /// Of each symbol: page in the upper, offset of its field in the page in the lower 32 bits.
  private long[] places = new long[64];

  /// Open addressing; ordinal + 1, or 0.
  private int[] slots = new int[128];

  private int count;
  private long length;
  private int longestField;

  /// Adds a symbol after all others.
  ///
  /// @throws IllegalArgumentException if it is not above the last one
  void add(byte[] symbol) {
    if (count > 0 && compareLast(symbol) >= 0) {
      throw new IllegalArgumentException(
          "symbol " + quote(symbol, 0, symbol.length) + " is not above the one before");
    }
    if (count == places.length) {
      places = Arrays.copyOf(places, Math.multiplyExact(count, 2));
    }
    int fieldLength = Math.addExact(Varint.lengthOfUnsigned(symbol.length), symbol.length);
    HeapByteSink page = pageFor(fieldLength);
    places[count++] = (long) (pages.size() - 1) << 32 | page.length();
    page.putUnsignedVarint(symbol.length);
    page.putBytes(symbol);
    length += fieldLength;
    longestField = Math.max(longestField, fieldLength);
    if (count > slots.length / 2) {
      rehash();
    } else {
      insert(count - 1, symbol, 0, symbol.length);
    }
  }

  /// The ordinal of a symbol, or -1.
  int find(byte[] bytes, int offset, int length) {
    for (int slot = slot(bytes, offset, length); ; slot = (slot + 1) & (slots.length - 1)) {
      int ordinal = slots[slot] - 1;
      if (ordinal < 0 || equal(ordinal, bytes, offset, length)) {
        return ordinal;
      }
    }
  }

  int count() {
    return count;
  }

  /// Bytes of all symbols in the file.
  long length() {
    return length;
  }

  /// Bytes of the longest field of a symbol.
  int longestField() {
    return longestField;
  }

  void writeTo(IndexOutput out) throws IOException {
    for (HeapByteSink page : pages) {
      out.putBytes(page.array(), 0, page.length());
    }
  }

  /// Appends the field of a symbol, as it is in the file.
  void copyField(int ordinal, HeapByteSink target) {
    byte[] page = page(ordinal);
    int start = offset(ordinal);
    long field = LabelsCodec.field(page, start, page.length);
    target.putBytes(page, start, LabelsCodec.start(field) + LabelsCodec.length(field) - start);
  }

  /// Bytes of the field of a symbol.
  int fieldLength(int ordinal) {
    long field = field(ordinal);
    return LabelsCodec.start(field) + LabelsCodec.length(field) - offset(ordinal);
  }

  static String quote(byte[] bytes, int offset, int length) {
    return '"' + new String(bytes, offset, Math.min(length, 200), UTF_8) + '"';
  }

  private HeapByteSink pageFor(int fieldLength) {
    if (pages.isEmpty() || pages.getLast().length() + fieldLength > PAGE) {
      pages.add(ByteSink.onHeap(Math.max(PAGE, fieldLength)));
    }
    return pages.getLast();
  }

  private void rehash() {
    slots = new int[Math.multiplyExact(slots.length, 2)];
    for (int ordinal = 0; ordinal < count; ordinal++) {
      long field = field(ordinal);
      insert(ordinal, page(ordinal), LabelsCodec.start(field), LabelsCodec.length(field));
    }
  }

  private void insert(int ordinal, byte[] bytes, int offset, int length) {
    int slot = slot(bytes, offset, length);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = ordinal + 1;
  }

  private int slot(byte[] bytes, int offset, int length) {
    return Long.hashCode(LabelsCodec.hash(bytes, offset, length)) & (slots.length - 1);
  }

  private boolean equal(int ordinal, byte[] bytes, int offset, int length) {
    long field = field(ordinal);
    int start = LabelsCodec.start(field);
    return LabelsCodec.length(field) == length
        && Arrays.equals(page(ordinal), start, start + length, bytes, offset, offset + length);
  }

  private int compareLast(byte[] symbol) {
    long field = field(count - 1);
    int start = LabelsCodec.start(field);
    return Arrays.compareUnsigned(
        page(count - 1), start, start + LabelsCodec.length(field), symbol, 0, symbol.length);
  }

  private long field(int ordinal) {
    byte[] page = page(ordinal);
    return LabelsCodec.field(page, offset(ordinal), page.length);
  }

  private byte[] page(int ordinal) {
    return pages.get((int) (places[ordinal] >>> 32)).array();
  }

  private int offset(int ordinal) {
    return (int) places[ordinal];
  }
}
