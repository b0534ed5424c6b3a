package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.fixture.FloatSamples;
import io.varve.fixture.Property;
import io.varve.io.CorruptionException;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class Xor2ChunkTest {
  @Test
  void returnsWhatWasAppended() {
    var encoder = new Xor2Encoder();
    var cursor = new ChunkCursor();
    var buffer = new ChunkBuffer();
    Property.forAll(
        2000,
        random -> {
          FloatSamples samples = FloatSamples.any(random, random.nextInt(300));
          long[] starts = starts(random, samples);
          encoder.reset();
          for (int i = 0; i < samples.size(); i++) {
            encoder.append(starts[i], samples.times()[i], samples.value(i));
          }

          encoder.copyTo(buffer);
          cursor.reset(buffer, "chunk", 0);

          assertThat(cursor.sampleCount()).isEqualTo(samples.size());
          for (int i = 0; cursor.next(); i++) {
            assertThat(cursor.timestamp()).isEqualTo(samples.times()[i]);
            assertThat(cursor.startTimestamp()).isEqualTo(starts[i]);
            assertThat(Double.doubleToRawLongBits(cursor.value()))
                .isEqualTo(samples.valueBits()[i]);
          }
        });
  }

  private static long[] starts(RandomGenerator random, FloatSamples samples) {
    long[] starts = new long[samples.size()];
    int mode = random.nextInt(4);
    for (int i = 1; i < starts.length; i++) {
      starts[i] =
          switch (mode) {
            case 0 -> 0;
            case 1 -> samples.times()[i - 1];
            case 2 -> random.nextInt(50) == 0 ? random.nextLong() : starts[i - 1];
            default -> i < 130 ? 0 : samples.times()[i] - random.nextInt(1000);
          };
    }
    return starts;
  }

  @Test
  void knowsItsFirstAndLastSample() {
    var encoder = new Xor2Encoder();
    assertThat(encoder.length()).isEqualTo(3);
    assertThatIllegalStateException().isThrownBy(encoder::minTime);
    assertThatIllegalStateException().isThrownBy(encoder::lastTime);
    assertThatIllegalStateException().isThrownBy(encoder::lastValueBits);

    encoder.append(0, -5, 1);
    encoder.append(0, 10, 2);

    assertThat(encoder.minTime()).isEqualTo(-5);
    assertThat(encoder.lastTime()).isEqualTo(10);
    assertThat(encoder.lastValueBits()).isEqualTo(Double.doubleToRawLongBits(2));
  }

  @Test
  void takes65535SamplesAndNoMore() {
    var encoder = new Xor2Encoder();
    for (int i = 0; i < 65_535; i++) {
      encoder.append(0, i, i);
    }

    assertThat(encoder.sampleCount()).isEqualTo(65_535);
    assertThatIllegalStateException().isThrownBy(() -> encoder.append(0, 65_535, 0));
  }

  @Test
  void cursorSeeksForwardOnly() {
    var encoder = new Xor2Encoder();
    for (int i = 0; i < 10; i++) {
      encoder.append(0, i * 10L, i);
    }
    var buffer = new ChunkBuffer();
    encoder.copyTo(buffer);
    var cursor = new ChunkCursor();
    cursor.reset(buffer, "chunk", 0);

    assertThat(cursor.seek(41)).isTrue();
    assertThat(cursor.timestamp()).isEqualTo(50);
    assertThat(cursor.seek(0)).isTrue();
    assertThat(cursor.value()).isEqualTo(5);
    assertThat(cursor.seek(91)).isFalse();
    assertThat(cursor.seek(0)).isFalse();
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void cursorNamesTheOriginOfADamagedChunk() {
    var encoder = new Xor2Encoder();
    encoder.append(0, 1, 1);
    encoder.append(0, 2, 1);
    var buffer = new ChunkBuffer();
    byte[] target = buffer.prepare(ChunkEncoding.XOR2, encoder.length() - 1);
    System.arraycopy(encoder.bytes(), 0, target, 0, encoder.length() - 1);
    var cursor = new ChunkCursor();
    cursor.reset(buffer, "chunks/000001", 5000);

    assertThat(cursor.next()).isTrue();
    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(CorruptionException.class)
          .isThrownBy(cursor::next)
          .withMessage("chunks/000001 at offset 5013: sample 2 of 2 is damaged or cut short");
    }
  }

  @Test
  void cursorRefusesUnknownEncodings() {
    var cursor = new ChunkCursor();
    for (byte encoding : new byte[] {0, 7, -1}) {
      var buffer = new ChunkBuffer();
      buffer.prepare(encoding, 10);
      assertThatExceptionOfType(CorruptionException.class)
          .isThrownBy(() -> cursor.reset(buffer, "chunk", 0))
          .withMessageContaining("unknown encoding " + encoding);
    }
  }
}
