package io.varve.block;

import java.util.Arrays;
import java.util.stream.IntStream;

/// What is deleted of the series of one block, by the series' reference in its index. Immutable.
public final class Tombstones {
  public static final Tombstones EMPTY = new Tombstones(new long[0], new Intervals[0]);

  /// Takes one deleted span of one series at a time, and is called in ascending order.
  @FunctionalInterface
  public interface Visitor {
    void visit(long seriesRef, long mint, long maxt);
  }

  private final long[] refs;
  private final Intervals[] intervals;

  private Tombstones(long[] refs, Intervals[] intervals) {
    this.refs = refs;
    this.intervals = intervals;
  }

  public static Builder builder() {
    return new Builder();
  }

  /// What is deleted of a series; {@link Intervals#EMPTY} if nothing is.
  public Intervals get(long seriesRef) {
    int index = Arrays.binarySearch(refs, seriesRef);
    return index < 0 ? Intervals.EMPTY : intervals[index];
  }

  public boolean isEmpty() {
    return refs.length == 0;
  }

  /// Number of spans over all series.
  public int size() {
    return Arrays.stream(intervals).mapToInt(Intervals::size).sum();
  }

  /// Shows every span, in ascending order of series and time.
  public void forEach(Visitor visitor) {
    for (int i = 0; i < refs.length; i++) {
      for (int j = 0; j < intervals[i].size(); j++) {
        visitor.visit(refs[i], intervals[i].mint(j), intervals[i].maxt(j));
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
    private static final int FIELDS = 3;

    /// Series reference, first and last instant of each span in turn.
    private long[] spans = new long[FIELDS * 16];

    private int count;

    private Builder() {}

    /// @throws IllegalArgumentException if {@code maxt} lies before {@code mint}
    public Builder add(long seriesRef, long mint, long maxt) {
      if (maxt < mint) {
        throw new IllegalArgumentException(
            "the span ends at " + maxt + ", before it starts at " + mint);
      }
      int at = FIELDS * count;
      if (at == spans.length) {
        spans = Arrays.copyOf(spans, Math.multiplyExact(2, spans.length));
      }
      spans[at] = seriesRef;
      spans[at + 1] = mint;
      spans[at + 2] = maxt;
      count++;
      return this;
    }

    /// Sorts once and merges in one pass, so that a file with very many spans of one series, in
    /// whatever order, is no trap.
    public Tombstones build() {
      if (count == 0) {
        return EMPTY;
      }
      int[] order = order();
      long[] refs = new long[count];
      Intervals[] intervals = new Intervals[count];
      long[] bounds = new long[2 * count];
      int series = 0;
      for (int from = 0; from < count; series++) {
        int to = from;
        refs[series] = ref(order[from]);
        for (; to < count && ref(order[to]) == refs[series]; to++) {
          System.arraycopy(spans, FIELDS * order[to] + 1, bounds, 2 * to, 2);
        }
        intervals[series] = Intervals.ofSorted(bounds, 2 * from, 2 * to);
        from = to;
      }
      return new Tombstones(Arrays.copyOf(refs, series), Arrays.copyOf(intervals, series));
    }

    /// The spans' numbers, by series and then by start.
    private int[] order() {
      return IntStream.range(0, count)
          .boxed()
          .sorted(
              (a, b) -> {
                int byRef = Long.compare(ref(a), ref(b));
                return byRef != 0 ? byRef : Long.compare(start(a), start(b));
              })
          .mapToInt(Integer::intValue)
          .toArray();
    }

    private long ref(int span) {
      return spans[FIELDS * span];
    }

    private long start(int span) {
      return spans[FIELDS * span + 1];
    }
  }
}
