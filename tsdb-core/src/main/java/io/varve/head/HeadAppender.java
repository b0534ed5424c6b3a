package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.ExemplarOutcome;
import io.varve.SeriesRef;
import io.varve.model.Exemplar;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.HistogramSchema;
import io.varve.model.HistogramValidation;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// The {@link Appender} of the head: gathers samples in arrays, then hands them to {@link
/// Head#commit}. Confined to one thread.
///
/// Guarded by `AppendBenchmark`: adding a sample must stay a few array stores.
final class HeadAppender implements Appender {
  private final Head head;
  private final Samples samples;
  private final Rejections rejections = new Rejections();

  /// Tells of the last series that was refused.
  private final RefusedSeries refused = new RefusedSeries();

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
    return head.series().getOrCreate(labels, offset, length, refused);
  }

  @Override
  public SeriesRef series(Labels labels) {
    SeriesRef series = series(labels.encoded(), 0, labels.encoded().length);
    return series instanceof RefusedSeries ? new AbsentSeries(labels) : series;
  }

  @Override
  public AppendOutcome append(SeriesRef ref, long timestamp, double value) {
    return append(ref, 0, timestamp, value);
  }

  @Override
  public AppendOutcome append(SeriesRef ref, long start, long timestamp, double value) {
    MemSeries series = begin(ref, timestamp);
    if (series == null) {
      return refuse(timestamp);
    }
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
    if (series == null) {
      return refuse(timestamp);
    }
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

  @Override
  public @Nullable SeriesRef existingSeries(byte[] labels, int offset, int length) {
    return head.series().find(labels, offset, length);
  }

  @Override
  public ExemplarOutcome appendExemplar(SeriesRef ref, Exemplar exemplar) {
    requireOpen();
    MemSeries series = present(ref);
    ExemplarOutcome outcome =
        series == null
            ? ExemplarOutcome.UNKNOWN_SERIES
            : head.exemplars().check(series.labels(), exemplar);
    if (series != null && outcome == ExemplarOutcome.ACCEPTED) {
      samples.annotations.add(series, exemplar);
    } else {
      samples.annotations.refuse(outcome);
    }
    return outcome;
  }

  @Override
  public void updateMetadata(SeriesRef ref, Metadata metadata) {
    requireOpen();
    MemSeries series = present(ref);
    if (series != null
        && HeadMetadata.isSound(metadata)
        && !head.metadata().has(series, metadata)
        && head.metadata().hasRoom(metadata)) {
      samples.annotations.add(series, metadata);
    }
  }

  @Override
  public boolean updateMetadata(String family, Metadata metadata) {
    requireOpen();
    if (!HeadMetadata.isSound(family, metadata)) {
      return false;
    }
    samples.annotations.add(family, metadata);
    return true;
  }

  /// The series of a reference unless a limit kept it out or it has left the head: what only says
  /// something of a series does not make it.
  private @Nullable MemSeries present(SeriesRef ref) {
    return switch (ref) {
      case MemSeries series -> series.removed ? head.series().findAgain(series) : series;
      case RefusedSeries _, AbsentSeries _ -> null;
      default -> throw new IllegalArgumentException("the series belongs to another store");
    };
  }

  /// The series to append to, or null if a limit refuses it: {@link #refused} tells why.
  private @Nullable MemSeries begin(SeriesRef ref, long timestamp) {
    MemSeries series = ref instanceof MemSeries known && !known.removed ? known : again(ref);
    if (series != null && !active) {
      begin(timestamp);
    }
    return series;
  }

  /// What became of a series that was not in the head, or has left it.
  private @Nullable MemSeries again(SeriesRef ref) {
    requireOpen();
    return switch (ref) {
      case RefusedSeries _ -> null;
      case MemSeries gone -> asked(gone.labels());
      case AbsentSeries absent -> asked(absent.labels());
      default -> throw new IllegalArgumentException("the series belongs to another store");
    };
  }

  private @Nullable MemSeries asked(Labels labels) {
    byte[] packed = labels.encoded();
    return head.series().getOrCreate(packed, 0, packed.length, refused) instanceof MemSeries found
        ? found
        : null;
  }

  private void begin(long timestamp) {
    requireOpen();
    minTime = head.enter(timestamp);
    bounds = head.bounds(minTime);
    active = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the appender is closed");
    }
  }

  private AppendOutcome refuse(long timestamp) {
    head.series().admission().refused(refused);
    if (!rejections.another(AppendOutcome.OVER_LIMIT)) {
      rejections.first(AppendOutcome.OVER_LIMIT, refused.labels(), timestamp, refused.reason());
    }
    return AppendOutcome.OVER_LIMIT;
  }

  private AppendOutcome reject(AppendOutcome outcome, MemSeries series, long timestamp) {
    return reject(outcome, series, timestamp, outcome.toString());
  }

  private AppendOutcome reject(
      AppendOutcome outcome, MemSeries series, long timestamp, String reason) {
    if (outcome == AppendOutcome.DUPLICATE) {
      duplicates++;
    } else if (!rejections.another(outcome)) {
      rejections.first(outcome, series.labels(), timestamp, reason);
    }
    return outcome;
  }

  @Override
  public CommitResult commit() {
    // Others may have its samples' memory by now.
    requireOpen();
    if (!active && samples.annotations.isEmpty()) {
      // Also then samples may have been refused, by limits.
      var result = new CommitResult(0, rejections.list());
      rejections.clear();
      return result;
    }
    try {
      long applied = head.commit(samples, bounds, this::reject);
      return new CommitResult(
          applied + duplicates, rejections.list(), samples.annotations.result());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      head.countRejections(rejections.list());
      reset();
    }
  }

  @Override
  public void rollback() {
    if (!closed) {
      reset();
    }
  }

  private void reset() {
    samples.clear();
    rejections.clear();
    duplicates = 0;
    if (active) {
      active = false;
      head.leave(minTime);
    }
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
