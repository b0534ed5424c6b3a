package io.varve.index;

import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/// Gathers lists for a union. A few are merged as they are walked; more are added up in a bitmap at
/// once, which costs less per reference than a large heap and keeps no object per list.
///
/// Confined to one thread.
final class UnionBuilder {
  /// Most lists that are merged lazily.
  private static final int MAX_MERGED = 16;

  private final List<Postings> lists = new ArrayList<>();
  private final RoaringBitmap bitmap = new RoaringBitmap();

  /// @param list not started; belongs to the union from now on
  void add(Postings list) {
    if (list instanceof BitmapPostings other) {
      bitmap.or(other.bitmap());
    } else if (list.sizeHint() > 0) {
      lists.add(list);
      if (lists.size() > MAX_MERGED) {
        drain();
      }
    }
  }

  private void drain() {
    for (Postings list : lists) {
      while (list.next()) {
        bitmap.add((int) list.ref());
      }
    }
    lists.clear();
  }

  Postings build() {
    if (bitmap.isEmpty()) {
      return switch (lists.size()) {
        case 0 -> Postings.EMPTY;
        case 1 -> lists.getFirst();
        default -> new UnionPostings(lists);
      };
    }
    drain();
    return BitmapPostings.of(bitmap);
  }
}
