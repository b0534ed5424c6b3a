package io.varve.chunk;

import io.varve.fixture.FloatSamples;
import java.util.Arrays;

/// Encodes and decodes whole XOR chunks for tests.
final class XorChunks {
  private XorChunks() {}

  static byte[] encode(FloatSamples samples) {
    var encoder = new XorEncoder();
    append(encoder, samples, 0);
    return encoder.toByteArray();
  }

  static void append(XorEncoder encoder, FloatSamples samples, int from) {
    for (int i = from; i < samples.size(); i++) {
      encoder.append(samples.times()[i], samples.value(i));
    }
  }

  /// A buffer around a payload, with rubbish after it.
  static ChunkBuffer buffer(byte[] payload) {
    var buffer = new ChunkBuffer();
    byte[] bytes = buffer.prepare(ChunkEncoding.XOR, payload.length);
    Arrays.fill(bytes, (byte) 0xa5);
    System.arraycopy(payload, 0, bytes, 0, payload.length);
    return buffer;
  }

  static FloatSamples decode(byte[] payload) {
    var cursor = new XorCursor();
    cursor.reset(buffer(payload), "chunk", 0);
    long[] times = new long[cursor.sampleCount()];
    long[] bits = new long[times.length];
    int read = 0;
    while (cursor.next()) {
      times[read] = cursor.timestamp();
      bits[read++] = Double.doubleToRawLongBits(cursor.value());
    }
    return new FloatSamples(Arrays.copyOf(times, read), Arrays.copyOf(bits, read));
  }
}
