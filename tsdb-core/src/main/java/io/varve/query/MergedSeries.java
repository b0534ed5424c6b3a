package io.varve.query;

import io.varve.block.SeriesCursor;
import io.varve.io.MappedReads;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/// Merges cursors that each walk their series in the order of labels; the cursors that stand on the
/// same labels make one series. Confined to one thread.
final class MergedSeries {
  private final PriorityQueue<SeriesCursor> ahead =
      new PriorityQueue<>(Comparator.comparing(SeriesCursor::labels));
  private final List<SeriesCursor> present = new ArrayList<>();
  private final SeriesChunks chunks = new SeriesChunks();

  MergedSeries(List<SeriesCursor> cursors) {
    present.addAll(cursors);
  }

  boolean next() {
    return MappedReads.guard("a query", this::advance);
  }

  private boolean advance() {
    for (SeriesCursor cursor : present) {
      if (cursor.next()) {
        ahead.add(cursor);
      }
    }
    present.clear();
    SeriesCursor first = ahead.poll();
    if (first == null) {
      return false;
    }
    present.add(first);
    for (SeriesCursor same = ahead.peek();
        same != null && same.labels().equals(first.labels());
        same = ahead.peek()) {
      present.add(ahead.remove());
    }
    chunks.set(present);
    return true;
  }

  Labels labels() {
    return present.getFirst().labels();
  }

  /// The chunks of the present series.
  SeriesChunks chunks() {
    return chunks;
  }
}
