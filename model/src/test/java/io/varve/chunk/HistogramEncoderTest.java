package io.varve.chunk;

import static io.varve.chunk.ChunkAppend.APPENDED;
import static io.varve.chunk.ChunkAppend.NEW_CHUNK;
import static io.varve.chunk.ChunkAppend.RECODED;
import static io.varve.chunk.Histograms.counter;
import static io.varve.chunk.Histograms.counts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import org.junit.jupiter.api.Test;

final class HistogramEncoderTest {
  private static final int[] ONE_SPAN = {0, 2};

  private final HistogramEncoder encoder = new HistogramEncoder(false);

  @Test
  void hasNoSampleWhenNew() {
    assertThat(encoder.sampleCount()).isZero();
    assertThat(encoder.length()).isEqualTo(3);
    assertThatIllegalStateException().isThrownBy(encoder::minTime);
    assertThatIllegalStateException().isThrownBy(encoder::lastTime);
    assertThatIllegalStateException().isThrownBy(encoder::last);
  }

  @Test
  void knowsItsFirstAndLastSample() {
    encoder.append(0, 1000, counter(ONE_SPAN, 1, 2));
    encoder.append(0, 2000, counter(ONE_SPAN, 3, 3));

    assertThat(encoder.encoding()).isEqualTo(ChunkEncoding.HISTOGRAM);
    assertThat(encoder.sampleCount()).isEqualTo(2);
    assertThat(encoder.minTime()).isEqualTo(1000);
    assertThat(encoder.lastTime()).isEqualTo(2000);
    assertThat(encoder.last()).isEqualTo(counter(ONE_SPAN, 3, 3));
  }

  @Test
  void writesTheChunkAnewForBucketsItLacks() {
    encoder.append(0, 1000, counter(ONE_SPAN, 1, 2));

    assertThat(encoder.append(0, 2000, counter(new int[] {0, 2, 3, 1}, 1, 2, 7)))
        .isEqualTo(RECODED);

    var cursor = new ChunkCursor();
    cursor.reset(chunk(), "chunk", 0);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.histogram().positiveBuckets()).containsExactly(1, 1, -2);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.histogram().positiveBuckets()).containsExactly(1, 1, 5);
  }

  @Test
  void givesEmptyBucketsToASampleThatLacksThem() {
    encoder.append(0, 1000, counter(new int[] {0, 3}, 1, 0, 2));

    assertThat(encoder.append(0, 2000, counter(new int[] {0, 1, 1, 1}, 1, 3))).isEqualTo(APPENDED);

    assertThat(encoder.last()).isEqualTo(counter(new int[] {0, 3}, 1, 0, 3));
  }

  @Test
  void aBucketThatIsGoneIsAReset() {
    encoder.append(0, 1000, counter(new int[] {0, 3}, 1, 1, 2));

    assertThat(encoder.append(0, 2000, counter(new int[] {0, 1, 1, 1}, 9, 9))).isEqualTo(NEW_CHUNK);
    assertThat(encoder.sampleCount()).isEqualTo(1);
    encoder.startNext(0, 2000, counter(new int[] {0, 1, 1, 1}, 9, 9));

    assertThat(header()).isEqualTo(CounterReset.RESET);
    assertThat(encoder.sampleCount()).isEqualTo(1);
    assertThat(encoder.minTime()).isEqualTo(2000);
  }

  @Test
  void aBucketThatCountsLessIsAReset() {
    encoder.append(0, 1000, counter(ONE_SPAN, 5, 5));

    assertThat(encoder.append(0, 2000, counter(ONE_SPAN, 100, 4))).isEqualTo(NEW_CHUNK);
  }

  @Test
  void theHeaderOfAChunkThatWasCutSaysThatThereWasNoReset() {
    encoder.append(0, 1000, counter(ONE_SPAN, 1, 1));
    encoder.startNext(0, 2000, counter(ONE_SPAN, 2, 2));
    assertThat(header()).isEqualTo(CounterReset.NOT_RESET);

    encoder.startNext(0, 3000, counter(ONE_SPAN, 1, 2));
    assertThat(header()).isEqualTo(CounterReset.RESET);

    encoder.reset();
    encoder.startNext(0, 4000, counter(ONE_SPAN, 1, 2));
    assertThat(header()).isEqualTo(CounterReset.UNKNOWN);
  }

  @Test
  void aHintOfAResetBeginsAChunk() {
    Histogram reset = counts(CounterReset.RESET, ONE_SPAN, 5, 5);
    encoder.append(0, 1000, reset);
    assertThat(header()).isEqualTo(CounterReset.RESET);

    assertThat(encoder.append(0, 2000, reset)).isEqualTo(NEW_CHUNK);
  }

  @Test
  void gaugesGoUpAndDown() {
    encoder.append(0, 1000, counts(CounterReset.GAUGE, ONE_SPAN, 5, 5));
    assertThat(header()).isEqualTo(CounterReset.GAUGE);

    assertThat(encoder.append(0, 2000, counts(CounterReset.GAUGE, ONE_SPAN, 1, 9)))
        .isEqualTo(APPENDED);
    assertThat(encoder.append(0, 3000, counts(CounterReset.GAUGE, new int[] {5, 1}, 1)))
        .isEqualTo(RECODED);
    assertThat(encoder.last()).isEqualTo(counter(new int[] {0, 2, 3, 1}, 0, 0, 1));
  }

  @Test
  void countersAfterGaugesAreSaidNotToBeReset() {
    encoder.append(0, 1000, counts(CounterReset.GAUGE, ONE_SPAN, 5, 5));
    Histogram reset = counts(CounterReset.RESET, ONE_SPAN, 1, 1);

    assertThat(encoder.append(0, 2000, reset)).isEqualTo(NEW_CHUNK);
    encoder.startNext(0, 2000, reset);

    assertThat(header()).isEqualTo(CounterReset.NOT_RESET);
  }

  @Test
  void gaugesAndCountersAreNotInOneChunk() {
    encoder.append(0, 1000, counter(ONE_SPAN, 5, 5));
    Histogram gauge = counts(CounterReset.GAUGE, ONE_SPAN, 5, 5);

    assertThat(encoder.append(0, 2000, gauge)).isEqualTo(NEW_CHUNK);
    encoder.startNext(0, 2000, gauge);
    assertThat(header()).isEqualTo(CounterReset.GAUGE);
  }

  @Test
  void onlyStaleMarkersFollowOne() {
    encoder.append(0, 1000, counter(ONE_SPAN, 5, 5));

    assertThat(encoder.append(0, 2000, Histogram.STALE)).isEqualTo(APPENDED);
    assertThat(encoder.append(0, 3000, Histogram.STALE)).isEqualTo(APPENDED);
    assertThat(encoder.last()).isSameAs(Histogram.STALE);
    assertThat(encoder.append(0, 4000, counter(ONE_SPAN, 5, 5))).isEqualTo(NEW_CHUNK);
    encoder.startNext(0, 4000, counter(ONE_SPAN, 5, 5));
    assertThat(header()).isEqualTo(CounterReset.UNKNOWN);
  }

  @Test
  void countsAreUnsigned() {
    long most = -1;
    encoder.append(0, 1000, zeros(most - 1));
    assertThat(encoder.append(0, 2000, zeros(most))).isEqualTo(APPENDED);
    assertThat(encoder.append(0, 3000, zeros(5))).isEqualTo(NEW_CHUNK);

    var cursor = new ChunkCursor();
    cursor.reset(chunk(), "chunk", 0);
    assertThat(cursor.seek(2000)).isTrue();
    assertThat(cursor.histogram().count()).isEqualTo(most);
    assertThat(cursor.floatHistogram().zeroCount()).isEqualTo(0x1p64);
  }

  private static Histogram zeros(long count) {
    Histogram none = counter(new int[0]);
    return new Histogram(
        CounterReset.UNKNOWN,
        0,
        1e-3,
        count,
        count,
        0,
        none.positiveSpans(),
        none.negativeSpans(),
        none.positiveBuckets(),
        none.negativeBuckets(),
        none.customValues());
  }

  @Test
  void takesAsManySamplesAsTheHeaderCanSay() {
    var stamped = new HistogramEncoder(true);
    for (int i = 0; i < 16_383; i++) {
      stamped.append(0, i, zeros(1));
    }

    assertThat(stamped.sampleCount()).isEqualTo(16_383);
    assertThatIllegalStateException().isThrownBy(() -> stamped.append(0, 20_000, zeros(1)));
  }

  @Test
  void dropsStartTimestampsIfNotAskedForThem() {
    var with = new HistogramEncoder(false);
    with.append(500, 1000, counter(ONE_SPAN, 1, 1));
    encoder.append(0, 1000, counter(ONE_SPAN, 1, 1));

    assertThat(with.toByteArray()).isEqualTo(encoder.toByteArray());
  }

  @Test
  void startsOverInTheSameMemory() {
    var used = new HistogramEncoder(true);
    used.append(7, 1000, counter(new int[] {0, 9}, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    used.append(8, 2000, counter(new int[] {0, 9}, 1, 2, 3, 4, 5, 6, 7, 8, 99));
    used.reset();
    var fresh = new HistogramEncoder(true);
    for (HistogramEncoder to : new HistogramEncoder[] {used, fresh}) {
      to.append(1, 3000, counter(ONE_SPAN, 1, 1));
      to.append(2, 4000, counter(ONE_SPAN, 2, 3));
    }

    assertThat(used.toByteArray()).isEqualTo(fresh.toByteArray());
  }

  @Test
  void floatsSayLessOfAResetAfterARefusalAndMoreAfterACut() {
    var floats = new FloatHistogramEncoder(false);
    FloatHistogram one = counter(ONE_SPAN, 5, 5).toFloat();
    FloatHistogram gauge = one.withCounterReset(CounterReset.GAUGE);
    floats.append(0, 1000, gauge);

    assertThat(floats.append(0, 2000, one)).isEqualTo(NEW_CHUNK);
    floats.startNext(0, 2000, one);
    assertThat(header(floats)).isEqualTo(CounterReset.UNKNOWN);

    floats.startNext(0, 3000, gauge);
    floats.startNext(0, 4000, one);
    assertThat(header(floats)).isEqualTo(CounterReset.NOT_RESET);
    assertThat(floats.last()).isEqualTo(one);
  }

  private CounterReset header() {
    return header(encoder);
  }

  private static CounterReset header(ChunkEncoder of) {
    return HistogramFormat.counterReset((of.bytes()[2] & 0xff) >>> 6);
  }

  private ChunkBuffer chunk() {
    var buffer = new ChunkBuffer();
    encoder.copyTo(buffer);
    return buffer;
  }
}
