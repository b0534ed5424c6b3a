package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.CommitResult.Rejection;
import io.varve.SeriesRef;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.HistogramSchema;
import io.varve.model.HistogramValidation;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The {@link Appender} of the head: gathers samples in arrays, then hands them to {@link
/// Head#commit}. Confined to one thread.
///
/// Guarded by `AppendBenchmark`: adding a sample must stay a few array stores.
final class HeadAppender implements Appender {
  private final Head head;
  private final Samples samples;
  private final Map<AppendOutcome, Rejection> rejections = new LinkedHashMap<>();

  /// Whether the bounds below are set and the head knows of this appender.
  private boolean active;

  private boolean closed;
  private AppendBounds bounds = AppendBounds.of(0, 0, 0);
  private long minTime;
  private long duplicates;

  HeadAppender(Head head, Samples samples) {
    this.head = head;
    this.samples = samples;
  }

  @Override
  public SeriesRef series(byte[] labels, int offset, int length) {
    return head.series().getOrCreate(labels, offset, length);
  }

  @Override
  public AppendOutcome append(SeriesRef ref, long timestamp, double value) {
    return append(ref, 0, timestamp, value);
  }

  @Override
  public AppendOutcome append(SeriesRef ref, long start, long timestamp, double value) {
    MemSeries series = begin(ref, timestamp);
    if (SampleValue.isStale(value)) {
      NativeHistogram end = staleHistogram(series);
      if (end != null) {
        return append(ref, start, timestamp, end);
      }
    }
    if (timestamp < minTime || timestamp <= series.lastTime()) {
      AppendOutcome outcome = AppendOutcome.OUT_OF_ORDER;
      if (timestamp >= minTime) {
        outcome = series.check(timestamp, value, head.chunking());
      }
      outcome = late(outcome, timestamp);
      if (outcome != AppendOutcome.ACCEPTED) {
        return reject(outcome, series, timestamp);
      }
    }
    if (start == 0) {
      samples.add(series, timestamp, value);
    } else if (head.keepsStarts()) {
      samples.add(series, start, timestamp, value);
    } else {
      return reject(AppendOutcome.INCOMPATIBLE, series, timestamp, "it has a start timestamp");
    }
    return AppendOutcome.ACCEPTED;
  }

  /// How the end of a series of histograms is written, or null if it is one of floats.
  private @Nullable NativeHistogram staleHistogram(MemSeries series) {
    return switch (series.lastKind(head.chunking())) {
      case FLOAT -> null;
      case HISTOGRAM -> Histogram.STALE;
      case FLOAT_HISTOGRAM -> FloatHistogram.STALE;
    };
  }

  @Override
  public AppendOutcome append(
      SeriesRef ref, long start, long timestamp, NativeHistogram histogram) {
    MemSeries series = begin(ref, timestamp);
    NativeHistogram stored;
    try {
      stored = HistogramResolution.reduce(histogram);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      return reject(AppendOutcome.INVALID_HISTOGRAM, series, timestamp, problem);
    }
    HistogramValidation validation = HistogramValidation.of(stored);
    if (!validation.isValid()) {
      return reject(AppendOutcome.INVALID_HISTOGRAM, series, timestamp, validation.reason());
    }
    if (HistogramSchema.isCustom(stored.schema()) && !head.keepsCustomBuckets()) {
      return reject(AppendOutcome.INCOMPATIBLE, series, timestamp, "it has custom buckets");
    }
    if (start != 0 && !head.keepsStarts()) {
      return reject(AppendOutcome.INCOMPATIBLE, series, timestamp, "it has a start timestamp");
    }
    AppendOutcome outcome = AppendOutcome.OUT_OF_ORDER;
    if (timestamp >= minTime) {
      outcome = series.check(timestamp, stored, head.chunking());
    }
    outcome = late(outcome, timestamp);
    if (outcome != AppendOutcome.ACCEPTED) {
      return reject(outcome, series, timestamp);
    }
    samples.histograms.add(series, start, timestamp, stored, samples.size);
    return AppendOutcome.ACCEPTED;
  }

  /// What becomes of a sample after all if it is not in order.
  private AppendOutcome late(AppendOutcome outcome, long timestamp) {
    return outcome == AppendOutcome.OUT_OF_ORDER ? bounds.outOfOrder(timestamp) : outcome;
  }

  private MemSeries begin(SeriesRef ref, long timestamp) {
    if (!active) {
      begin(timestamp);
    }
    if (!(ref instanceof MemSeries series)) {
      throw new IllegalArgumentException("the series belongs to another store");
    }
    return series;
  }

  private void begin(long timestamp) {
    if (closed) {
      throw new IllegalStateException("the appender is closed");
    }
    minTime = head.enter(timestamp);
    bounds = head.bounds(minTime);
    active = true;
  }

  private AppendOutcome reject(AppendOutcome outcome, MemSeries series, long timestamp) {
    return reject(outcome, series, timestamp, outcome.toString());
  }

  private AppendOutcome reject(
      AppendOutcome outcome, MemSeries series, long timestamp, String reason) {
    if (outcome == AppendOutcome.DUPLICATE) {
      duplicates++;
    } else {
      rejections.merge(
          outcome,
          new Rejection(outcome, 1, series.labels(), timestamp, reason),
          (first, more) ->
              new Rejection(
                  outcome,
                  first.count() + 1,
                  first.first(),
                  first.firstTimestamp(),
                  first.reason()));
    }
    return outcome;
  }

  @Override
  public CommitResult commit() {
    if (!active) {
      return new CommitResult(0, List.of());
    }
    try {
      long applied = head.commit(samples, bounds, this::reject);
      var result = new CommitResult(applied + duplicates, List.copyOf(rejections.values()));
      head.countRejections(result.rejections());
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      reset();
    }
  }

  @Override
  public void rollback() {
    if (active) {
      reset();
    }
  }

  private void reset() {
    active = false;
    samples.clear();
    rejections.clear();
    duplicates = 0;
    head.leave(minTime);
  }

  @Override
  public void close() {
    if (!closed) {
      rollback();
      closed = true;
      head.recycle(samples);
    }
  }
}
