package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompressionTest {
  private static byte[] compress(Compression compression, byte[] original) {
    byte[] target = new byte[compression.maxCompressedLength(original.length) + 3];
    int length = compression.compress(original, 0, original.length, target, 3);
    return Arrays.copyOfRange(target, 3, 3 + length);
  }

  private static byte[] compressible(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(1 << random.nextInt(1, 18))];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = random.nextInt(4) == 0 ? (byte) random.nextInt() : (byte) i;
    }
    return bytes;
  }

  @ParameterizedTest
  @EnumSource
  void returnsTheOriginal(Compression compression) {
    Property.forAll(
        300,
        random -> {
          byte[] original = compressible(random);
          byte[] compressed = compress(compression, original);
          int length = compressed.length;
          assertThat(compression.decompressedLength(compressed, 0, length))
              .isEqualTo(original.length);

          byte[] target = new byte[original.length + 2];
          assertThat(compression.decompress(compressed, 0, length, target, 2))
              .isEqualTo(original.length);

          assertThat(Arrays.copyOfRange(target, 2, target.length)).isEqualTo(original);
        });
  }

  @Test
  void writesAndReadsTheBlockFormatOfSnappy() {
    byte[] original = "aaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.UTF_8);
    // Length 20, a literal of one byte, a copy of 19 bytes from one byte back in two pieces at
    // most.
    byte[] block = HexFormat.of().parseHex("14" + "0061" + "4a0100");

    byte[] target = new byte[20];
    assertThat(Compression.SNAPPY.decompress(block, 0, block.length, target, 0)).isEqualTo(20);
    assertThat(target).isEqualTo(original);
    assertThat(compress(Compression.SNAPPY, original)).startsWith(0x14).hasSizeLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "8080808080", "ffffffff1f", "808080808001"})
  void knowsNoLengthOfWhatIsNoSnappyBlock(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);

    assertThat(Compression.SNAPPY.decompressedLength(bytes, 0, bytes.length)).isEqualTo(-1);
    assertThat(Compression.SNAPPY.decompress(bytes, 0, bytes.length, new byte[100], 0))
        .isEqualTo(-1);
  }

  @Test
  void readsFramesOfZstdWithAndWithoutTheLengthInThem() {
    byte[] sized = HexFormat.of().parseHex("28b52ffd 20 05 290000 68656c6c6f".replace(" ", ""));
    byte[] unsized = HexFormat.of().parseHex("28b52ffd 00 00 290000 68656c6c6f".replace(" ", ""));
    byte[] target = new byte[5];

    assertThat(Compression.ZSTD.decompressedLength(sized, 0, sized.length)).isEqualTo(5);
    assertThat(Compression.ZSTD.decompressedLength(unsized, 0, unsized.length)).isEqualTo(-1);
    assertThat(Compression.ZSTD.decompress(sized, 0, sized.length, target, 0)).isEqualTo(5);
    assertThat(target).asString(StandardCharsets.UTF_8).isEqualTo("hello");
    Arrays.fill(target, (byte) 0);
    assertThat(Compression.ZSTD.decompress(unsized, 0, unsized.length, target, 0)).isEqualTo(5);
    assertThat(target).asString(StandardCharsets.UTF_8).isEqualTo("hello");
  }

  @Test
  void compressesByZstdInAnyNumberOfThreadsAtATime() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      var done = new ArrayList<Future<?>>();
      for (int i = 0; i < 8; i++) {
        byte[] original = new byte[10_000];
        Arrays.fill(original, (byte) i);
        done.add(threads.submit(() -> roundTrips(original)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }

  private static void roundTrips(byte[] original) {
    for (int i = 0; i < 200; i++) {
      byte[] compressed = compress(Compression.ZSTD, original);
      byte[] target = new byte[original.length];
      assertThat(Compression.ZSTD.decompress(compressed, 0, compressed.length, target, 0))
          .isEqualTo(original.length);
      assertThat(target).isEqualTo(original);
    }
  }

  @Test
  void tellsTheLengthWithoutDecompressing() {
    byte[] bomb = HexFormat.of().parseHex("ffffffff0f00");

    assertThat(Compression.SNAPPY.decompressedLength(bomb, 0, bomb.length)).isEqualTo(0xffff_ffffL);
    assertThat(Compression.SNAPPY.decompress(bomb, 0, bomb.length, new byte[100], 0)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void refusesATargetThatIsTooSmall(Compression compression) {
    byte[] compressed = compress(compression, new byte[1000]);

    assertThat(compression.decompress(compressed, 0, compressed.length, new byte[999], 0))
        .isEqualTo(-1);
    assertThat(compression.decompress(compressed, 0, compressed.length, new byte[1009], 10))
        .isEqualTo(-1);
  }

  /// Damaged blocks are refused or give wrong bytes, but never write outside of their part of the
  /// target and never throw.
  @ParameterizedTest
  @EnumSource(names = {"SNAPPY", "ZSTD"})
  void survivesDamagedBlocks(Compression compression) {
    Property.forAll(
        3000,
        random -> {
          byte[] original = compressible(random);
          byte[] block = compress(compression, original);
          for (int i = random.nextInt(1, 5); i > 0 && block.length > 0; i--) {
            block[random.nextInt(Math.min(block.length, 40))] = (byte) random.nextInt();
          }
          int length = random.nextInt(4) == 0 ? random.nextInt(block.length + 1) : block.length;
          byte[] target = new byte[original.length + 16];
          Arrays.fill(target, (byte) 0x5a);

          int written = compression.decompress(block, 0, length, target, 8);

          assertThat(written).isLessThanOrEqualTo(original.length + 8);
          assertThat(Arrays.copyOf(target, 8)).containsOnly(0x5a);
        });
  }
}
