package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.CommitResult.Rejection;
import io.varve.SeriesRef;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The {@link Appender} of the head: gathers samples in arrays, then hands them to {@link
/// Head#commit}. Confined to one thread.
///
/// Guarded by `AppendBenchmark`: adding a sample must stay a few array stores.
final class HeadAppender implements Appender {
  private final Head head;
  private final Samples samples;
  private final Map<AppendOutcome, Rejection> rejections = new EnumMap<>(AppendOutcome.class);

  /// Whether the bounds below are set and the head knows of this appender.
  private boolean active;

  private boolean closed;
  private long minTime;
  private long duplicates;

  HeadAppender(Head head, Samples samples) {
    this.head = head;
    this.samples = samples;
  }

  @Override
  public AppendResult append(Labels labels, long timestamp, double value) {
    SeriesRef series = series(labels.encoded(), 0, labels.encoded().length);
    return new AppendResult(append(series, timestamp, value), series);
  }

  @Override
  public SeriesRef series(byte[] labels, int offset, int length) {
    return head.getOrCreate(labels, offset, length);
  }

  @Override
  public AppendOutcome append(SeriesRef ref, long timestamp, double value) {
    if (!active) {
      begin(timestamp);
    }
    if (!(ref instanceof MemSeries series)) {
      throw new IllegalArgumentException("the series belongs to another store");
    }
    if (timestamp < minTime) {
      return reject(AppendOutcome.OUT_OF_BOUNDS, series, timestamp);
    }
    if (timestamp <= series.lastTime()) {
      AppendOutcome outcome = series.check(timestamp, value, head.chunks());
      if (outcome != AppendOutcome.ACCEPTED) {
        return reject(outcome, series, timestamp);
      }
    }
    samples.add(series, timestamp, value);
    return AppendOutcome.ACCEPTED;
  }

  private void begin(long timestamp) {
    if (closed) {
      throw new IllegalStateException("the appender is closed");
    }
    minTime = head.enter(timestamp);
    active = true;
  }

  private AppendOutcome reject(AppendOutcome outcome, MemSeries series, long timestamp) {
    if (outcome == AppendOutcome.DUPLICATE) {
      duplicates++;
    } else {
      rejections.merge(
          outcome,
          new Rejection(outcome, 1, series.labels(), timestamp),
          (first, more) ->
              new Rejection(outcome, first.count() + 1, first.first(), first.firstTimestamp()));
    }
    return outcome;
  }

  @Override
  public CommitResult commit() {
    if (!active) {
      return new CommitResult(0, List.of());
    }
    try {
      long applied = head.commit(samples, this::reject);
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
