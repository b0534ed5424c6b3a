package io.varve.head;

import io.varve.block.BlockView;
import io.varve.block.SeriesCursor;
import io.varve.index.Utf8Order;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A span of the series of a {@link StaleCut}, as a block. One that goes on meanwhile is seen with
/// what it has by then. Thread-safe.
final class StaleView implements BlockView {
  private final Head head;
  private final StaleCut cut;
  private final long minTime;
  private final long maxTime;

  StaleView(Head head, StaleCut cut, long minTime, long maxTime) {
    this.head = head;
    this.cut = cut;
    this.minTime = minTime;
    this.maxTime = maxTime;
  }

  @Override
  public long minTime() {
    return minTime;
  }

  @Override
  public long maxTime() {
    return maxTime;
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    long from = Math.max(mint, minTime);
    long to = Math.min(maxt, maxTime);
    List<MemSeries> selected =
        cut.series().stream()
            .filter(series -> series.overlaps(from, to) && fulfils(series.labels(), matchers))
            .toList();
    return new HeadCursor(head, selected, from, to, Horizon.ALL);
  }

  private static boolean fulfils(Labels labels, List<Matcher> matchers) {
    return matchers.stream()
        .allMatch(matcher -> {
          String value = labels.get(matcher.name());
          return matcher.matches(value == null ? "" : value);
        });
  }

  private Stream<Labels> matching(List<Matcher> matchers) {
    return cut.series().stream().map(MemSeries::labels).filter(labels -> fulfils(labels, matchers));
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    return matching(matchers).toList();
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    var names = new TreeSet<>(Utf8Order.INSTANCE);
    matching(matchers).forEach(labels -> names.addAll(labels.names()));
    return names;
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    var values = new TreeSet<>(Utf8Order.INSTANCE);
    matching(matchers)
        .forEach(labels -> {
          String value = labels.get(name);
          if (value != null) {
            values.add(value);
          }
        });
    return values;
  }
}
