package io.varve.chunk;

import static io.varve.chunk.HistogramFormat.FLAGS_POSITION;
import static io.varve.chunk.HistogramFormat.HEADER_LENGTH;
import static io.varve.chunk.HistogramFormat.MAX_SAMPLES;
import static io.varve.chunk.HistogramFormat.MAX_STAMPED_SAMPLES;
import static io.varve.chunk.HistogramFormat.RESET_SHIFT;

import io.varve.model.CounterReset;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import org.jspecify.annotations.Nullable;

/// What the encoders of both kinds of histograms have in common: which samples are in a chunk
/// together, and what its header says about counter resets. Decides as Prometheus 3.13 does, so
/// that the same samples give the same bytes.
///
/// A counter is refused, and begins the next chunk, if
///
/// - the chunk has gauges,
/// - it says itself that there was a counter reset, or its count or that of any bucket went down:
///   so no reader needs to look for resets within a chunk,
/// - the sample before is a stale marker and it is none,
/// - schema, zero threshold or custom bounds are others.
///
/// A gauge is refused if the chunk has counters, or for the last two reasons. A stale marker has no
/// buckets and fits wherever a counter or gauge does.
///
/// A sample with more buckets makes the chunk be written anew with these. One with fewer is given
/// empty ones if those it lacks were empty, or if it is a gauge; otherwise its counters were reset.
abstract sealed class NativeHistogramEncoder<H extends NativeHistogram> extends StartTimestampWriter
    permits HistogramEncoder, FloatHistogramEncoder {
  private static final int INITIAL_CAPACITY = 128;

  /// How a sample stands to the one before it.
  private enum Relation {
    FITS(CounterReset.NOT_RESET),
    RESET(CounterReset.RESET),
    /// A change that hides whether there was a reset.
    CHANGED(CounterReset.UNKNOWN),
    /// A counter after a gauge or the other way round.
    OTHER_TYPE(CounterReset.NOT_RESET);

    final CounterReset header;

    Relation(CounterReset header) {
      this.header = header;
    }
  }

  private final boolean stamped;
  private HistogramLayout layout = HistogramLayout.EMPTY;
  private long minTime;
  private long time;
  private long delta;

  /// What the header of the next chunk is to say, if a sample was refused.
  private @Nullable CounterReset refused;

  NativeHistogramEncoder(boolean startTimestamps) {
    super(INITIAL_CAPACITY - PUT_BYTES);
    stamped = startTimestamps;
    clear();
  }

  final boolean hasStartTimestamps() {
    return stamped;
  }

  public final void reset() {
    clear();
    refused = null;
  }

  private void clear() {
    setShort(0);
    resetStartTimestamp();
    position = HEADER_LENGTH * Byte.SIZE;
    delta = 0;
  }

  /// Adds a sample, if it fits into this chunk; always if it is the first.
  ///
  /// @param st start timestamp, milliseconds since the epoch; 0 if not known
  /// @param t milliseconds since the epoch
  /// @param histogram valid
  /// @throws IllegalStateException if the chunk has as many samples as its header can say
  public final ChunkAppend append(long st, long t, H histogram) {
    int count = sampleCount();
    if (count == 0) {
      startChunk(st, t, histogram, hint(histogram, CounterReset.UNKNOWN));
      return ChunkAppend.APPENDED;
    }
    if (count == (stamped ? MAX_STAMPED_SAMPLES : MAX_SAMPLES)) {
      throw new IllegalStateException("the chunk already has " + count + " samples");
    }
    boolean gauge = histogram.counterReset() == CounterReset.GAUGE;
    Relation relation = gauge ? relationOfGauge(histogram) : relationOfCounter(histogram);
    if (relation == Relation.FITS) {
      if (histogram.isStale()) {
        write(st, t, histogram);
        return ChunkAppend.APPENDED;
      }
      var positive = SpanUnion.of(layout.positive(), histogram.positiveSpans());
      var negative = SpanUnion.of(layout.negative(), histogram.negativeSpans());
      if (gauge || !lost(histogram, positive, negative)) {
        return put(st, t, histogram, positive, negative);
      }
      relation = Relation.RESET;
    }
    refused = gauge ? CounterReset.GAUGE : headerAfterRefusal(relation.header);
    return ChunkAppend.NEW_CHUNK;
  }

  /// Starts the next chunk of the same series with a sample, after {@link #append} refused it or
  /// because the chunk is to end here; {@link #reset} must not have been called between. The header
  /// says what is known about a counter reset between both chunks.
  ///
  /// @param st start timestamp, milliseconds since the epoch; 0 if not known
  /// @param t milliseconds since the epoch
  /// @param histogram valid
  public final void startNext(long st, long t, H histogram) {
    CounterReset header = refused;
    if (header == null) {
      boolean alone = sampleCount() == 0;
      CounterReset known =
          alone ? CounterReset.UNKNOWN : headerAfterCut(relationOfCut(histogram).header);
      header = hint(histogram, known);
    }
    startChunk(st, t, histogram, header);
  }

  /// What the histogram says itself goes before what was found out, but not where it was refused:
  /// there Prometheus says of a counter after gauges that it was not reset, whatever it says.
  private static CounterReset hint(NativeHistogram histogram, CounterReset known) {
    return switch (histogram.counterReset()) {
      case GAUGE -> CounterReset.GAUGE;
      case RESET -> CounterReset.RESET;
      case UNKNOWN, NOT_RESET -> known;
    };
  }

  private void startChunk(long st, long t, H histogram, CounterReset header) {
    clear();
    refused = null;
    write(st, t, histogram);
    setCounterReset(header);
  }

  private Relation relationOfCut(H histogram) {
    Relation relation = relationOfCounter(histogram);
    if (relation != Relation.FITS || histogram.isStale()) {
      return relation;
    }
    var positive = SpanUnion.of(layout.positive(), histogram.positiveSpans());
    var negative = SpanUnion.of(layout.negative(), histogram.negativeSpans());
    return lost(histogram, positive, negative) ? Relation.RESET : Relation.FITS;
  }

  private Relation relationOfCounter(H histogram) {
    if (counterReset() == CounterReset.GAUGE) {
      return Relation.OTHER_TYPE;
    }
    if (histogram.counterReset() == CounterReset.RESET) {
      return Relation.RESET;
    }
    if (histogram.isStale()) {
      return Relation.FITS;
    }
    if (isStale()) {
      return Relation.CHANGED;
    }
    if (countFell(histogram)) {
      return Relation.RESET;
    }
    if (!layout.hasBoundsOf(histogram)) {
      return Relation.CHANGED;
    }
    return !layout.hasCustomValuesOf(histogram) || zeroCountFell(histogram)
        ? Relation.RESET
        : Relation.FITS;
  }

  private Relation relationOfGauge(H histogram) {
    if (counterReset() != CounterReset.GAUGE) {
      return Relation.OTHER_TYPE;
    }
    if (histogram.isStale()) {
      return Relation.FITS;
    }
    return !isStale() && layout.hasBoundsOf(histogram) && layout.hasCustomValuesOf(histogram)
        ? Relation.FITS
        : Relation.CHANGED;
  }

  private ChunkAppend put(long st, long t, H histogram, SpanUnion positive, SpanUnion negative) {
    boolean widen = positive.secondLacks() || negative.secondLacks();
    if (!positive.firstLacks() && !negative.firstLacks()) {
      write(
          st,
          t,
          widen ? widen(histogram, layout, positive.second(), negative.second()) : histogram);
      return ChunkAppend.APPENDED;
    }
    // Prometheus leaves the spans of the sample as they are where it can, so that the bytes of the
    // chunk depend on that.
    boolean unite = widen && histogram.counterReset() == CounterReset.GAUGE;
    var wide =
        new HistogramLayout(
            layout.schema(),
            layout.zeroThreshold(),
            wideSpans(histogram.positiveSpans(), positive, unite),
            wideSpans(histogram.negativeSpans(), negative, unite),
            layout.customValues());
    H wideHistogram =
        widen ? widen(histogram, wide, positive.second(), negative.second()) : histogram;
    recode(wide, positive.first(), negative.first());
    write(st, t, wideHistogram);
    return ChunkAppend.RECODED;
  }

  private static Spans wideSpans(Spans own, SpanUnion union, boolean unite) {
    if (unite) {
      return SpanUnion.fewest(own, union);
    }
    return union.secondLacks() ? union.spans() : own;
  }

  private void recode(HistogramLayout wide, int[] positive, int[] negative) {
    CounterReset header = counterReset();
    var old = new ChunkBuffer();
    System.arraycopy(bytes, 0, old.prepare(encoding(), length()), 0, length());
    NativeHistogramCursor<H> cursor = cursor();
    cursor.reset(old, "open chunk", 0);
    clear();
    while (cursor.next()) {
      write(
          cursor.startTimestamp(),
          cursor.timestamp(),
          widen(cursor.exact(), wide, positive, negative));
    }
    setCounterReset(header);
  }

  /// Puts all samples of a chunk into this one, which has none: what goes on with it then goes on
  /// with that.
  ///
  /// @param origin what the chunk came from, for messages
  /// @throws io.varve.io.CorruptionException if it cannot be decoded
  final void resume(ChunkBuffer chunk, Object origin, long originOffset) {
    NativeHistogramCursor<H> cursor = cursor();
    cursor.reset(chunk, origin, originOffset);
    reset();
    while (cursor.next()) {
      write(cursor.startTimestamp(), cursor.timestamp(), cursor.exact());
    }
    int flags = chunk.bytes()[flagsPosition()] & 0xff;
    setCounterReset(HistogramFormat.counterReset(flags >>> RESET_SHIFT));
  }

  private void write(long st, long t, H histogram) {
    int count = sampleCount();
    long previous = time;
    H sample = histogram.isStale() ? stale() : histogram;
    time = t;
    if (count == 0) {
      layout = HistogramLayout.of(sample);
      layout.write(this);
      minTime = t;
      putVarbit(t);
      putFirst(sample);
    } else {
      long dod = t - previous - delta;
      delta += dod;
      putVarbit(dod);
      putLater(sample);
    }
    if (stamped) {
      putStartTimestamp(count, t, previous, st);
    }
    setSampleCount(count + 1);
  }

  // Between the header and the numbers.

  public final int sampleCount() {
    return stamped ? getShort() & MAX_STAMPED_SAMPLES : getShort();
  }

  private void setSampleCount(int count) {
    setShort(stamped ? (getShort() & ~MAX_STAMPED_SAMPLES) | count : count);
  }

  private CounterReset counterReset() {
    return HistogramFormat.counterReset((bytes[flagsPosition()] & 0xff) >>> RESET_SHIFT);
  }

  private void setCounterReset(CounterReset reset) {
    int at = flagsPosition();
    int others = bytes[at] & ((1 << RESET_SHIFT) - 1);
    bytes[at] = (byte) (HistogramFormat.bits(reset) << RESET_SHIFT | others);
  }

  private int flagsPosition() {
    return stamped ? 0 : FLAGS_POSITION;
  }

  public final long minTime() {
    requireSample();
    return minTime;
  }

  public final long lastTime() {
    requireSample();
    return time;
  }

  final void requireSample() {
    if (sampleCount() == 0) {
      throw new IllegalStateException("the chunk has no sample");
    }
  }

  final HistogramLayout layout() {
    return layout;
  }

  // What depends on the kind of the counts.

  abstract byte encoding();

  abstract H stale();

  /// Whether the newest sample is a stale marker.
  abstract boolean isStale();

  abstract boolean countFell(H histogram);

  abstract boolean zeroCountFell(H histogram);

  /// Whether a bucket has a lower count than in the newest sample, or is not there any more.
  abstract boolean lost(H histogram, SpanUnion positive, SpanUnion negative);

  /// The histogram with more buckets.
  ///
  /// @param positive where its buckets are among those of the layout; empty if they are the same
  abstract H widen(H histogram, HistogramLayout wide, int[] positive, int[] negative);

  abstract void putFirst(H histogram);

  abstract void putLater(H histogram);

  abstract NativeHistogramCursor<H> cursor();

  /// The header of a chunk that starts with a refused sample.
  abstract CounterReset headerAfterRefusal(CounterReset found);

  /// The header of a chunk that starts because the one before was full.
  abstract CounterReset headerAfterCut(CounterReset found);
}
