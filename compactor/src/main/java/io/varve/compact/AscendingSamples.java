package io.varve.compact;

import io.varve.block.RunSamples;
import io.varve.block.StoredChunk;
import io.varve.io.CorruptionException;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import java.util.List;

/// The samples of one run of chunks after another, of which each comes after the one before, or
/// else a chunk is damaged: what is written must keep the order that is only said of what is read.
/// Confined to one thread.
final class AscendingSamples implements SampleCursor {
  private final RunSamples run;

  /// Whether there was a sample in the series.
  private boolean any;

  /// Time of the last one.
  private long last;

  AscendingSamples(RunSamples run) {
    this.run = run;
  }

  /// Begins with the samples of another series.
  void startSeries() {
    any = false;
  }

  /// Goes on with some chunks, see {@link RunSamples#open}.
  void open(List<StoredChunk> chunks, boolean follows) {
    run.open(chunks, follows);
  }

  /// Passes over a chunk.
  void skip(StoredChunk chunk) {
    check(chunk.mint(), chunk.origin());
    if (chunk.maxt() < chunk.mint()) {
      throw new CorruptionException(chunk.origin(), -1, "a chunk ends before it begins");
    }
    last = chunk.maxt();
  }

  private void check(long t, Object origin) {
    if (any && t <= last) {
      throw new CorruptionException(
          origin, -1, "a sample at %d follows one at %d".formatted(t, last));
    }
    any = true;
    last = t;
  }

  @Override
  public boolean next() {
    if (!run.next()) {
      return false;
    }
    check(run.timestamp(), run.origin());
    return true;
  }

  @Override
  public boolean seek(long timestamp) {
    return run.seek(timestamp);
  }

  @Override
  public long timestamp() {
    return run.timestamp();
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
  public double value() {
    return run.value();
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
