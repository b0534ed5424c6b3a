package io.varve.index;

import io.varve.io.MappedFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The postings offset table of an index file: from name and value to the place of the list.
///
/// The names, and of each name the first and every 32nd value after it, are kept in memory; the
/// entries between are read from the mapping. Opening checks the checksum and no more; the first
/// use walks through all entries. Guarded by `BlockOpenBenchmark`.
///
/// Immutable but for that, thread-safe: threads that come first at once each walk, to the same end.
final class PostingsTable {
  private final MappedSection stored;
  private final int version;
  private volatile @Nullable Contents contents;

  /// What is kept in memory.
  ///
  /// @param file where the entries are
  /// @param allSeries offset of the list of all series
  private record Contents(MappedFile file, List<Name> names, long allSeries) {}

  /// A label name and where its entries are: {@code start} is the offset of the first, {@code end}
  /// the one after the last.
  private static final class Name {
    private final byte[] bytes;
    private final long start;
    private final long end;
    private final ValueSamples samples;

    Name(byte[] bytes, long start, long end, ValueSamples samples) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      this.samples = samples;
    }
  }

  /// @param version of the index: in version 1 the table is not sorted
  PostingsTable(MappedFile file, long offset, int version) {
    this.stored = MappedSection.open(file, offset, "postings offset table");
    this.version = version;
  }

  /// Checks that the entries are sorted and that the first is the list of all series.
  private Contents contents() {
    Contents present = contents;
    if (present == null) {
      boolean sorted = version != IndexFormat.VERSION_1;
      MappedSection section = sorted ? stored : SortedTable.of(stored);
      var loader = new Loader(section);
      loader.load();
      present = new Contents(section.file(), List.copyOf(loader.names), loader.allSeries);
      contents = present;
    }
    return present;
  }

  /// Walks and checks all entries now.
  void check() {
    contents();
  }

  /// Offset of the list of all series.
  long allSeries() {
    return contents().allSeries;
  }

  /// All label names, in byte order.
  List<byte[]> names() {
    return contents().names.stream().map(name -> name.bytes).toList();
  }

  /// The entries of a name whose values start with {@code prefix}, none if there is no such name.
  PostingsEntries entries(byte[] name, byte[] prefix) {
    Contents present = contents();
    int index = find(present.names, name);
    if (index < 0) {
      return new PostingsEntries(present.file, 0, 0, prefix);
    }
    Name found = present.names.get(index);
    long start = found.start + found.samples.floor(prefix);
    return new PostingsEntries(present.file, start, found.end, prefix);
  }

  private static int find(List<Name> names, byte[] name) {
    int low = 0;
    int high = names.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Arrays.compareUnsigned(names.get(middle).bytes, name);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /// Walks the whole table once.
  private static final class Loader {
    private final MappedSection section;
    private final MappedCursor cursor;
    private final List<Name> names = new ArrayList<>();
    private byte @Nullable [] name;
    private long nameStart;
    private ValueSamples samples = new ValueSamples();
    private long allSeries;

    Loader(MappedSection section) {
      this.section = section;
      cursor =
          new MappedCursor(
              section.file(), section.start(), section.end(), MappedCursor.LARGE_WINDOW);
    }

    void load() {
      for (long i = 0; i < section.count(); i++) {
        loadEntry(i);
      }
      endName(section.end());
      if (cursor.hasRemaining()) {
        throw cursor.corrupt("bytes are left after the last entry");
      }
      if (section.count() == 0) {
        throw section.corrupt("the list of all series is missing");
      }
    }

    private void loadEntry(long index) {
      long at = cursor.position();
      PostingsEntries.readKeyParts(cursor);
      cursor.readField();
      startName(at);
      cursor.readField();
      if (!samples.add(cursor, at - nameStart)) {
        throw cursor.corrupt("the values of a name are not sorted");
      }
      boolean valueIsEmpty = cursor.fieldLength() == 0;
      long offset = cursor.readUnsignedVarint();
      if (index == 0) {
        if (!valueIsEmpty || name == null || name.length > 0) {
          throw cursor.corrupt("the list of all series is missing");
        }
        allSeries = offset;
      }
    }

    /// The name of the entry at {@code at} has just been read.
    private void startName(long at) {
      int order = name == null ? 1 : cursor.compareField(name);
      if (order < 0) {
        throw cursor.corrupt("the names are not sorted");
      }
      if (order > 0) {
        endName(at);
        name = cursor.field();
        nameStart = at;
        samples = new ValueSamples();
      }
    }

    private void endName(long end) {
      if (name != null && name.length > 0) {
        samples.trim();
        names.add(new Name(name, nameStart, end, samples));
      }
    }
  }
}
