package io.varve.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.io.CorruptionException;
import io.varve.model.HistogramSchema;
import io.varve.model.Spans;
import org.junit.jupiter.api.Test;

final class HistogramLayoutTest {
  private static final double[] NO_VALUES = {};

  @Test
  void refusesMoreSpansThanThereAreBitsFor() {
    var out = new Xor2Encoder();
    out.put(0, Byte.SIZE);
    out.putVarbit(0);
    out.putUvarbit(1000);

    assertCorrupt(out, "cannot have 1000 spans");
  }

  @Test
  void refusesMoreBucketsThanThereAreBitsFor() {
    for (long length : new long[] {70, 1L << 32, -1}) {
      var out = new Xor2Encoder();
      out.put(0, Byte.SIZE);
      out.putVarbit(0);
      out.putUvarbit(1);
      out.putUvarbit(length);
      out.putVarbit(0);
      out.put(0, Long.SIZE);

      assertCorrupt(out, "cannot have " + Long.toUnsignedString(length) + " buckets");
    }
  }

  @Test
  void refusesUnknownSchemas() {
    for (long schema : new long[] {-10, 53, -54, 1L << 40}) {
      var out = new Xor2Encoder();
      out.put(0, Byte.SIZE);
      out.putVarbit(schema);
      out.put(0, 10);

      assertCorrupt(out, "unknown schema " + schema);
    }
  }

  private static void assertCorrupt(Xor2Encoder out, String what) {
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> HistogramLayout.read(reader(out), 1))
        .withMessageContaining(what);
  }

  @Test
  void commonThresholdsTakeAByte() {
    assertThat(bits(0, NO_VALUES)).isEqualTo(8);
    assertThat(bits(0x1p-128, NO_VALUES)).isEqualTo(8);
    assertThat(bits(0x1p-243, NO_VALUES)).isEqualTo(8);
    assertThat(bits(0x1p10, NO_VALUES)).isEqualTo(8);
    assertThat(bits(0x1p-244, NO_VALUES)).isEqualTo(72);
    assertThat(bits(0x1p11, NO_VALUES)).isEqualTo(72);
    assertThat(bits(0x1.8p0, NO_VALUES)).isEqualTo(72);
    assertThat(bits(Double.MIN_VALUE, NO_VALUES)).isEqualTo(72);
    assertThat(bits(-1, NO_VALUES)).isEqualTo(72);
    assertThat(bits(Double.NaN, NO_VALUES)).isEqualTo(72);
  }

  @Test
  void boundsOfThousandthsAreShort() {
    // The threshold takes 8 bits, the number of bounds 5.
    assertThat(bits(0, 0.005)).isEqualTo(8 + 5 + 5);
    assertThat(bits(0, 33_554.430)).isEqualTo(8 + 5 + 32);
    assertThat(bits(0, 33_554.431)).isEqualTo(8 + 5 + 65);
    assertThat(bits(0, -0.005)).isEqualTo(8 + 5 + 65);
    assertThat(bits(0, 0.0005)).isEqualTo(8 + 5 + 65);
    assertThat(bits(0, Double.NaN)).isEqualTo(8 + 5 + 65);
    assertThat(bits(0, Double.POSITIVE_INFINITY)).isEqualTo(8 + 5 + 65);
  }

  /// Bits that a layout takes but for the schema and the empty spans; it must be read back the
  /// same.
  private static int bits(double threshold, double... bounds) {
    int schema = bounds.length > 0 ? HistogramSchema.CUSTOM : 0;
    var layout = new HistogramLayout(schema, threshold, Spans.NONE, Spans.NONE, bounds);
    var out = new Xor2Encoder();
    int before = out.position;

    layout.write(out);

    HistogramLayout read = HistogramLayout.read(reader(out), 1);
    assertThat(Double.doubleToRawLongBits(read.zeroThreshold()))
        .isEqualTo(Double.doubleToRawLongBits(threshold));
    assertThat(read.customValues()).isEqualTo(bounds);
    assertThat(read.schema()).isEqualTo(schema);
    return out.position - before - (schema == 0 ? 1 : 13) - 2;
  }

  private static BitReader reader(Xor2Encoder out) {
    var buffer = new ChunkBuffer();
    out.copyTo(buffer);
    var reader = new Xor2Cursor();
    reader.reset(buffer, "bits", 0);
    return reader;
  }
}
