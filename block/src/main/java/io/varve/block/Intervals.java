package io.varve.block;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Spans of time, closed at both ends, in milliseconds since the epoch: what is deleted of one
/// series. Kept in ascending order, disjoint and with a gap between neighbours, since time is
/// counted in whole milliseconds: `[1, 2]` and `[3, 4]` are `[1, 4]`.
///
/// Immutable. {@link Long#MIN_VALUE} and {@link Long#MAX_VALUE} are ordinary instants.
public final class Intervals {
  public static final Intervals EMPTY = new Intervals(new long[0], 0, 0);

  /// First and last instant of each span in turn; these spans' are those in `[from, to)`.
  private final long[] bounds;

  private final int from;
  private final int to;

  /// Spans in order and apart, see {@link #merge}. The array is shared, and not changed any more.
  Intervals(long[] bounds, int from, int to) {
    this.bounds = bounds;
    this.from = from;
    this.to = to;
  }

  /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
  public static Intervals of(long mint, long maxt) {
    return EMPTY.add(mint, maxt);
  }

  /// Makes one of spans that touch or overlap.
  ///
  /// @param bounds first and last instant of each span in turn, in ascending order of the first
  /// @param to end of the bounds; they start at {@code from}
  /// @return the end of the bounds that are left
  static int merge(long[] bounds, int from, int to) {
    int end = from;
    for (int i = from; i < to; i += 2) {
      if (end > from && !isGap(bounds[end - 1], bounds[i])) {
        bounds[end - 1] = Math.max(bounds[end - 1], bounds[i + 1]);
      } else {
        bounds[end] = bounds[i];
        bounds[end + 1] = bounds[i + 1];
        end += 2;
      }
    }
    return end;
  }

  /// Whether an instant lies between a span that ends at {@code last} and one that starts at {@code
  /// first}.
  private static boolean isGap(long last, long first) {
    return last < first && last + 1 < first;
  }

  /// These spans and one more.
  ///
  /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
  public Intervals add(long mint, long maxt) {
    checkOrder(mint, maxt);
    long[] merged = new long[to - from + 2];
    int before = 0;
    while (before < size() && mint(before) <= mint) {
      before++;
    }
    int at = 2 * before;
    System.arraycopy(bounds, from, merged, 0, at);
    merged[at] = mint;
    merged[at + 1] = maxt;
    System.arraycopy(bounds, from + at, merged, at + 2, to - from - at);
    return new Intervals(merged, 0, merge(merged, 0, merged.length));
  }

  public boolean isEmpty() {
    return from == to;
  }

  /// Number of spans.
  public int size() {
    return (to - from) / 2;
  }

  /// First instant of span {@code index}.
  public long mint(int index) {
    return bounds[from + 2 * index];
  }

  /// Last instant of span {@code index}.
  public long maxt(int index) {
    return bounds[from + 2 * index + 1];
  }

  public boolean contains(long t) {
    return covers(t, t);
  }

  /// Whether some instant of `[mint, maxt]` is in one of the spans.
  public boolean overlaps(long mint, long maxt) {
    int index = firstEndingAtOrAfter(mint);
    return index < size() && mint(index) <= maxt;
  }

  /// Whether every instant of `[mint, maxt]` is in one of the spans.
  public boolean covers(long mint, long maxt) {
    int index = firstEndingAtOrAfter(mint);
    return index < size() && mint(index) <= mint && maxt <= maxt(index);
  }

  private int firstEndingAtOrAfter(long t) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (maxt(middle) < t) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  static void checkOrder(long mint, long maxt) {
    if (maxt < mint) {
      throw new IllegalArgumentException(
          "the span ends at " + maxt + ", before it starts at " + mint);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Intervals that
        && Arrays.equals(bounds, from, to, that.bounds, that.from, that.to);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + Long.hashCode(bounds[i]);
    }
    return hash;
  }

  /// `[1, 2] [5, 9]`
  @Override
  public String toString() {
    var text = new StringBuilder();
    for (int i = 0; i < size(); i++) {
      text.append(i == 0 ? "[" : " [").append(mint(i)).append(", ").append(maxt(i)).append(']');
    }
    return text.toString();
  }
}
