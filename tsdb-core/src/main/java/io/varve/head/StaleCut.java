package io.varve.head;

import io.varve.block.BlockView;
import io.varve.block.SeriesCursor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The series of the head that had ended at one moment: by a stale marker, with all their samples
/// in order. They are to become blocks, and then to leave the head. Immutable.
public final class StaleCut {
  /// When each ended, milliseconds.
  private final Map<MemSeries, Long> ends;

  private final List<MemSeries> series;

  private StaleCut(Map<MemSeries, Long> ends) {
    this.ends = ends;
    this.series = ends.keySet().stream().sorted(Comparator.comparing(MemSeries::labels)).toList();
  }

  /// Those that have ended now.
  static StaleCut of(HeadSeries all) {
    var ended = new HashMap<MemSeries, Long>();
    all.forEach(each -> {
      long end = each.endTime();
      if (end != Long.MIN_VALUE) {
        ended.put(each, end);
      }
    });
    return new StaleCut(ended);
  }

  /// Those that blocks have all samples of, from the first to the stale marker. Blocks are cut
  /// oldest first, so what lies between is in a block, too.
  ///
  /// @param from samples before this are in blocks anyway, milliseconds
  static StaleCut within(HeadSeries all, List<? extends BlockView> blocks, long from) {
    var spans = new HashMap<MemSeries, Span>();
    for (BlockView block : blocks) {
      try (SeriesCursor cursor = block.select(List.of(), from, Long.MAX_VALUE)) {
        while (cursor.next()) {
          byte[] labels = cursor.labels().encoded();
          MemSeries found = all.find(labels, 0, labels.length);
          if (found != null) {
            spans.merge(found, Span.of(cursor), Span::with);
          }
        }
      }
    }
    var ended = new HashMap<MemSeries, Long>();
    spans.forEach((each, span) -> {
      if (span.maxt == each.endTime() && span.mint <= Math.max(from, each.firstTime())) {
        ended.put(each, span.maxt);
      }
    });
    return new StaleCut(ended);
  }

  /// From when to when blocks have samples of a series, milliseconds.
  private record Span(long mint, long maxt) {
    static Span of(SeriesCursor cursor) {
      return new Span(cursor.chunkMinTime(0), cursor.chunkMaxTime(cursor.chunkCount() - 1));
    }

    Span with(Span other) {
      return new Span(Math.min(mint, other.mint), Math.max(maxt, other.maxt));
    }
  }

  public boolean isEmpty() {
    return series.isEmpty();
  }

  public int size() {
    return series.size();
  }

  /// In the order of their labels.
  List<MemSeries> series() {
    return series;
  }

  /// Time of the oldest sample, milliseconds.
  public long minTime() {
    return series.stream().mapToLong(MemSeries::firstTime).min().orElse(Long.MAX_VALUE);
  }

  /// Time of the newest sample, milliseconds.
  public long maxTime() {
    return ends.values().stream().mapToLong(Long::longValue).max().orElse(Long.MIN_VALUE);
  }

  /// Whether a series got no sample since. Tells the truth while the gate of the head is closed.
  boolean isUnchanged(MemSeries series) {
    return ends.getOrDefault(series, Long.MIN_VALUE) == series.endTime()
        && series.endTime() != Long.MIN_VALUE;
  }
}
