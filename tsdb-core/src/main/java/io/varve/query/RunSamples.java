package io.varve.query;

import io.varve.block.LiveSamples;
import io.varve.chunk.ChunkBuffer;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.List;

/// The samples of a run of overlapping chunks, merged: of samples with the same time one is taken.
/// What a histogram says about counter resets is kept only where the sample before it is the one
/// that it was said of.
///
/// Used again for run after run. Confined to one thread.
final class RunSamples implements SampleCursor {
  private final long mint;
  private final long maxt;

  /// Cursors made so far; the first {@link #open} are in use.
  private final List<LiveSamples> cursors = new ArrayList<>();

  private final List<ChunkBuffer> buffers = new ArrayList<>();

  private int open;
  private boolean started;
  private boolean switched;
  private LiveSamples present;

  RunSamples(long mint, long maxt) {
    this.mint = mint;
    this.maxt = maxt;
    this.present = cursor(0);
  }

  private LiveSamples cursor(int index) {
    if (index == cursors.size()) {
      cursors.add(new LiveSamples(mint, maxt));
      buffers.add(new ChunkBuffer());
    }
    return cursors.get(index);
  }

  /// Starts on the chunks from {@code from} to before {@code to}.
  void open(SeriesChunks chunks, int from, int to) {
    open = to - from;
    boolean follows = open == 1 && chunks.followsItsSource(from);
    for (int i = 0; i < open; i++) {
      LiveSamples samples = cursor(i);
      SeriesChunks.Chunk chunk = chunks.get(from + i);
      chunk.read(buffers.get(i));
      samples.open(buffers.get(i), chunk.origin(), chunk.deleted(), follows);
    }
    present = cursors.getFirst();
    started = false;
    switched = false;
  }

  @Override
  public boolean next() {
    if (open == 1) {
      switched = false;
      return present.next();
    }
    return nextMerged();
  }

  private boolean nextMerged() {
    long last = started ? present.timestamp() : Long.MIN_VALUE;
    int left = 0;
    LiveSamples first = null;
    for (int i = 0; i < open; i++) {
      LiveSamples cursor = cursors.get(i);
      boolean ahead = started && cursor.timestamp() > last;
      if (!ahead && !cursor.next()) {
        continue;
      }
      cursors.set(i, cursors.get(left));
      cursors.set(left++, cursor);
      if (first == null || cursor.timestamp() < first.timestamp()) {
        first = cursor;
      }
    }
    started = true;
    open = left;
    if (first == null) {
      return false;
    }
    switched = first != present;
    present = first;
    return true;
  }

  @Override
  public boolean seek(long timestamp) {
    throw new UnsupportedOperationException("runs are read from their first sample on");
  }

  @Override
  public long timestamp() {
    return present.timestamp();
  }

  @Override
  public SampleKind kind() {
    return present.kind();
  }

  @Override
  public long startTimestamp() {
    return present.startTimestamp();
  }

  @Override
  public double value() {
    return present.value();
  }

  @Override
  public Histogram histogram() {
    Histogram histogram = present.histogram();
    return switched
        ? histogram.withCounterReset(LiveSamples.unsaid(histogram.counterReset()))
        : histogram;
  }

  @Override
  public FloatHistogram floatHistogram() {
    FloatHistogram histogram = present.floatHistogram();
    return switched
        ? histogram.withCounterReset(LiveSamples.unsaid(histogram.counterReset()))
        : histogram;
  }
}
