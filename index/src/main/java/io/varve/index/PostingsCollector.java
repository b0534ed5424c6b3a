package io.varve.index;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The postings of an index being written, in memory: for each pair of name and value the ids of
/// the series that have it. Costs about 80 bytes per pair and 1 to 2 per posting.
///
/// A hash table, open addressing. Confined to one thread.
final class PostingsCollector {
  private final DeltaList all = new DeltaList();

  /// Name ordinal in the upper, value ordinal in the lower 32 bits.
  private long[] pairs = new long[128];

  private @Nullable DeltaList[] lists = new DeltaList[pairs.length];
  private int count;

  /// Begins a series; {@link #add} its labels.
  ///
  /// @param id above those before, as unsigned
  void addSeries(int id) {
    all.add(id);
  }

  /// @param name ordinal of a symbol
  /// @param value ordinal of a symbol
  /// @param id the series begun last
  void add(int name, int value, int id) {
    long pair = (long) name << 32 | value;
    int slot = slot(pair);
    DeltaList list = lists[slot];
    if (list == null) {
      list = new DeltaList();
      pairs[slot] = pair;
      lists[slot] = list;
      if (++count > pairs.length / 2) {
        rehash();
      }
    }
    list.add(id);
  }

  /// All series.
  DeltaList all() {
    return all;
  }

  /// All pairs in ascending order, which is that of the names, then the values.
  long[] sortedPairs() {
    long[] sorted = new long[count];
    int found = 0;
    for (int slot = 0; slot < pairs.length; slot++) {
      if (lists[slot] != null) {
        sorted[found++] = pairs[slot];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /// The series of a pair that was added.
  DeltaList get(long pair) {
    DeltaList list = lists[slot(pair)];
    if (list == null) {
      throw new IllegalArgumentException("no series has the pair " + Long.toHexString(pair));
    }
    return list;
  }

  static int name(long pair) {
    return (int) (pair >>> 32);
  }

  static int value(long pair) {
    return (int) pair;
  }

  /// Where a pair is, or where it belongs.
  private int slot(long pair) {
    int mask = pairs.length - 1;
    int slot = Long.hashCode(pair * 0x9E37_79B9_7F4A_7C15L) & mask;
    while (lists[slot] != null && pairs[slot] != pair) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void rehash() {
    long[] oldPairs = pairs;
    @Nullable DeltaList[] oldLists = lists;
    pairs = new long[Math.multiplyExact(oldPairs.length, 2)];
    lists = new DeltaList[pairs.length];
    for (int i = 0; i < oldPairs.length; i++) {
      if (oldLists[i] != null) {
        int slot = slot(oldPairs[i]);
        pairs[slot] = oldPairs[i];
        lists[slot] = oldLists[i];
      }
    }
  }
}
