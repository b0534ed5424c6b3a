package io.varve.index;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The slots of one name and value in the head. Most values of a label with many values belong to a
/// single series, so the first slot is held without a bitmap: 24 bytes in place of some 150.
///
/// Not thread-safe; guarded by the lock of {@link MemPostings}.
final class SlotSet {
  /// Sets of up to so many slots are added to a union slot by slot.
  private static final int FEW = 16;

  /// The slot, unless this is empty or there is a bitmap.
  private int only;

  private boolean empty = true;
  private @Nullable RoaringBitmap bitmap;

  void add(int slot) {
    if (bitmap != null) {
      bitmap.add(slot);
    } else if (empty) {
      only = slot;
      empty = false;
    } else if (slot != only) {
      bitmap = RoaringBitmap.bitmapOf(only, slot);
    }
  }

  /// @param slots from index {@code from}, inclusive, to {@code to}, exclusive
  void addAll(int[] slots, int from, int to) {
    int next = from;
    while (bitmap == null && next < to) {
      add(slots[next++]);
    }
    if (bitmap != null) {
      bitmap.addN(slots, next, to - next);
    }
  }

  void removeAll(RoaringBitmap dead) {
    if (bitmap != null) {
      bitmap.andNot(dead);
    } else {
      empty |= dead.contains(only);
    }
  }

  boolean isEmpty() {
    return bitmap == null ? empty : bitmap.isEmpty();
  }

  int cardinality() {
    return bitmap == null ? (empty ? 0 : 1) : bitmap.getCardinality();
  }

  /// A bitmap that later changes of this set do not reach.
  RoaringBitmap copy() {
    if (bitmap != null) {
      return bitmap.clone();
    }
    return empty ? new RoaringBitmap() : RoaringBitmap.bitmapOf(only);
  }

  void addTo(RoaringBitmap union) {
    if (bitmap == null) {
      if (!empty) {
        union.add(only);
      }
    } else if (bitmap.getCardinality() <= FEW) {
      bitmap.forEach((int slot) -> union.add(slot));
    } else {
      union.or(bitmap);
    }
  }
}
