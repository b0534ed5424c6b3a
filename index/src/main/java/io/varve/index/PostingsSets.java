package io.varve.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/// Set algebra over {@link Postings}. The arguments must not have been started, and belong to the
/// result afterwards. What is held as bitmaps (the head's postings) is combined at once, the rest
/// as the result is walked. Stateless.
public final class PostingsSets {
  private PostingsSets() {}

  /// What is in all of the lists.
  ///
  /// @param lists at least one
  public static Postings intersect(List<Postings> lists) {
    if (lists.isEmpty()) {
      throw new IllegalArgumentException("the intersection of no lists is not defined");
    }
    var sorted = new ArrayList<>(lists);
    sorted.sort(Comparator.comparingLong(Postings::sizeHint));
    intersectBitmaps(sorted);
    if (sorted.getFirst().sizeHint() == 0) {
      return Postings.EMPTY;
    }
    return sorted.size() == 1 ? sorted.getFirst() : new IntersectionPostings(sorted);
  }

  /// Replaces all bitmaps of the list, which is sorted by size, by their intersection.
  private static void intersectBitmaps(List<Postings> sorted) {
    List<RoaringBitmap> bitmaps =
        sorted.stream()
            .filter(BitmapPostings.class::isInstance)
            .map(list -> ((BitmapPostings) list).bitmap())
            .toList();
    if (bitmaps.size() < 2) {
      return;
    }
    RoaringBitmap common = RoaringBitmap.and(bitmaps.get(0), bitmaps.get(1));
    bitmaps.subList(2, bitmaps.size()).forEach(common::and);
    sorted.removeIf(BitmapPostings.class::isInstance);
    sorted.add(BitmapPostings.of(common));
    sorted.sort(Comparator.comparingLong(Postings::sizeHint));
  }

  /// What is in any of the lists.
  public static Postings union(List<Postings> lists) {
    var union = new UnionBuilder();
    lists.forEach(union::add);
    return union.build();
  }

  /// What is in {@code from} and not in {@code minus}.
  public static Postings without(Postings from, Postings minus) {
    if (from.sizeHint() == 0 || minus.sizeHint() == 0) {
      return from;
    }
    if (from instanceof BitmapPostings a && minus instanceof BitmapPostings b) {
      return BitmapPostings.of(RoaringBitmap.andNot(a.bitmap(), b.bitmap()));
    }
    return new DifferencePostings(from, minus);
  }
}
