package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The first byte says how the others are compressed.
final class DecompressorFuzzTest {
  private static final Compression[] KINDS = Compression.values();
  private static final int LIMIT = 4 << 20;

  private final Decompressor decompressor = new Decompressor();

  static Stream<byte[]> seeds() {
    byte[] text =
        "varve varve varve varve 0123456789".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    byte[] zeros = new byte[3000];
    return Stream.of(KINDS)
        .flatMap(kind -> Stream.of(text, zeros).map(bytes -> input(kind, bytes)));
  }

  private static byte[] input(Compression kind, byte[] bytes) {
    byte[] packed = new byte[1 + kind.maxCompressedLength(bytes.length)];
    packed[0] = (byte) List.of(KINDS).indexOf(kind);
    int length = kind.compress(bytes, 0, bytes.length, packed, 1);
    return Arrays.copyOf(packed, 1 + length);
  }

  @MethodSource("seeds")
  @FuzzTest
  void decompresses(byte[] input) {
    if (input.length == 0) {
      return;
    }
    Compression kind = KINDS[(input[0] & 0xff) % KINDS.length];
    var fresh = new Decompressor();

    int length = decompressor.decompress(kind, input, 1, input.length - 1, LIMIT);

    assertThat(length).isBetween(-1, LIMIT);
    assertThat(fresh.decompress(kind, input, 1, input.length - 1, LIMIT)).isEqualTo(length);
    if (length >= 0) {
      byte[] original = Arrays.copyOf(decompressor.array(), length);
      assertThat(Arrays.copyOf(fresh.array(), length)).isEqualTo(original);
      byte[] again = input(kind, original);
      assertThat(decompressor.decompress(kind, again, 1, again.length - 1, LIMIT))
          .isEqualTo(length);
    }
  }
}
