package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;
import java.util.Arrays;

/// Where the sections of an index file start and end, to find what lies between them. Confined to
/// one thread.
final class IndexSections {
  private final MappedFile file;
  private final IndexToc toc;
  private final long contentEnd;

  /// Offsets of the lists of postings; two lists cannot share one.
  private long[] lists = new long[64];

  private int listCount;

  /// First and last + 1 byte of each section.
  private long[] bounds = new long[64];

  private int boundCount;

  IndexSections(MappedFile file, IndexToc toc) {
    this.file = file;
    this.toc = toc;
    this.contentEnd = file.size() - IndexFormat.TOC_LENGTH;
  }

  /// Whether all sections start within the file, or are said not to exist.
  boolean areInside() {
    for (long start : starts()) {
      if (start < 0 || start > contentEnd) {
        return false;
      }
    }
    return true;
  }

  /// Takes note of the list at {@code offset}, which has been checked.
  void addList(long offset) {
    if (listCount == lists.length) {
      lists = Arrays.copyOf(lists, 2 * listCount);
    }
    lists[listCount++] = offset;
  }

  /// Bytes from {@code offset} up to the next section: the length of a section that is damaged, for
  /// its own may lie. -1 if the offset is outside of the file.
  long lengthAt(long offset) {
    if (offset < 0 || offset >= contentEnd) {
      return -1;
    }
    long next = contentEnd;
    for (long start : starts()) {
      if (start > offset && start < next) {
        next = start;
      }
    }
    return next - offset;
  }

  /// Bytes of the list at {@code offset}, by its length if that is possible, or else up to the next
  /// section.
  long listLength(long offset) {
    long room = lengthAt(offset);
    if (room < IndexFormat.LENGTH_LENGTH) {
      return room;
    }
    return Math.min(room, endOf(offset) - offset);
  }

  private long[] starts() {
    return new long[] {
      toc.symbols(),
      toc.series(),
      toc.labelIndices(),
      toc.labelOffsetTable(),
      toc.postings(),
      toc.postingsOffsetTable()
    };
  }

  /// Checks the sections that no reader uses, and, unless something is damaged, that none overlaps
  /// another and that only zeros lie between them.
  void check(Damage damage) {
    Arrays.sort(lists, 0, listCount);
    checkLabelIndices(damage);
    if (toc.labelOffsetTable() > 0 && toc.labelOffsetTable() != toc.postingsOffsetTable()) {
      checkFrame(toc.labelOffsetTable(), "label offset table", damage);
    }
    if (!damage.found()) {
      collect();
      checkGaps(damage);
    }
  }

  private void checkLabelIndices(Damage damage) {
    long end = listCount > 0 ? lists[0] : toc.postings();
    long at = toc.labelIndices();
    while (at > 0 && at < end) {
      at = align(at);
      if (at >= end || isZero(at, end)) {
        return;
      }
      long next = checkFrame(at, "label index", damage);
      if (next < 0) {
        return;
      }
      add(at, next);
      at = next;
    }
  }

  /// @return the end of the section, or -1 if it is damaged
  private long checkFrame(long offset, String what, Damage damage) {
    try {
      return MappedSection.open(file, offset, what).end() + IndexFormat.CRC_LENGTH;
    } catch (CorruptionException e) {
      damage.report(offset, lengthAt(offset), e.what());
      return -1;
    }
  }

  private void collect() {
    add(0, IndexFormat.HEADER_LENGTH);
    add(toc.symbols(), endOf(toc.symbols()));
    add(toc.series(), toc.seriesEnd(contentEnd));
    if (toc.labelOffsetTable() > 0 && toc.labelOffsetTable() != toc.postingsOffsetTable()) {
      add(toc.labelOffsetTable(), endOf(toc.labelOffsetTable()));
    }
    for (int i = 0; i < listCount; i++) {
      add(lists[i], endOf(lists[i]));
    }
    add(toc.postingsOffsetTable(), endOf(toc.postingsOffsetTable()));
  }

  private void add(long start, long end) {
    if (boundCount == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * boundCount);
    }
    bounds[boundCount++] = start;
    bounds[boundCount++] = end;
  }

  private long endOf(long offset) {
    return offset
        + IndexFormat.LENGTH_LENGTH
        + Integer.toUnsignedLong(file.getInt(offset))
        + IndexFormat.CRC_LENGTH;
  }

  /// As sections do not overlap, their starts sorted and their ends sorted belong together.
  private void checkGaps(Damage damage) {
    long[] starts = new long[boundCount / 2];
    long[] ends = new long[boundCount / 2];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = bounds[2 * i];
      ends[i] = bounds[2 * i + 1];
    }
    Arrays.sort(starts);
    Arrays.sort(ends);
    for (int i = 0; i < starts.length; i++) {
      long next = i + 1 < starts.length ? starts[i + 1] : contentEnd;
      if (next < ends[i]) {
        damage.report(next, ends[i] - next, "two sections overlap");
      } else if (!isZero(ends[i], next)) {
        damage.report(ends[i], next - ends[i], "bytes that belong to no section");
      }
    }
  }

  private static long align(long offset) {
    return (offset + IndexFormat.POSTINGS_ALIGNMENT - 1) & -IndexFormat.POSTINGS_ALIGNMENT;
  }

  private boolean isZero(long from, long to) {
    for (long at = from; at < to; at++) {
      if (file.getByte(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
