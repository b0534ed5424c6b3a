package io.varve.chunk;

import io.varve.model.Spans;

/// The buckets of two sets of spans together, and where those of each are among them. Immutable.
final class SpanUnion {
  private static final int[] IN_PLACE = {};

  /// Of two sets with the same buckets in the same spans.
  private static final SpanUnion SAME = new SpanUnion(IN_PLACE, IN_PLACE, Spans.NONE, false, false);

  private final int[] first;
  private final int[] second;
  private final Spans spans;
  private final boolean firstLacks;
  private final boolean secondLacks;

  private SpanUnion(
      int[] first, int[] second, Spans spans, boolean firstLacks, boolean secondLacks) {
    this.first = first;
    this.second = second;
    this.spans = spans;
    this.firstLacks = firstLacks;
    this.secondLacks = secondLacks;
  }

  /// @param a spans of which only the first has a negative offset, if any
  /// @param b likewise
  static SpanUnion of(Spans a, Spans b) {
    return a.equals(b) ? SAME : unite(a, b);
  }

  private static SpanUnion unite(Spans a, Spans b) {
    int[] first = new int[a.buckets()];
    int[] second = new int[b.buckets()];
    long[] indexesA = indexes(a);
    long[] indexesB = indexes(b);
    long[] union = new long[first.length + second.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < first.length || j < second.length) {
      boolean takeA = j == second.length || (i < first.length && indexesA[i] <= indexesB[j]);
      boolean takeB = i == first.length || (j < second.length && indexesB[j] <= indexesA[i]);
      union[size] = takeA ? indexesA[i] : indexesB[j];
      if (takeA) {
        first[i++] = size;
      }
      if (takeB) {
        second[j++] = size;
      }
      size++;
    }
    return new SpanUnion(
        first, second, spans(union, size), first.length < size, second.length < size);
  }

  private static long[] indexes(Spans spans) {
    long[] indexes = new long[spans.buckets()];
    long index = 0;
    int at = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++) {
        indexes[at++] = index++;
      }
    }
    return indexes;
  }

  /// The fewest spans that have these buckets.
  private static Spans spans(long[] indexes, int size) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || indexes[i] != indexes[i - 1] + 1) {
        count++;
      }
    }
    int[] offsets = new int[count];
    int[] lengths = new int[count];
    int span = -1;
    for (int i = 0; i < size; i++) {
      if (i == 0 || indexes[i] != indexes[i - 1] + 1) {
        offsets[++span] = (int) (i == 0 ? indexes[0] : indexes[i] - indexes[i - 1] - 1);
      }
      lengths[span]++;
    }
    return new Spans(offsets, lengths);
  }

  /// The buckets of the union of {@code b} with another set, in as few spans as possible.
  static Spans fewest(Spans b, SpanUnion union) {
    return union == SAME ? unite(b, b).spans : union.spans;
  }

  /// Whether the second set has a bucket that the first one has not.
  boolean firstLacks() {
    return firstLacks;
  }

  /// Whether the first set has a bucket that the second one has not.
  boolean secondLacks() {
    return secondLacks;
  }

  /// All buckets, in as few spans as possible. Not to be asked of equal sets.
  Spans spans() {
    return spans;
  }

  /// Position of each bucket of the first set among all; empty for equal sets.
  int[] first() {
    return first;
  }

  /// Position of each bucket of the second set among all; empty for equal sets.
  int[] second() {
    return second;
  }
}
