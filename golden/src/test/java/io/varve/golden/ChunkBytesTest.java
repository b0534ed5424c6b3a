package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.chunk.ChunkAppend;
import io.varve.chunk.ChunkCursor;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.FloatHistogramEncoder;
import io.varve.chunk.HistogramEncoder;
import io.varve.chunk.Xor2Encoder;
import io.varve.chunk.XorEncoder;
import io.varve.model.SampleCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Decodes each chunk of `chunks.txt.gz` and encodes its samples again: the bytes must be the same.
///
/// One exception: 2.42 puts a zero byte after a sample whose bits end with a byte, and leaves it
/// there if no other sample comes. These chunks are counted.
///
/// One thing is not in the samples, and so not compared here: whether the header of a histogram
/// chunk says of the time before it that counters were reset, were not, or nothing. That depends on
/// the chunk before; {@link CuttingTest} compares it. That a chunk is of gauges is compared.
final class ChunkBytesTest {
  /// Both set say gauge.
  private static final int RESET_BITS = 0xc0;

  static List<Golden> withChunks() {
    List<Golden> golden =
        Golden.all().stream().filter(g -> !g.name().matches(".*(killed|2.42-snapshot)")).toList();
    assertThat(golden).hasSize(12);
    return golden;
  }

  @ParameterizedTest
  @MethodSource("withChunks")
  void encodingAgainGivesTheSameBytes(Golden golden) throws Exception {
    var actual = new ArrayList<String>();
    var expected = new ArrayList<String>();

    int longer = 0;
    for (ChunkLine line : ChunkLine.of(golden)) {
      ChunkEncoder encoder = encodeAgain(line);
      byte[] bytes = Arrays.copyOf(encoder.bytes(), encoder.length());
      if (golden.by242() && endsInZeroByte(line.bytes(), bytes.length)) {
        bytes = Arrays.copyOf(bytes, bytes.length + 1);
        longer++;
      }
      assertThat(encoder.encoding()).isEqualTo((byte) line.encoding());
      actual.add(line + " " + HexFormat.of().formatHex(bytes));
      expected.add(line + " " + HexFormat.of().formatHex(withoutResets(line)));
    }

    assertThat(expected).isNotEmpty();
    Lines.assertSame(actual, expected);
    assertThat(longer).isEqualTo(zeroBytes(golden));
  }

  private static boolean endsInZeroByte(byte[] bytes, int length) {
    return bytes.length == length + 1 && bytes[length] == 0;
  }

  /// How many chunks of floats have a zero byte more.
  private static int zeroBytes(Golden golden) {
    return switch (golden.name()) {
      case "prometheus-2.42-blocks" -> 2;
      case "prometheus-2.42-ooo" -> 1;
      default -> 0;
    };
  }

  /// The chunk as one of which it is not known whether counters were reset before it.
  private static byte[] withoutResets(ChunkLine line) {
    byte[] bytes = line.bytes().clone();
    int at =
        switch (line.encoding()) {
          case ChunkEncoding.HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM -> 2;
          case ChunkEncoding.HISTOGRAM_ST, ChunkEncoding.FLOAT_HISTOGRAM_ST -> 0;
          default -> -1;
        };
    if (at >= 0 && (bytes[at] & RESET_BITS) != RESET_BITS) {
      bytes[at] = (byte) (bytes[at] & ~RESET_BITS);
    }
    return bytes;
  }

  private static ChunkEncoder encodeAgain(ChunkLine line) {
    var samples = new ChunkCursor();
    samples.reset(line.chunk(), line, 0);
    ChunkEncoder encoder = encoder(line.encoding());
    while (samples.next()) {
      assertThat(append(encoder, samples)).isEqualTo(ChunkAppend.APPENDED);
    }
    return encoder;
  }

  private static ChunkEncoder encoder(int encoding) {
    return switch (encoding) {
      case ChunkEncoding.XOR -> new XorEncoder();
      case ChunkEncoding.HISTOGRAM -> new HistogramEncoder(false);
      case ChunkEncoding.FLOAT_HISTOGRAM -> new FloatHistogramEncoder(false);
      case ChunkEncoding.XOR2 -> new Xor2Encoder();
      case ChunkEncoding.HISTOGRAM_ST -> new HistogramEncoder(true);
      case ChunkEncoding.FLOAT_HISTOGRAM_ST -> new FloatHistogramEncoder(true);
      default -> throw new AssertionError("encoding " + encoding);
    };
  }

  private static ChunkAppend append(ChunkEncoder encoder, SampleCursor sample) {
    long start = sample.startTimestamp();
    long t = sample.timestamp();
    return switch (encoder) {
      case XorEncoder xor -> {
        xor.append(t, sample.value());
        yield ChunkAppend.APPENDED;
      }
      case Xor2Encoder xor2 -> {
        xor2.append(start, t, sample.value());
        yield ChunkAppend.APPENDED;
      }
      case HistogramEncoder whole -> whole.append(start, t, sample.histogram());
      case FloatHistogramEncoder floats -> floats.append(start, t, sample.floatHistogram());
    };
  }
}
