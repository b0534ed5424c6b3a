package io.varve.compact;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/// Walks the series of several blocks at once, in the order of their labels; blocks that have the
/// same series tell it together. Confined to one thread.
final class SeriesMerge {
  /// A heap like that of Prometheus, used in the same way, since it gives the order of the sources
  /// of a series, on which it depends which of samples with the same time is kept.
  private final PriorityQueue<MergeSource> ahead = new PriorityQueue<>(MergeSource::compareLabels);

  private final List<MergeSource> present = new ArrayList<>();
  private final Runnable afterSeries;

  /// @param sources before their first series
  /// @param afterSeries is run after each series of a source
  SeriesMerge(List<MergeSource> sources, Runnable afterSeries) {
    present.addAll(sources);
    this.afterSeries = afterSeries;
  }

  boolean next() {
    for (MergeSource source : present) {
      if (source.next()) {
        afterSeries.run();
        ahead.add(source);
      }
    }
    present.clear();
    if (ahead.isEmpty()) {
      return false;
    }
    MergeSource first = ahead.remove();
    present.add(first);
    while (!ahead.isEmpty() && MergeSource.compareLabels(ahead.peek(), first) == 0) {
      present.add(ahead.remove());
    }
    return true;
  }

  /// Those that have the present series, at least one.
  List<MergeSource> sources() {
    return present;
  }
}
