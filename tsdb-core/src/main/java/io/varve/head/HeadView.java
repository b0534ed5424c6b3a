package io.varve.head;

import io.varve.block.BlockView;
import io.varve.block.SeriesCursor;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;

/// A span of the head as a block. Series are picked when they are asked for, so those that came
/// since the view was made are seen, but not the samples of commits that its horizon does not see.
/// Thread-safe.
final class HeadView implements BlockView {
  private final Head head;
  private final long minTime;
  private final long maxTime;
  private final Horizon horizon;

  HeadView(Head head, long minTime, long maxTime, Horizon horizon) {
    this.head = head;
    this.minTime = minTime;
    this.maxTime = maxTime;
    this.horizon = horizon;
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
    var selected = new ArrayList<MemSeries>();
    head.series()
        .forEachMatching(
            matchers,
            series -> {
              if (series.overlaps(from, to)) {
                selected.add(series);
              }
            });
    selected.sort(Comparator.comparing(MemSeries::labels));
    return new HeadCursor(head, selected, from, to, horizon);
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    var found = new ArrayList<Labels>();
    head.series().forEachMatching(matchers, series -> found.add(series.labels()));
    found.sort(Comparator.naturalOrder());
    return found;
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    return head.series().labelNames(matchers);
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    return head.series().labelValues(name, matchers);
  }
}
