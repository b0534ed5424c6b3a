package io.varve.chunk;

import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.SampleValue;
import java.util.Arrays;

/// Writes one chunk of native histograms with whole counts, see {@link HistogramFormat}, sample by
/// sample. Between two appends its bytes are a whole chunk.
///
/// Confined to one thread, or guarded by the lock of its series.
public final class HistogramEncoder extends NativeHistogramEncoder<Histogram>
    implements ChunkEncoder {
  private static final long[] NONE = {};

  private final short[] sumWindow = new short[1];
  private long count;
  private long zeroCount;
  private long countDelta;
  private long zeroCountDelta;
  private long sumBits;

  /// As in {@link Histogram}, positive ones and then negative ones.
  private long[] buckets = NONE;

  private long[] bucketDeltas = NONE;

  /// @param startTimestamps whether to write them, in the encoding that has them
  public HistogramEncoder(boolean startTimestamps) {
    super(startTimestamps);
  }

  @Override
  public byte encoding() {
    return hasStartTimestamps() ? ChunkEncoding.HISTOGRAM_ST : ChunkEncoding.HISTOGRAM;
  }

  /// The newest sample, with buckets for all of the chunk; there must be one. Says nothing about
  /// counter resets.
  public Histogram last() {
    requireSample();
    if (isStale()) {
      return Histogram.STALE;
    }
    HistogramLayout layout = layout();
    int positive = layout.positive().buckets();
    return new Histogram(
        CounterReset.UNKNOWN,
        layout.schema(),
        layout.zeroThreshold(),
        zeroCount,
        count,
        Double.longBitsToDouble(sumBits),
        layout.positive(),
        layout.negative(),
        Arrays.copyOf(buckets, positive),
        Arrays.copyOfRange(buckets, positive, buckets.length),
        layout.customValues());
  }

  @Override
  Histogram stale() {
    return Histogram.STALE;
  }

  @Override
  boolean isStale() {
    return sumBits == SampleValue.STALE_NAN_BITS;
  }

  @Override
  boolean countFell(Histogram histogram) {
    return Long.compareUnsigned(histogram.count(), count) < 0;
  }

  @Override
  boolean zeroCountFell(Histogram histogram) {
    return Long.compareUnsigned(histogram.zeroCount(), zeroCount) < 0;
  }

  @Override
  boolean lost(Histogram histogram, SpanUnion positive, SpanUnion negative) {
    int from = layout().positive().buckets();
    return lost(buckets, 0, from, histogram.positiveBuckets(), positive)
        || lost(buckets, from, buckets.length, histogram.negativeBuckets(), negative);
  }

  private static boolean lost(long[] old, int from, int to, long[] present, SpanUnion union) {
    int[] first = union.first();
    int[] second = union.second();
    boolean inPlace = first.length == 0 && second.length == 0;
    long oldCount = 0;
    long count = 0;
    int at = 0;
    for (int i = from; i < to; i++) {
      oldCount += old[i];
      int place = inPlace ? i - from : first[i - from];
      while (at < present.length && (inPlace ? at : second[at]) < place) {
        count += present[at++];
      }
      long now = 0;
      if (at < present.length && (inPlace ? at : second[at]) == place) {
        count += present[at++];
        now = count;
      } else if (oldCount != 0) {
        return true;
      }
      if (oldCount > now) {
        return true;
      }
    }
    return false;
  }

  @Override
  Histogram widen(Histogram histogram, HistogramLayout wide, int[] positive, int[] negative) {
    return new Histogram(
        histogram.counterReset(),
        wide.schema(),
        wide.zeroThreshold(),
        histogram.zeroCount(),
        histogram.count(),
        histogram.sum(),
        wide.positive(),
        wide.negative(),
        widen(histogram.positiveBuckets(), positive, wide.positive().buckets()),
        widen(histogram.negativeBuckets(), negative, wide.negative().buckets()),
        wide.customValues());
  }

  /// Puts empty buckets between: one is down to zero from the count before, and the next one of old
  /// is up from zero.
  private static long[] widen(long[] deltas, int[] places, int size) {
    if (places.length == 0 && deltas.length > 0) {
      return deltas;
    }
    long[] wide = new long[size];
    long count = 0;
    long before = 0;
    int at = 0;
    for (int place = 0; place < size; place++) {
      long now = 0;
      if (at < places.length && places[at] == place) {
        count += deltas[at++];
        now = count;
      }
      wide[place] = now - before;
      before = now;
    }
    return wide;
  }

  @Override
  void putFirst(Histogram histogram) {
    count = histogram.count();
    zeroCount = histogram.zeroCount();
    countDelta = 0;
    zeroCountDelta = 0;
    sumBits = Double.doubleToRawLongBits(histogram.sum());
    sumWindow[0] = NO_WINDOW;
    int size = layout().buckets();
    if (size == buckets.length) {
      Arrays.fill(bucketDeltas, 0);
    } else {
      buckets = new long[size];
      bucketDeltas = new long[size];
    }
    putUvarbit(count);
    putUvarbit(zeroCount);
    put(sumBits, Long.SIZE);
    int at = putBuckets(histogram.positiveBuckets(), 0);
    putBuckets(histogram.negativeBuckets(), at);
  }

  private int putBuckets(long[] from, int at) {
    for (long bucket : from) {
      putVarbit(bucket);
      buckets[at++] = bucket;
    }
    return at;
  }

  @Override
  void putLater(Histogram histogram) {
    long bits = Double.doubleToRawLongBits(histogram.sum());
    if (histogram.isStale()) {
      putVarbit(0);
      putVarbit(0);
    } else {
      long countDod = histogram.count() - count - countDelta;
      long zeroCountDod = histogram.zeroCount() - zeroCount - zeroCountDelta;
      putVarbit(countDod);
      putVarbit(zeroCountDod);
      countDelta += countDod;
      zeroCountDelta += zeroCountDod;
      count = histogram.count();
      zeroCount = histogram.zeroCount();
    }
    putChange(bits ^ sumBits, sumWindow, 0);
    sumBits = bits;
    int at = putBucketDods(histogram.positiveBuckets(), 0);
    putBucketDods(histogram.negativeBuckets(), at);
  }

  private int putBucketDods(long[] from, int at) {
    for (long bucket : from) {
      long dod = bucket - buckets[at] - bucketDeltas[at];
      putVarbit(dod);
      bucketDeltas[at] += dod;
      buckets[at++] = bucket;
    }
    return at;
  }

  @Override
  NativeHistogramCursor<Histogram> cursor() {
    return new HistogramCursor();
  }

  @Override
  CounterReset headerAfterRefusal(CounterReset found) {
    return found;
  }

  @Override
  CounterReset headerAfterCut(CounterReset found) {
    return found;
  }
}
