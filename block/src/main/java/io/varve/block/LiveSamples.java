package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;

/// The samples of one chunk that lie in a range and are not deleted. What a histogram says about
/// counter resets is forgotten where the sample that it was said of is left out.
///
/// Used again for chunk after chunk. Confined to one thread.
public final class LiveSamples implements SampleCursor {
  private final long mint;
  private final long maxt;
  private final ChunkCursor cursor = new ChunkCursor();
  private Intervals deleted = Intervals.EMPTY;
  private Object origin = "";
  private long timestamp;
  private boolean afterGap;
  private boolean gapAhead;

  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  public LiveSamples(long mint, long maxt) {
    this.mint = mint;
    this.maxt = maxt;
  }

  /// Goes before the first sample of a chunk. The buffer must stay as it is while it is being read.
  ///
  /// @param origin what the chunk belongs to, for messages
  /// @param deleted deleted spans of the series
  /// @param follows whether the sample that was written before the first one comes before it here,
  ///   too
  public void open(ChunkBuffer chunk, Object origin, Intervals deleted, boolean follows) {
    cursor.reset(chunk, origin, 0);
    this.origin = origin;
    this.deleted = deleted;
    gapAhead = !follows;
  }

  /// What the chunk belongs to.
  Object origin() {
    return origin;
  }

  @Override
  public boolean next() {
    afterGap = gapAhead;
    gapAhead = false;
    while (cursor.next()) {
      long t = cursor.timestamp();
      if (t > maxt) {
        return false;
      }
      if (t >= mint) {
        if (!deleted.contains(t)) {
          timestamp = t;
          return true;
        }
        afterGap = true;
      }
    }
    return false;
  }

  @Override
  public boolean seek(long timestamp) {
    throw new UnsupportedOperationException("a chunk is read from its first sample on");
  }

  @Override
  public long timestamp() {
    return timestamp;
  }

  @Override
  public SampleKind kind() {
    return cursor.kind();
  }

  @Override
  public long startTimestamp() {
    return cursor.startTimestamp();
  }

  @Override
  public double value() {
    return cursor.value();
  }

  @Override
  public Histogram histogram() {
    Histogram histogram = cursor.histogram();
    return afterGap ? histogram.withCounterReset(unsaid(histogram.counterReset())) : histogram;
  }

  @Override
  public FloatHistogram floatHistogram() {
    FloatHistogram histogram = cursor.floatHistogram();
    return afterGap ? histogram.withCounterReset(unsaid(histogram.counterReset())) : histogram;
  }

  /// What is left to say about a reset without the sample before.
  public static CounterReset unsaid(CounterReset said) {
    return said == CounterReset.GAUGE ? CounterReset.GAUGE : CounterReset.UNKNOWN;
  }
}
