package io.varve.head;

import io.varve.block.BlockView;
import io.varve.block.Intervals;
import io.varve.block.SeriesCursor;
import io.varve.index.Utf8Order;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/// The samples of a span that came out of order, as a block whose chunks may overlap. Thread-safe.
final class OutOfOrderView implements BlockView {
  private final Source source;
  private final Range range;

  /// Where the samples are.
  ///
  /// @param deleted tells the deleted spans of a series
  record Source(HeadSeries series, Chunking chunking, Function<MemSeries, Intervals> deleted) {}

  /// What is to be seen.
  ///
  /// @param mint first instant, milliseconds, inclusive
  /// @param maxt last instant, milliseconds, inclusive
  /// @param afterChunk reference of the last chunk that is in a block already
  /// @param lastChunk reference of the last chunk to be seen; {@link Long#MAX_VALUE} for all, and
  ///   what is in no chunk yet
  /// @param horizon which commits are to be seen
  record Range(long mint, long maxt, long afterChunk, long lastChunk, Horizon horizon) {
    boolean overlaps(long from, long to) {
      return from <= maxt && to >= mint;
    }

    boolean withBuffer() {
      return lastChunk == Long.MAX_VALUE;
    }

    Range within(long from, long to) {
      long first = Math.max(mint, from);
      long last = Math.min(maxt, to);
      return new Range(first, last, afterChunk, lastChunk, horizon);
    }
  }

  OutOfOrderView(Source source, Range range) {
    this.source = source;
    this.range = range;
  }

  @Override
  public long minTime() {
    return range.mint;
  }

  @Override
  public long maxTime() {
    return range.maxt;
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    var selected = new ArrayList<MemSeries>();
    forEachMatching(matchers, selected::add);
    selected.sort(Comparator.comparing(MemSeries::labels));
    return new OutOfOrderCursor(source, selected, range.within(mint, maxt));
  }

  /// Looks at the mark without the monitor: what is being inserted now need not be seen.
  private void forEachMatching(List<Matcher> matchers, Consumer<MemSeries> action) {
    source.series.forEachMatching(
        matchers,
        series -> {
          if (series.outOfOrder != null) {
            action.accept(series);
          }
        });
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    var found = new ArrayList<Labels>();
    forEachMatching(matchers, series -> found.add(series.labels()));
    found.sort(Comparator.naturalOrder());
    return found;
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    var names = new TreeSet<>(Utf8Order.INSTANCE);
    forEachMatching(matchers, series -> names.addAll(series.labels().names()));
    return names;
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    var values = new TreeSet<>(Utf8Order.INSTANCE);
    forEachMatching(
        matchers,
        series -> {
          String value = series.labels().get(name);
          if (value != null) {
            values.add(value);
          }
        });
    return values;
  }
}
