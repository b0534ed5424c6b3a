package io.varve.head;

import java.util.Arrays;

/// Slots of series by the reference the log has for them. References are given in sequence and the
/// log mostly has them in sequence, so neighbours are kept side by side, in pages that are found by
/// hash, and so are the pages: memory is read in sequence then, too.
///
/// Confined to one thread.
final class SlotsByRef {
  private static final int PAGE_BITS = 5;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int NEIGHBOURS_BITS = 3;
  private static final int NEIGHBOURS = 1 << NEIGHBOURS_BITS;
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  /// What a key is in the pages, by open addressing: the reference without its lowest bits.
  private long[] keys = new long[64];

  /// Where the page of each key begins, 0 if there is none.
  private int[] begins = new int[keys.length];

  /// All pages, after one that stays empty: for each reference one more than its slot, or 0.
  private int[] pages = new int[4 * PAGE];

  private int end = PAGE;
  private long recentKey;
  private int recent;

  /// Remembers a slot, in place of another of that reference.
  void put(long ref, int slot) {
    long key = ref >>> PAGE_BITS;
    int at = find(key);
    if (begins[at] == 0) {
      if (end / PAGE > keys.length / 2) {
        growKeys();
        at = find(key);
      }
      if (end == pages.length) {
        pages = Arrays.copyOf(pages, Math.addExact(end, end / 2 / PAGE * PAGE));
      }
      keys[at] = key;
      begins[at] = end;
      end += PAGE;
    }
    recentKey = key;
    recent = begins[at];
    pages[recent + offset(ref)] = slot + 1;
  }

  /// Forgets the slot of a reference, if it has one.
  void remove(long ref) {
    if (get(ref) >= 0) {
      pages[recent + offset(ref)] = 0;
    }
  }

  /// The slot of the series with a reference, or -1.
  int get(long ref) {
    long key = ref >>> PAGE_BITS;
    if (key != recentKey) {
      recentKey = key;
      recent = begins[find(key)];
    }
    return pages[recent + offset(ref)] - 1;
  }

  private static int offset(long ref) {
    return (int) ref & (PAGE - 1);
  }

  private int find(long key) {
    int mask = keys.length - 1;
    int group = (int) (((key >>> NEIGHBOURS_BITS) * MIX) >>> Integer.SIZE) << NEIGHBOURS_BITS;
    int at = (group | ((int) key & (NEIGHBOURS - 1))) & mask;
    while (begins[at] != 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void growKeys() {
    long[] oldKeys = keys;
    int[] oldBegins = begins;
    keys = new long[2 * oldKeys.length];
    begins = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldBegins[i] != 0) {
        int at = find(oldKeys[i]);
        keys[at] = oldKeys[i];
        begins[at] = oldBegins[i];
      }
    }
  }
}
