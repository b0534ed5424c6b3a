package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.head.Head.Rejected;
import io.varve.head.HistogramSamples.Batch;
import org.jspecify.annotations.Nullable;

/// What a commit applies in order, and what it gathers to go out of order. Confined to one thread.
///
/// Guarded by `AppendBenchmark`.
final class AppliedSamples {
  private final AppendBounds bounds;
  private final Rejected rejected;
  private final Chunking chunking;
  private final Commit commit;
  private final Prefetch prefetch = new Prefetch();
  private @Nullable Samples late;
  private long floats;
  private long histograms;
  private long oldest = Long.MAX_VALUE;
  private long newest = Long.MIN_VALUE;

  AppliedSamples(AppendBounds bounds, Rejected rejected, Chunking chunking, Commit commit) {
    this.bounds = bounds;
    this.rejected = rejected;
    this.chunking = chunking;
    this.commit = commit;
  }

  void apply(Samples samples, Batch batch) {
    int fetched = batch.fromFloat();
    for (int i = batch.fromFloat(); i < batch.toFloat(); i++) {
      if (i == fetched) {
        fetched = Math.min(i + Prefetch.GROUP, batch.toFloat());
        prefetch.fetch(samples.series, i, fetched);
      }
      MemSeries series = samples.series[i];
      long t = samples.times[i];
      double v = Double.longBitsToDouble(samples.valueBits[i]);
      AppendOutcome outcome =
          t < bounds.minTime()
              ? AppendOutcome.OUT_OF_ORDER
              : series.append(samples.start(i), t, v, chunking, commit);
      series.applied(samples);
      if (outcome == AppendOutcome.ACCEPTED) {
        floats++;
        note(t);
      } else if (isLate(outcome, series, t)) {
        late().add(series, samples.start(i), t, v);
      }
    }
    HistogramSamples from = samples.histograms;
    for (int i = batch.from(); i < batch.to(); i++) {
      MemSeries series = from.series[i];
      long t = from.times[i];
      AppendOutcome outcome =
          t < bounds.minTime()
              ? AppendOutcome.OUT_OF_ORDER
              : series.append(from.starts[i], t, from.values[i], chunking, commit);
      series.applied(samples);
      if (outcome == AppendOutcome.ACCEPTED) {
        histograms++;
        note(t);
      } else if (isLate(outcome, series, t)) {
        late().histograms.add(series, from.starts[i], t, from.values[i], late().size);
      }
    }
  }

  private void note(long t) {
    oldest = Math.min(oldest, t);
    newest = Math.max(newest, t);
  }

  /// Whether a sample that was not taken goes out of order; otherwise it is told as rejected.
  private boolean isLate(AppendOutcome outcome, MemSeries series, long t) {
    AppendOutcome last = outcome == AppendOutcome.OUT_OF_ORDER ? bounds.outOfOrder(t) : outcome;
    if (last == AppendOutcome.ACCEPTED) {
      return true;
    }
    rejected.accept(last, series, t);
    return false;
  }

  private Samples late() {
    if (late == null) {
      late = new Samples();
    }
    return late;
  }

  /// What goes out of order, null if there is none.
  @Nullable Samples outOfOrder() {
    return late;
  }

  /// Floats taken in order.
  long floats() {
    return floats;
  }

  /// Native histograms taken in order.
  long histograms() {
    return histograms;
  }

  /// Time of the oldest sample taken in order, or {@link Long#MAX_VALUE}.
  long oldest() {
    return oldest;
  }

  /// Time of the newest sample taken in order, or {@link Long#MIN_VALUE}.
  long newest() {
    return newest;
  }
}
