package io.varve.chunk;

import static io.varve.fixture.FloatSamples.regular;
import static io.varve.fixture.FloatSamples.regularBits;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.FloatSamples;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.model.SampleValue;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Chunks as Prometheus' own encoder (`tsdb/chunkenc` of August 2026) wrote them, byte for byte.
final class XorVectorsTest {
  static Stream<Arguments> vectors() {
    return Stream.of(
        vector("empty", "0000", FloatSamples.empty()),
        vector("one sample", "0001 d00f 3ff0000000000000", regular(1)),
        vector("a negative time", "0001 01 c004000000000000", at(new long[] {-1}, -2.5)),
        vector(
            "the least and the greatest time",
            "0002 ffffffffffffffffff01 0000000000000000 ffffffffffffffffff01 00",
            at(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 0)),
        vector("two equal values", "0002 d00f 3ff0000000000000 9875 00", regular(1, 1)),
        vector("two different values", "0002 d00f 3ff0000000000000 9875 c25fff", regular(1, 2)),
        vector(
            "dods of 14 bits",
            "0006 8080f4f6905d 3ff0000000000000 c0843d 5000a80010002bfff0",
            dods(-8191, 8192, 1, -1)),
        vector(
            "dods of 17 bits",
            "0006 8080f4f6905d 3ff0000000000000 c0843d 6f000308005a0002d00000",
            dods(-8192, 8193, -65535, 65536)),
        vector(
            "dods of 20 bits",
            "0006 8080f4f6905d 3ff0000000000000 c0843d 7780003840005d00002e800000",
            dods(-65536, 65537, -524287, 524288)),
        vector(
            "dods of 64 bits",
            "0006 8080f4f6905d 3ff0000000000000 c0843d"
                + "7fffffffffffc00003c0000000000200005fffffffff00000000f000000007fffffff0",
            dods(-524288, 524289, Integer.MIN_VALUE, Integer.MAX_VALUE)),
        vector(
            "a constant",
            "000a d00f 4008000000000000 9875 000000",
            regular(3, 3, 3, 3, 3, 3, 3, 3, 3, 3)),
        vector(
            "a counter",
            "0007 d00f 4059000000000000 9875 e20dc02db818da2c5a09d080",
            regular(100, 101, 102, 110, 110, 127, 1000)),
        vector(
            "more leading zeros than can be written",
            "0006 d00f 0000000000000000 9875 ff080000000500000000920000000ddca8054000",
            regularBits(0, 1, 3, 0x80000000L, 1L << 40, 0)),
        vector(
            "64 significant bits",
            "0004 d00f 0000000000000000 9875"
                + " c004000000000000000a0000000000000002500000000000000040",
            regularBits(0, 0x8000000000000001L, 0x8000000000000003L, 1)),
        vector(
            "a window used again",
            "0005 d00f 3ff8000000000000 9875 d816da16dc16d82680",
            regular(1.5, 1.25, 1.125, 1.0625, 1.75)),
        vector(
            "a window that cannot be used again",
            "0004 d00f 3ff0000000000000 9875 ff0800000005801b00100100000000000020",
            regularBits(
                0x3ff0000000000000L,
                0x3ff0000000000001L,
                0xbff0000000000001L,
                0x3ff8000000000000L)),
        vector(
            "stale marker, NaN, infinities, negative zero",
            "0006 d00f 3ff0000000000000 9875"
                + "c3f4000000000000002d9a4000000000001a80000000000016006c25fff0",
            regularBits(
                0x3ff0000000000000L,
                SampleValue.STALE_NAN_BITS,
                SampleValue.NORMAL_NAN_BITS,
                0x7ff0000000000000L,
                0xfff0000000000000L,
                0x8000000000000000L)),
        vector(
            "NaN payloads",
            "0003 d00f 7ff8000000000001 9875 c1fc000000000005f776002003000000002fbbc0",
            regularBits(0x7ff8000000000001L, 0xfff800000000beefL, 0x7ff4000000000000L)));
  }

  private static Arguments vector(String name, String hex, FloatSamples samples) {
    return Arguments.of(name, hex.replace(" ", ""), samples);
  }

  private static FloatSamples at(long[] times, double value) {
    long[] bits = new long[times.length];
    Arrays.fill(bits, Double.doubleToRawLongBits(value));
    return new FloatSamples(times, bits);
  }

  /// Samples at a distance of 1 000 000 ms, changed by the given amounts one after another.
  private static FloatSamples dods(long... dods) {
    long[] times = new long[dods.length + 2];
    long delta = 1_000_000;
    times[0] = 1_600_000_000_000L;
    times[1] = times[0] + delta;
    for (int i = 0; i < dods.length; i++) {
      delta += dods[i];
      times[i + 2] = times[i + 1] + delta;
    }
    return at(times, 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void encodesAsPrometheus(String name, String hex, FloatSamples samples) {
    assertThat(HexFormat.of().formatHex(XorChunks.encode(samples))).isEqualTo(hex);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("vectors")
  void decodesWhatPrometheusWrote(String name, String hex, FloatSamples samples) {
    assertThat(XorChunks.decode(HexFormat.of().parseHex(hex))).isEqualTo(samples);
  }

  /// The same generator in Go, in front of Prometheus' encoder, gave this length and checksum.
  @Test
  void encodesTwoThousandWalksAsPrometheus() {
    var random = new XorShift(42);
    HeapByteSink sink = ByteSink.onHeap(1 << 21);

    for (int i = 0; i < 2000; i++) {
      sink.putBytes(XorChunks.encode(walk(random)));
    }

    assertThat(sink.length()).isEqualTo(1_535_953);
    assertThat(Integer.toHexString(sink.crc32c(0))).isEqualTo("7c62e4fc");
  }

  /// Vigna's xorshift64*, as it is easily written in two languages.
  private static final class XorShift {
    private long state;

    XorShift(long seed) {
      state = seed;
    }

    long next() {
      state ^= state >>> 12;
      state ^= state << 25;
      state ^= state >>> 27;
      return state * 0x2545F4914F6CDD1DL;
    }

    int below(int bound) {
      return (int) ((next() >>> 1) % bound);
    }
  }

  private static FloatSamples walk(XorShift random) {
    int samples = random.below(240) + 1;
    var walk = new FloatSamples(new long[samples], new long[samples]);
    long time = random.next() >>> 22;
    long bits = Double.doubleToRawLongBits(random.below(1000));
    long step = random.below(60000);
    for (int i = 0; i < samples; i++) {
      walk.times()[i] = time;
      walk.valueBits()[i] = bits;
      step = nextStep(random, step);
      time += step;
      bits = nextBits(random, bits);
    }
    return walk;
  }

  private static long nextStep(XorShift random, long step) {
    return switch (random.below(8)) {
      case 0, 1, 2, 3 -> step;
      case 4 -> step + random.below(5) - 2;
      case 5 -> step + random.below(16384) - 8192;
      case 6 -> step + random.below(1_200_000) - 600_000;
      default -> {
        long any = random.next();
        yield any >>> (20 + random.below(40));
      }
    };
  }

  private static long nextBits(XorShift random, long bits) {
    return switch (random.below(8)) {
      case 0, 1, 2 -> bits;
      // What arithmetic does with a NaN depends on the machine.
      case 3, 4 ->
          ((bits >>> 52) & 0x7ff) == 0x7ff
              ? bits
              : Double.doubleToRawLongBits(Double.longBitsToDouble(bits) + 1);
      case 5 -> {
        long change = random.next();
        yield bits ^ (change >>> random.below(64));
      }
      case 6 -> {
        long change = random.next();
        yield bits ^ (change << random.below(64));
      }
      default -> Double.doubleToRawLongBits(random.below(1 << 20) / 8.0);
    };
  }
}
