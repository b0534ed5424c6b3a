package io.varve.head;

import org.jspecify.annotations.Nullable;

/// Slots of series by the reference the log has for them. References are given in sequence and the
/// log has them nearly in sequence, so they are kept in pages that are found by hash: one look-up
/// then serves its neighbours, from memory that is in the cache.
///
/// Confined to one thread. Guarded by `ReplayBenchmark`.
final class SlotsByRef {
  private static final int PAGE_BITS = 5;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;
  private static final int[] NO_PAGE = new int[PAGE];

  private long[] keys = new long[64];

  /// For each reference one more than its slot, 0 for none. Open addressing by the key.
  private int @Nullable [][] pages = new int @Nullable [keys.length][];

  private int size;
  private long recentKey;
  private int[] recent = NO_PAGE;

  /// Remembers a slot, in place of another of that reference.
  void put(long ref, int slot) {
    long key = ref >>> PAGE_BITS;
    int at = find(key);
    int[] page = pages[at];
    if (page == null) {
      if (size >= keys.length / 2) {
        grow();
        at = find(key);
      }
      page = new int[PAGE];
      keys[at] = key;
      pages[at] = page;
      size++;
    }
    page[(int) ref & PAGE - 1] = slot + 1;
    recentKey = key;
    recent = page;
  }

  /// The slot of the series with a reference, or -1.
  int get(long ref) {
    long key = ref >>> PAGE_BITS;
    if (key != recentKey) {
      turnTo(key);
    }
    return recent[(int) ref & PAGE - 1] - 1;
  }

  private void turnTo(long key) {
    int[] page = pages[find(key)];
    recentKey = key;
    recent = page == null ? NO_PAGE : page;
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int at = (int) (key * MIX >>> 32) & mask;
    while (pages[at] != null && keys[at] != key) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldKeys = keys;
    int @Nullable [][] oldPages = pages;
    keys = new long[2 * oldKeys.length];
    pages = new int @Nullable [keys.length][];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldPages[i] != null) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        pages[at] = oldPages[i];
      }
    }
  }
}
