package io.varve.index;

import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.io.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Sorts the postings offset table of an index of version 1, in which entries stand in any order,
/// into a copy on the heap that reads like a table of version 2. Prometheus, too, keeps the whole
/// table of such an index in memory. Static and stateless.
final class SortedTable {
  private static final Comparator<Entry> ORDER =
      Comparator.comparing((Entry entry) -> entry.name, Arrays::compareUnsigned)
          .thenComparing(entry -> entry.value, Arrays::compareUnsigned);

  private SortedTable() {}

  private static final class Entry {
    private final byte[] name;
    private final byte[] value;
    private final long list;

    Entry(byte[] name, byte[] value, long list) {
      this.name = name;
      this.value = value;
      this.list = list;
    }
  }

  /// The entries of {@code table} in order. Offsets of lists stay what they were.
  static MappedSection of(MappedSection table) {
    List<Entry> entries = read(table);
    entries.sort(ORDER);
    HeapByteSink sorted = ByteSink.onHeap((int) table.length());
    for (Entry entry : entries) {
      sorted.putUnsignedVarint(IndexFormat.KEY_PARTS);
      putField(entry.name, sorted);
      putField(entry.value, sorted);
      sorted.putUnsignedVarint(entry.list);
    }
    MemorySegment bytes = MemorySegment.ofArray(sorted.array()).asSlice(0, sorted.length());
    var copy = new MappedFile(table.file().file(), bytes);
    return new MappedSection(copy, 0, sorted.length(), table.count());
  }

  private static List<Entry> read(MappedSection table) {
    if (table.length() > Integer.MAX_VALUE / 2) {
      throw table.corrupt("a table of " + table.length() + " bytes is too long to be sorted");
    }
    var cursor =
        new MappedCursor(table.file(), table.start(), table.end(), MappedCursor.LARGE_WINDOW);
    var entries = new ArrayList<Entry>();
    byte[] name = {};
    for (long i = 0; i < table.count(); i++) {
      PostingsEntries.readKeyParts(cursor);
      cursor.readField();
      if (cursor.compareField(name) != 0) {
        name = cursor.field();
      }
      cursor.readField();
      byte[] value = cursor.field();
      entries.add(new Entry(name, value, cursor.readUnsignedVarint()));
    }
    if (cursor.hasRemaining()) {
      throw cursor.corrupt("bytes are left after the last entry");
    }
    return entries;
  }

  private static void putField(byte[] field, HeapByteSink out) {
    out.putUnsignedVarint(field.length);
    out.putBytes(field);
  }
}
