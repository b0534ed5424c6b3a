package io.varve.index;

import io.varve.io.CorruptionException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Walks the series of an index from entry to entry and checks each. Where an entry cannot be read,
/// goes on with the next that can, which the list of all series helps to find. Confined to one
/// thread.
final class SeriesWalk {
  private final SeriesSection section;
  private final int alignment;
  private final Damage damage;
  private final int emptySymbol;
  private final RoaringBitmap ids = new RoaringBitmap();
  private final SeriesEntry entry = new SeriesEntry();

  /// End of each unreadable part by its start.
  private final TreeMap<Long, Long> unreadable = new TreeMap<>();

  private final @Nullable Postings listed;

  private int[] previous = {};
  private int previousCount;
  private long previousChunk;
  private long labels;
  private boolean afterDamage;

  SeriesWalk(SeriesSection section, int version, @Nullable PostingsTable table, Damage damage) {
    this.section = section;
    this.alignment = version == IndexFormat.VERSION_1 ? 1 : IndexFormat.SERIES_ALIGNMENT;
    this.damage = damage;
    this.emptySymbol = section.symbols().find(new byte[0]);
    this.listed = table == null ? null : openList(section, table.allSeries());
  }

  private static @Nullable Postings openList(SeriesSection section, long offset) {
    try {
      return MappedPostings.open(section.file(), offset);
    } catch (CorruptionException e) {
      return null; // Reported by whoever checks the lists.
    }
  }

  void run(IndexVerifier.SeriesVisitor visitor) {
    long at = align(section.start());
    checkPadding(section.start(), at);
    while (at < section.end() && !isZero(at, section.end())) {
      long next;
      try {
        entry.read(section, at);
        next = align(entry.end());
      } catch (CorruptionException e) {
        next = nextReadable(at);
        damage.report(at, next - at, e.what());
        unreadable.put(at, next);
        afterDamage = true;
        at = next;
        continue;
      }
      check(at, visitor);
      checkPadding(entry.end(), next);
      at = next;
    }
  }

  private void check(long at, IndexVerifier.SeriesVisitor visitor) {
    long id = at / alignment;
    ids.add((int) id);
    labels += entry.symbolCount() / 2;
    String fault = fault();
    if (fault != null) {
      damage.report(at, entry.end() - at, fault);
    }
    remember();
    visitor.visit(id, at, entry, afterDamage);
    afterDamage = false;
  }

  private @Nullable String fault() {
    int[] symbols = entry.symbols();
    int count = entry.symbolCount();
    if (count == 0) {
      return "a series has no labels";
    }
    for (int i = 0; i < count; i += 2) {
      if (i > 0 && symbols[i] <= symbols[i - 2]) {
        return "the label names of a series are not sorted";
      }
      if (symbols[i] == emptySymbol || symbols[i + 1] == emptySymbol) {
        return "a series has an empty label";
      }
    }
    int order = Arrays.compare(previous, 0, previousCount, symbols, 0, count);
    if (order >= 0) {
      return order == 0 ? "a series is there twice" : "a series is not above the one before";
    }
    return chunkFault(entry.chunks());
  }

  private @Nullable String chunkFault(ChunkList chunks) {
    long ref = previousChunk;
    for (int i = 0; i < chunks.size(); i++) {
      if (Long.compareUnsigned(chunks.ref(i), ref) < 0) {
        return "a chunk reference, %x, is below the one before, %x".formatted(chunks.ref(i), ref);
      }
      ref = chunks.ref(i);
      if (chunks.maxTime(i) < chunks.minTime(i)) {
        return "a chunk ends before it starts";
      }
      if (i > 0 && chunks.minTime(i) <= chunks.maxTime(i - 1)) {
        return "a chunk starts before the one before it ends";
      }
    }
    return null;
  }

  private void remember() {
    previousCount = entry.symbolCount();
    if (previous.length < previousCount) {
      previous = new int[2 * previousCount];
    }
    System.arraycopy(entry.symbols(), 0, previous, 0, previousCount);
    ChunkList chunks = entry.chunks();
    if (!chunks.isEmpty()) {
      previousChunk = chunks.ref(chunks.size() - 1);
    }
  }

  /// Where the next series that can be read starts, or the end of the section.
  private long nextReadable(long damaged) {
    if (listed == null) {
      return seekReadable(damaged);
    }
    for (boolean any = listed.seek(damaged / alignment + 1); any; any = listed.next()) {
      long at = listed.ref() * alignment;
      if (at > damaged && at < section.end() && isReadable(at)) {
        return at;
      }
    }
    return section.end();
  }

  /// Tries each place, for entries whose length takes two bytes at most: longer ones would let
  /// arbitrary bytes ask for much work.
  private long seekReadable(long damaged) {
    for (long at = damaged + alignment; at < section.end() - 1; at += alignment) {
      byte first = section.file().getByte(at);
      boolean isShort = first > 0 || (first < 0 && section.file().getByte(at + 1) >= 0);
      if (isShort && isReadable(at)) {
        return at;
      }
    }
    return section.end();
  }

  private boolean isReadable(long at) {
    try {
      entry.read(section, at);
      return true;
    } catch (CorruptionException e) {
      return false;
    }
  }

  private void checkPadding(long from, long to) {
    long end = Math.min(to, section.end());
    if (!isZero(from, end)) {
      damage.report(from, end - from, "the padding of a series is not zero");
    }
  }

  private boolean isZero(long from, long to) {
    for (long at = from; at < to; at++) {
      if (section.file().getByte(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private long align(long offset) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  boolean contains(long id) {
    return id >= 0 && id <= IndexFormat.MAX_SERIES_ID && ids.contains((int) id);
  }

  /// Whether a series of this id lies in a part that could not be read.
  boolean isUnreadable(long id) {
    Map.Entry<Long, Long> part = unreadable.floorEntry(id * alignment);
    return part != null && id * alignment < part.getValue();
  }

  boolean foundDamage() {
    return !unreadable.isEmpty();
  }

  /// References of all series that could be read.
  RoaringBitmap ids() {
    return ids;
  }

  /// Number of labels of all series that could be read.
  long labels() {
    return labels;
  }

  long offset(long id) {
    return id * alignment;
  }
}
