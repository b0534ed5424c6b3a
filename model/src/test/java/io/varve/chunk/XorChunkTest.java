package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.fixture.FloatSamples;
import io.varve.fixture.Property;
import io.varve.io.CorruptionException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class XorChunkTest {
  @Test
  void returnsWhatWasAppended() {
    Property.forAll(
        3000,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(300));

          assertThat(XorChunks.decode(XorChunks.encode(samples))).isEqualTo(samples);
        });
  }

  @Test
  void isAWholeChunkAfterEachAppend() {
    FloatSamples samples = FloatSamples.any(Property.random(), 300);
    var encoder = new XorEncoder();

    for (int i = 0; i < samples.size(); i++) {
      encoder.append(samples.times()[i], samples.value(i));

      byte[] chunk = encoder.toByteArray();
      assertThat(chunk).hasSize(encoder.length());
      assertThat(XorChunks.decode(chunk)).isEqualTo(samples.first(i + 1));
    }
  }

  @Test
  void knowsItsFirstAndLastSample() {
    Property.forAll(
        200,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(1, 20));
          var encoder = new XorEncoder();

          XorChunks.append(encoder, samples, 0);

          int last = samples.size() - 1;
          assertThat(encoder.sampleCount()).isEqualTo(samples.size());
          assertThat(encoder.minTime()).isEqualTo(samples.times()[0]);
          assertThat(encoder.lastTime()).isEqualTo(samples.times()[last]);
          assertThat(encoder.lastValueBits()).isEqualTo(samples.valueBits()[last]);
        });
  }

  @Test
  void hasNoLastSampleWhenEmpty() {
    var encoder = new XorEncoder();

    assertThat(encoder.sampleCount()).isZero();
    assertThat(encoder.length()).isEqualTo(2);
    assertThatIllegalStateException().isThrownBy(encoder::minTime);
    assertThatIllegalStateException().isThrownBy(encoder::lastTime);
    assertThatIllegalStateException().isThrownBy(encoder::lastValueBits);
  }

  @Test
  void takes65535SamplesAndNoMore() {
    var encoder = new XorEncoder();
    for (int i = 0; i < 65_535; i++) {
      encoder.append(i, i);
    }

    assertThatIllegalStateException().isThrownBy(() -> encoder.append(65_535, 0));
    FloatSamples samples = XorChunks.decode(encoder.toByteArray());
    assertThat(samples.size()).isEqualTo(65_535);
    assertThat(samples.value(65_534)).isEqualTo(65_534);
  }

  @Test
  void startsOverInTheSameMemory() {
    Property.forAll(
        300,
        random -> {
          FloatSamples first = FloatSamples.any(random, random.nextInt(100));
          FloatSamples second = FloatSamples.any(random, random.nextInt(100));
          var encoder = new XorEncoder();
          XorChunks.append(encoder, first, 0);

          encoder.reset();
          XorChunks.append(encoder, second, 0);

          assertThat(encoder.toByteArray()).isEqualTo(XorChunks.encode(second));
        });
  }

  @Test
  void takesManySamplesAtOnceAsOneByOne() {
    Property.forAll(
        3000,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(300));
          double[] values = new double[samples.size()];
          Arrays.setAll(values, samples::value);
          var encoder = new XorEncoder(random.nextInt(100));
          XorChunks.append(encoder, FloatSamples.any(random, random.nextInt(100)), 0);
          encoder.reset();

          int to = 0;
          while (to < samples.size()) {
            int from = to;
            to += random.nextInt(1, samples.size() - from + 1);
            encoder.append(samples.times(), values, from, to);
            assertThat(encoder.toByteArray()).isEqualTo(XorChunks.encode(samples.first(to)));
          }
        });
  }

  @Test
  void takesNoneOfTooMany() {
    var encoder = new XorEncoder();
    encoder.append(1, 1);

    assertThatIllegalStateException()
        .isThrownBy(() -> encoder.append(new long[65535], new double[65535], 0, 65535));
    assertThat(encoder.sampleCount()).isEqualTo(1);
    encoder.append(new long[65535], new double[65535], 1, 65535);
    assertThat(encoder.sampleCount()).isEqualTo(65535);
  }

  @Test
  void growsFromAnyCapacity() {
    FloatSamples samples = FloatSamples.extreme(Property.random(), 200);
    byte[] chunk = XorChunks.encode(samples);
    assertThat(chunk).hasSizeGreaterThan(1200);

    for (int capacity = 0; capacity < 1100; capacity++) {
      var encoder = new XorEncoder(capacity);
      XorChunks.append(encoder, samples, 0);
      assertThat(encoder.toByteArray()).isEqualTo(chunk);
    }
  }

  @Test
  void resumesWhereAChunkEnds() {
    Property.forAll(
        1000,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(200));
          int cut = random.nextInt(samples.size() + 1);
          byte[] begun = XorChunks.encode(samples.first(cut));

          XorEncoder encoder = XorEncoder.resume(XorChunks.buffer(begun), "chunk", 0);
          assertThat(encoder.toByteArray()).isEqualTo(begun);
          XorChunks.append(encoder, samples, cut);

          assertThat(encoder.toByteArray()).isEqualTo(XorChunks.encode(samples));
        });
  }

  @Test
  void resumesAChunkWithAZeroByteTooMany() {
    FloatSamples samples = FloatSamples.regular(1, 2, 3, 4);
    byte[] begun = XorChunks.encode(samples.first(2));

    XorEncoder encoder =
        XorEncoder.resume(XorChunks.buffer(Arrays.copyOf(begun, begun.length + 1)), "chunk", 0);
    XorChunks.append(encoder, samples, 2);

    assertThat(encoder.toByteArray()).isEqualTo(XorChunks.encode(samples));
  }

  @Test
  void copiesIntoABuffer() {
    FloatSamples samples = FloatSamples.regular(1, 2, 3);
    var encoder = new XorEncoder();
    XorChunks.append(encoder, samples, 0);
    var buffer = new ChunkBuffer();

    encoder.copyTo(buffer);

    assertThat(buffer.encoding()).isEqualTo(ChunkEncoding.XOR);
    assertThat(Arrays.copyOf(buffer.bytes(), buffer.length())).isEqualTo(encoder.toByteArray());
  }

  @Test
  void seeksForwardOnly() {
    var cursor = new XorCursor();
    cursor.reset(XorChunks.buffer(XorChunks.encode(FloatSamples.regular(1, 2, 3, 4))), "c", 0);

    assertThat(cursor.seek(16_000)).isTrue();
    assertThat(cursor.timestamp()).isEqualTo(16_000);
    assertThat(cursor.seek(0)).isTrue();
    assertThat(cursor.timestamp()).isEqualTo(16_000);
    assertThat(cursor.seek(16_001)).isTrue();
    assertThat(cursor.value()).isEqualTo(3);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.value()).isEqualTo(4);
    assertThat(cursor.seek(46_001)).isFalse();
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.seek(0)).isFalse();
  }

  @Test
  void seeksAcrossBatches() {
    FloatSamples samples = FloatSamples.counter(Property.random(), 1000);
    var cursor = new XorCursor();
    cursor.reset(XorChunks.buffer(XorChunks.encode(samples)), "c", 0);

    for (int i = 7; i < samples.size(); i += 61) {
      assertThat(cursor.seek(samples.times()[i] - 1)).isTrue();
      assertThat(cursor.timestamp()).isEqualTo(samples.times()[i]);
    }
    assertThat(cursor.seek(Long.MAX_VALUE)).isFalse();
  }

  @Test
  void anEmptyChunkHasNoSamples() {
    assertThat(XorChunks.decode(new byte[2]).size()).isZero();
    assertThat(XorChunks.decode(new byte[] {0, 0, 1, 2, 3}).size()).isZero();
  }

  @Test
  void refusesAChunkWithoutHeader() {
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> XorChunks.decode(new byte[1]))
        .withMessageContaining("1 bytes long");
  }

  @Test
  void refusesAnotherEncoding() {
    var buffer = new ChunkBuffer();
    buffer.prepare((byte) 2, 10);

    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> new XorCursor().reset(buffer, "c", 0))
        .withMessageContaining("encoding 2");
  }

  @Test
  void namesTheOriginOfADamagedChunk() {
    byte[] chunk = XorChunks.encode(FloatSamples.regular(1, 2, 3));
    var cursor = new XorCursor();
    cursor.reset(XorChunks.buffer(Arrays.copyOf(chunk, 13)), "chunks/000001", 5000);

    assertThat(cursor.next()).isTrue();
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(cursor::next)
        .withMessage("chunks/000001 at offset 5013: sample 2 of 3 is damaged or cut short");
    assertThatExceptionOfType(CorruptionException.class).isThrownBy(cursor::next);
  }

  /// A cut chunk yields the samples that are whole, then fails.
  @Test
  void truncatedChunksYieldWhatIsLeft() {
    Property.forAll(
        100,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(1, 60));
          byte[] chunk = XorChunks.encode(samples);
          for (int length = 2; length < chunk.length; length++) {
            assertPrefix(Arrays.copyOf(chunk, length), samples);
          }
        });
  }

  private static void assertPrefix(byte[] cut, FloatSamples samples) {
    var cursor = new XorCursor();
    cursor.reset(XorChunks.buffer(cut), "chunk", 0);
    int read = 0;
    try {
      for (; cursor.next(); read++) {
        assertThat(cursor.timestamp()).isEqualTo(samples.times()[read]);
        assertThat(Double.doubleToRawLongBits(cursor.value())).isEqualTo(samples.valueBits()[read]);
      }
    } catch (CorruptionException e) {
      assertThat(read).isLessThan(samples.size());
      assertThat(e.offset()).isBetween(2L, (long) cut.length);
      return;
    }
    throw new AssertionError("a chunk cut to " + cut.length + " bytes was read to its end");
  }

  @Test
  void flippedBitsNeverDoWorseThanCorruption() {
    Property.forAll(
        20,
        random -> {
          byte[] chunk = XorChunks.encode(FloatSamples.any(random, random.nextInt(1, 40)));
          for (int bit = 0; bit < chunk.length * 8; bit++) {
            byte[] damaged = chunk.clone();
            damaged[bit >>> 3] ^= (byte) (0x80 >>> (bit & 7));
            assertReadsOrReportsCorruption(damaged);
          }
        });
  }

  @Test
  void randomBytesNeverDoWorseThanCorruption() {
    Property.forAll(
        20_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(60)];
          random.nextBytes(bytes);
          // Long runs of ones are the longest prefixes, of zeros the longest runs of samples.
          if (bytes.length > 10 && random.nextBoolean()) {
            Arrays.fill(bytes, 10, bytes.length, (byte) (random.nextBoolean() ? 0xff : 0));
          }
          assertReadsOrReportsCorruption(bytes);
        });
  }

  private static void assertReadsOrReportsCorruption(byte[] bytes) {
    try {
      FloatSamples samples = XorChunks.decode(bytes);
      assertThat(samples.size()).isEqualTo((bytes[0] & 0xff) << 8 | (bytes[1] & 0xff));
    } catch (CorruptionException e) {
      assertThat(e.file()).isEqualTo("chunk");
    }
  }
}
