package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.chunk.ChunkVectors.Sample;
import io.varve.chunk.ChunkVectors.Series;
import io.varve.fixture.Property;
import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Against chunks that Prometheus wrote.
final class ChunkVectorsTest {
  private static final List<Series> ALL = ChunkVectors.read();

  @Test
  void haveChunksOfAllEncodingsThatTheyAreFor() {
    assertThat(ALL.stream().map(Series::encoding).distinct()).contains((byte) 2, (byte) 3);
    assertThat(ALL.stream().map(Series::encoding).distinct())
        .contains((byte) 4, (byte) 5, (byte) 6);
  }

  @Test
  void encodersWriteTheSameBytes() {
    for (Series series : ALL) {
      if (!series.reduced()) {
        assertThat(encode(series)).containsExactly(series.chunks().toArray(byte[][]::new));
      }
    }
  }

  private static List<byte[]> encode(Series series) {
    return switch (series.encoding()) {
      case ChunkEncoding.XOR2 -> encodeFloats(series);
      case ChunkEncoding.HISTOGRAM, ChunkEncoding.HISTOGRAM_ST ->
          encodeHistograms(series, new HistogramEncoder(isStamped(series)));
      default -> encodeHistograms(series, new FloatHistogramEncoder(isStamped(series)));
    };
  }

  private static boolean isStamped(Series series) {
    return series.encoding() >= ChunkEncoding.HISTOGRAM_ST;
  }

  private static List<byte[]> encodeFloats(Series series) {
    var encoder = new Xor2Encoder();
    for (Sample sample : series.samples()) {
      encoder.append(sample.st(), sample.t(), Double.longBitsToDouble(sample.valueBits()));
    }
    return List.of(encoder.toByteArray());
  }

  private static <H extends NativeHistogram> List<byte[]> encodeHistograms(
      Series series, NativeHistogramEncoder<H> encoder) {
    List<byte[]> chunks = new ArrayList<>();
    for (Sample sample : series.samples()) {
      @SuppressWarnings("unchecked") // the encoder is of the kind of the series
      var histogram = (H) sample.histogram();
      boolean next = sample.how() == 'c';
      if (!next) {
        ChunkAppend append = encoder.append(sample.st(), sample.t(), histogram);
        assertThat(append).isEqualTo(expected(sample.how()));
        next = append == ChunkAppend.NEW_CHUNK;
      }
      if (next) {
        if (encoder.sampleCount() > 0) {
          chunks.add(encoder.toByteArray());
        }
        encoder.startNext(sample.st(), sample.t(), histogram);
      }
    }
    chunks.add(encoder.toByteArray());
    return chunks;
  }

  private static ChunkAppend expected(char how) {
    return switch (how) {
      case 'n' -> ChunkAppend.NEW_CHUNK;
      case 'r' -> ChunkAppend.RECODED;
      default -> ChunkAppend.APPENDED;
    };
  }

  @Test
  void cursorReadsTheSamplesBack() {
    var cursor = new ChunkCursor();
    for (Series series : ALL) {
      if (!series.reduced()) {
        List<List<Sample>> chunks = series.perChunk();
        assertThat(chunks).hasSameSizeAs(series.chunks());
        for (int i = 0; i < chunks.size(); i++) {
          cursor.reset(buffer(series.encoding(), series.chunks().get(i)), "chunk", 0);
          assertReads(cursor, series, chunks.get(i));
        }
      }
    }
  }

  private static void assertReads(ChunkCursor cursor, Series series, List<Sample> samples) {
    assertThat(cursor.sampleCount()).isEqualTo(samples.size());
    boolean stamped = series.encoding() >= ChunkEncoding.XOR2;
    boolean gauge = samples.getFirst().histogram().counterReset() == CounterReset.GAUGE;
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.timestamp()).isEqualTo(sample.t());
      assertThat(cursor.startTimestamp()).isEqualTo(stamped ? sample.st() : 0);
      if (cursor.kind() == SampleKind.FLOAT) {
        assertThat(Double.doubleToRawLongBits(cursor.value())).isEqualTo(sample.valueBits());
        continue;
      }
      NativeHistogram read =
          cursor.kind() == SampleKind.HISTOGRAM ? cursor.histogram() : cursor.floatHistogram();
      assertThat(read).hasSameClassAs(sample.histogram());
      if (sample.histogram().isStale()) {
        assertThat(read)
            .isEqualTo(read instanceof Histogram ? Histogram.STALE : FloatHistogram.STALE);
        continue;
      }
      assertThat(Histograms.meaning(read)).isEqualTo(Histograms.meaning(sample.histogram()));
      assertThat(Histograms.meaning(cursor.floatHistogram())).isEqualTo(Histograms.meaning(read));
      CounterReset later = i == 0 ? CounterReset.UNKNOWN : CounterReset.NOT_RESET;
      assertThat(read.counterReset()).isEqualTo(gauge ? CounterReset.GAUGE : later);
    }
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void cursorReducesResolutionsThatAreTooHigh() {
    int reduced = 0;
    var cursor = new ChunkCursor();
    for (Series series : ALL) {
      if (series.reduced()) {
        reduced++;
        cursor.reset(buffer(series.encoding(), series.chunks().getFirst()), "chunk", 0);
        for (Sample sample : series.samples()) {
          assertThat(cursor.next()).isTrue();
          assertThat(cursor.timestamp()).isEqualTo(sample.t());
          assertThat(
                  cursor.kind() == SampleKind.HISTOGRAM
                      ? cursor.histogram()
                      : cursor.floatHistogram())
              .isEqualTo(sample.histogram());
        }
        assertThat(cursor.next()).isFalse();
      }
    }
    assertThat(reduced).isPositive();
  }

  /// Whatever is left of a chunk is right, then comes an error.
  @Test
  void truncatedChunksYieldWhatIsLeft() {
    for (int i = 0; i < ALL.size(); i += 3) {
      byte[] chunk = ALL.get(i).chunks().getFirst();
      Damage whole = Damage.read(ALL.get(i).encoding(), chunk);
      assertThat(whole.corrupt()).isFalse();
      for (int length = 0; length < chunk.length; length++) {
        Damage cut = Damage.read(ALL.get(i).encoding(), Arrays.copyOf(chunk, length));
        assertThat(cut.corrupt()).isTrue();
        assertThat(whole.samples().subList(0, cut.samples().size())).isEqualTo(cut.samples());
      }
    }
  }

  @Test
  void flippedBitsNeverDoWorseThanCorruption() {
    for (int i = 0; i < ALL.size(); i += 7) {
      byte[] chunk = ALL.get(i).chunks().getFirst();
      for (int bit = 0; bit < Math.min(chunk.length, 120) * Byte.SIZE; bit++) {
        byte[] damaged = chunk.clone();
        damaged[bit >>> 3] ^= (byte) (0x80 >>> (bit & 7));
        Damage read = Damage.read(ALL.get(i).encoding(), damaged);
        assertThat(read.buckets()).isLessThanOrEqualTo(chunk.length * Byte.SIZE);
      }
    }
  }

  @Test
  void randomBytesNeverDoWorseThanCorruption() {
    Property.forAll(
        30_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(80)];
          random.nextBytes(bytes);
          // Long runs of ones are the longest prefixes, of zeros the longest runs of samples.
          int from = random.nextInt(80);
          if (from < bytes.length) {
            Arrays.fill(bytes, from, bytes.length, (byte) (random.nextBoolean() ? 0xff : 0));
          }
          // A chunk must get behind its layout for the samples to be met.
          if (bytes.length > 3 && random.nextInt(4) > 0) {
            bytes[3] = (byte) random.nextInt(2);
          }
          Damage read = Damage.read((byte) random.nextInt(1, 7), bytes);
          assertThat(read.buckets()).isLessThanOrEqualTo(bytes.length * Byte.SIZE);
        });
  }

  static ChunkBuffer buffer(byte encoding, byte[] chunk) {
    var buffer = new ChunkBuffer();
    System.arraycopy(chunk, 0, buffer.prepare(encoding, chunk.length), 0, chunk.length);
    return buffer;
  }
}
