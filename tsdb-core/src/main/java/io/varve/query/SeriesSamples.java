package io.varve.query;

import io.varve.block.RunSamples;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import org.jspecify.annotations.Nullable;

/// The samples of one series in a range, chunk after chunk. Used again for series after series.
/// Confined to one thread.
final class SeriesSamples implements SampleCursor {
  private final RunSamples run;
  private @Nullable SeriesChunks chunks;
  private int nextChunk;
  private boolean inRun;

  /// Whether the present sample is one, as opposed to none before the first and after the last.
  private boolean onSample;

  SeriesSamples(long mint, long maxt) {
    run = new RunSamples(mint, maxt);
  }

  void open(SeriesChunks chunks) {
    this.chunks = chunks;
    nextChunk = 0;
    inRun = false;
    onSample = false;
  }

  @Override
  public boolean next() {
    if (inRun && run.next()) {
      onSample = true;
      return true;
    }
    onSample = nextRun(Long.MIN_VALUE);
    return onSample;
  }

  /// Moves to the first sample of the next run that has one; runs that end before {@code
  /// skipBefore} are not read.
  private boolean nextRun(long skipBefore) {
    SeriesChunks all = chunks;
    inRun = false;
    while (all != null && nextChunk < all.size()) {
      int from = nextChunk;
      nextChunk = all.runEnd(from);
      if (all.lastTime(from, nextChunk) < skipBefore) {
        continue;
      }
      all.open(from, nextChunk, run);
      inRun = true;
      if (run.next()) {
        return true;
      }
    }
    inRun = false;
    return false;
  }

  @Override
  public boolean seek(long t) {
    if (onSample && timestamp() >= t) {
      return true;
    }
    while (inRun && run.next()) {
      if (run.timestamp() >= t) {
        onSample = true;
        return true;
      }
    }
    while (nextRun(t)) {
      do {
        if (run.timestamp() >= t) {
          onSample = true;
          return true;
        }
      } while (run.next());
    }
    onSample = false;
    return false;
  }

  @Override
  public long timestamp() {
    return run.timestamp();
  }

  @Override
  public double value() {
    return run.value();
  }

  @Override
  public SampleKind kind() {
    return run.kind();
  }

  @Override
  public long startTimestamp() {
    return run.startTimestamp();
  }

  @Override
  public Histogram histogram() {
    return run.histogram();
  }

  @Override
  public FloatHistogram floatHistogram() {
    return run.floatHistogram();
  }
}
