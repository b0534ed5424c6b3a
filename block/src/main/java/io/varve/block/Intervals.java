package io.varve.block;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Spans of time, closed at both ends, in milliseconds since the epoch: what is deleted of one
/// series. Kept in ascending order, disjoint and with a gap between neighbours, since time is counted
/// in whole milliseconds: `[1, 2]` and `[3, 4]` are `[1, 4]`.
///
/// Immutable. {@link Long#MIN_VALUE} and {@link Long#MAX_VALUE} are ordinary instants.
public final class Intervals {
  public static final Intervals EMPTY = new Intervals(new long[0]);

  /// First and last instant of each span in turn.
  private final long[] bounds;

  private Intervals(long[] bounds) {
    this.bounds = bounds;
  }

  /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
  public static Intervals of(long mint, long maxt) {
    checkOrder(mint, maxt);
    return new Intervals(new long[] {mint, maxt});
  }

  /// From spans in ascending order of their start, which may touch, overlap and hold each other.
  ///
  /// @param bounds first and last instant of each in turn, changed by this call
  /// @param from index of the first bound, {@code to} the one after the last
  static Intervals ofSorted(long[] bounds, int from, int to) {
    int kept = from;
    for (int i = from; i < to; i += 2) {
      if (kept > from && !precedes(bounds[kept - 1], bounds[i])) {
        bounds[kept - 1] = Math.max(bounds[kept - 1], bounds[i + 1]);
      } else {
        bounds[kept] = bounds[i];
        bounds[kept + 1] = bounds[i + 1];
        kept += 2;
      }
    }
    return kept == from ? EMPTY : new Intervals(Arrays.copyOfRange(bounds, from, kept));
  }

  /// These spans and one more.
  ///
  /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
  public Intervals add(long mint, long maxt) {
    checkOrder(mint, maxt);
    long[] merged = new long[bounds.length + 2];
    int at = 0;
    while (at < bounds.length && bounds[at] <= mint) {
      at += 2;
    }
    System.arraycopy(bounds, 0, merged, 0, at);
    merged[at] = mint;
    merged[at + 1] = maxt;
    System.arraycopy(bounds, at, merged, at + 2, bounds.length - at);
    return ofSorted(merged, 0, merged.length);
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /// Number of spans.
  public int size() {
    return bounds.length / 2;
  }

  /// First instant of span {@code index}.
  public long mint(int index) {
    return bounds[2 * index];
  }

  /// Last instant of span {@code index}.
  public long maxt(int index) {
    return bounds[2 * index + 1];
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

  /// Whether at least one instant lies between a span that ends at {@code end} and one that starts
  /// at {@code start}.
  private static boolean precedes(long end, long start) {
    return end < start && end + 1 < start;
  }

  private static void checkOrder(long mint, long maxt) {
    if (maxt < mint) {
      throw new IllegalArgumentException("the span ends at " + maxt + ", before it starts at " + mint);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Intervals intervals && Arrays.equals(bounds, intervals.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
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
