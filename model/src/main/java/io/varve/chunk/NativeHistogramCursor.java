package io.varve.chunk;

import static io.varve.chunk.HistogramFormat.FLAGS_POSITION;
import static io.varve.chunk.HistogramFormat.HEADER_LENGTH;
import static io.varve.chunk.HistogramFormat.MAX_STAMPED_SAMPLES;
import static io.varve.chunk.HistogramFormat.RESET_SHIFT;

import io.varve.model.CounterReset;
import io.varve.model.HistogramSchema;
import io.varve.model.NativeHistogram;

/// What the cursors of both kinds of histograms have in common: the header and the layout. The
/// numbers of the present sample are kept in arrays of primitives that are used again for chunk
/// after chunk; a histogram is made only when it is asked for.
abstract sealed class NativeHistogramCursor<H extends NativeHistogram> extends SteppingCursor
    permits HistogramCursor, FloatHistogramCursor {
  private final int bucketBits;
  private CounterReset reset = CounterReset.UNKNOWN;
  private HistogramLayout layout = HistogramLayout.EMPTY;
  private long delta;

  /// @param bucketBits bits that a bucket takes at least in the first sample
  NativeHistogramCursor(int bucketBits) {
    this.bucketBits = bucketBits;
  }

  /// Goes before the first sample of a chunk.
  final void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    reset(chunk, origin, originOffset, HEADER_LENGTH);
    boolean stamped = HistogramFormat.isStamped(chunk.encoding());
    int count = headerByte(0) << Byte.SIZE | headerByte(1);
    int flags = headerByte(FLAGS_POSITION);
    reset = HistogramFormat.counterReset((stamped ? headerByte(0) : flags) >>> RESET_SHIFT);
    start(stamped ? count & MAX_STAMPED_SAMPLES : count, stamped ? flags : 0);
    delta = 0;
  }

  @Override
  final void readFirst() {
    layout = HistogramLayout.read(this, bucketBits);
    if (layout.schema() > HistogramSchema.MAX_EXPONENTIAL) {
      requireReducible(layout);
    }
    time = takeVarbit();
    readFirst(layout.buckets());
  }

  private void requireReducible(HistogramLayout layout) {
    if (!layout.positive().isAscending() || !layout.negative().isAscending()) {
      throw corrupt("the buckets of a histogram chunk are not in order");
    }
  }

  @Override
  final void readLater(boolean second) {
    delta += takeVarbit();
    time += delta;
    readLater();
  }

  /// Which resets there were before the present sample. Of the first one in a chunk nothing is said
  /// that readers could trust in, since the chunk before may not be there any more, or have got
  /// late samples.
  final CounterReset counterReset() {
    if (reset == CounterReset.GAUGE) {
      return CounterReset.GAUGE;
    }
    return read() > 1 ? CounterReset.NOT_RESET : CounterReset.UNKNOWN;
  }

  final HistogramLayout layout() {
    return layout;
  }

  @Override
  public final double value() {
    throw new IllegalStateException("the sample is a histogram");
  }

  /// The present sample in the resolution it was written in.
  abstract H exact();

  /// Decodes the numbers of the first sample.
  abstract void readFirst(int buckets);

  /// Decodes the numbers of a later sample.
  abstract void readLater();
}
