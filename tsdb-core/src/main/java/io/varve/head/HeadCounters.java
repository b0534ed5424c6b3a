package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.Limit;
import io.varve.OutOfOrderStats;
import io.varve.SnapshotStats;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What the head counts. Thread-safe.
final class HeadCounters {
  final LongAdder seriesCreated = new LongAdder();
  final LongAdder seriesRemoved = new LongAdder();
  final LongAdder chunksRemoved = new LongAdder();
  final LongAdder samplesAppended = new LongAdder();
  final LongAdder histogramsAppended = new LongAdder();
  final LongAdder outOfOrderSamples = new LongAdder();
  final LongAdder outOfOrderHistograms = new LongAdder();
  final LongAdder samplesOutOfOrder = new LongAdder();
  final LongAdder samplesOutOfBounds = new LongAdder();
  final LongAdder samplesTooOld = new LongAdder();
  final LongAdder histogramsInvalid = new LongAdder();
  final LongAdder samplesIncompatible = new LongAdder();
  final LongAdder truncations = new LongAdder();

  /// How the replay of the log went.
  ///
  /// @param unknownRefs samples of series that the log does not define
  /// @param corruptions damaged records
  record Replay(long millis, long unknownRefs, long corruptions) {}

  /// Series in the head. Exact for one who keeps others from making series meanwhile: those that
  /// leave are counted first.
  long series() {
    long removed = seriesRemoved.sum();
    return seriesCreated.sum() - removed;
  }

  void rejected(AppendOutcome outcome, long count) {
    switch (outcome) {
      case ACCEPTED, DUPLICATE -> {}
      case DUPLICATE_FOR_TIMESTAMP, OUT_OF_ORDER -> samplesOutOfOrder.add(count);
      case OUT_OF_BOUNDS -> samplesOutOfBounds.add(count);
      case TOO_OLD -> samplesTooOld.add(count);
      case INVALID_HISTOGRAM -> histogramsInvalid.add(count);
      case INCOMPATIBLE -> samplesIncompatible.add(count);
      case OVER_LIMIT -> {} // Admission counts them, by limit.
    }
  }

  HeadStats stats(
      HeadChunks chunks,
      int activeAppenders,
      Map<Limit, Long> overLimit,
      Replay replay,
      OutOfOrderStats outOfOrder,
      SnapshotStats snapshot,
      long staleSeries) {
    return new HeadStats(
        activeAppenders,
        chunks.started() - chunksRemoved.sum(),
        chunks.sizeBytes(),
        seriesCreated.sum(),
        seriesRemoved.sum(),
        samplesAppended.sum(),
        histogramsAppended.sum(),
        samplesOutOfOrder.sum(),
        samplesOutOfBounds.sum(),
        samplesTooOld.sum(),
        histogramsInvalid.sum(),
        samplesIncompatible.sum(),
        overLimit,
        truncations.sum(),
        replay.millis,
        replay.unknownRefs,
        replay.corruptions,
        outOfOrder,
        snapshot,
        staleSeries);
  }
}
