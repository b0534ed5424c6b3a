package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.CommitResult.Rejection;
import io.varve.model.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an appender has refused since its last commit. After the first of an outcome, one more is a
/// number that grows: in an explosion of series almost all samples are refused. Confined to one
/// thread.
final class Rejections {
  /// Those of one outcome, and what is told of the first.
  private static final class Tally {
    final Rejection first;
    long count = 1;

    Tally(Rejection first) {
      this.first = first;
    }

    Rejection rejection() {
      return new Rejection(
          first.outcome(), count, first.first(), first.firstTimestamp(), first.reason());
    }
  }

  /// In the order in which they first occurred.
  private final Map<AppendOutcome, Tally> tallies = new LinkedHashMap<>();

  /// Counts one more of an outcome.
  ///
  /// @return false if there was none yet: then tell of it by {@link #first}
  boolean another(AppendOutcome outcome) {
    Tally tally = tallies.get(outcome);
    if (tally == null) {
      return false;
    }
    tally.count++;
    return true;
  }

  /// Counts the first of an outcome.
  void first(AppendOutcome outcome, Labels series, long timestamp, String reason) {
    tallies.put(outcome, new Tally(new Rejection(outcome, 1, series, timestamp, reason)));
  }

  List<Rejection> list() {
    return tallies.values().stream().map(Tally::rejection).toList();
  }

  void clear() {
    tallies.clear();
  }
}
