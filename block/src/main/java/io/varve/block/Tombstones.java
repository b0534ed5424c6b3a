package io.varve.block;

import java.util.Arrays;

/// What is deleted of the series of one block, by the series' reference in its index.
///
/// Held in three arrays, about 28 bytes for a series with one span, because a deletion may well
/// concern millions of series. Immutable.
public final class Tombstones {
  public static final Tombstones EMPTY = new Builder().build();

  /// Takes one deleted span of one series at a time.
  @FunctionalInterface
  public interface Visitor {
    /// @param mint first deleted instant, milliseconds since the epoch
    /// @param maxt last deleted instant, milliseconds since the epoch
    void visit(long seriesRef, long mint, long maxt);
  }

  /// Ascending.
  private final long[] refs;

  /// Where the bounds of each series' spans start, and the end of the last ones.
  private final int[] starts;

  private final long[] bounds;

  private Tombstones(long[] refs, int[] starts, long[] bounds) {
    this.refs = refs;
    this.starts = starts;
    this.bounds = bounds;
  }

  public static Builder builder() {
    return new Builder();
  }

  /// What is deleted of a series; {@link Intervals#EMPTY} if nothing is.
  public Intervals get(long seriesRef) {
    int index = Arrays.binarySearch(refs, seriesRef);
    return index < 0 ? Intervals.EMPTY : intervals(index);
  }

  private Intervals intervals(int index) {
    return new Intervals(bounds, starts[index], starts[index + 1]);
  }

  public boolean isEmpty() {
    return refs.length == 0;
  }

  /// Number of spans over all series.
  public int size() {
    return bounds.length / 2;
  }

  /// Shows every span, in ascending order of series and time.
  public void forEach(Visitor visitor) {
    for (int i = 0; i < refs.length; i++) {
      Intervals spans = intervals(i);
      for (int j = 0; j < spans.size(); j++) {
        visitor.visit(refs[i], spans.mint(j), spans.maxt(j));
      }
    }
  }

  /// A builder that starts with these spans.
  public Builder toBuilder() {
    var builder = new Builder();
    forEach(builder::add);
    return builder;
  }

  /// Collects spans in any order; those of one series that touch or overlap become one. Confined to
  /// one thread.
  public static final class Builder {
    private final SpanTable spans = new SpanTable();

    private Builder() {}

    /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
    public Builder add(long seriesRef, long mint, long maxt) {
      Intervals.checkOrder(mint, maxt);
      spans.add(seriesRef, mint, maxt);
      return this;
    }

    /// Sorts once and merges in one pass, so that very many spans of one series, in whatever order,
    /// are no trap.
    public Tombstones build() {
      spans.sort();
      int count = spans.size();
      long[] refs = new long[count];
      int[] starts = new int[count + 1];
      long[] bounds = new long[2 * count];
      int series = 0;
      for (int span = 0; span < count; series++) {
        int end = starts[series];
        refs[series] = spans.ref(span);
        for (; span < count && spans.ref(span) == refs[series]; span++) {
          bounds[end++] = spans.mint(span);
          bounds[end++] = spans.maxt(span);
        }
        starts[series + 1] = Intervals.merge(bounds, starts[series], end);
      }
      return new Tombstones(
          Arrays.copyOf(refs, series),
          Arrays.copyOf(starts, series + 1),
          Arrays.copyOf(bounds, starts[series]));
    }
  }
}
