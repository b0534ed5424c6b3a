package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecompressorTest {
  private final Decompressor decompressor = new Decompressor();

  @ParameterizedTest
  @EnumSource
  void returnsTheOriginalWhateverWasInTheBufferBefore(Compression compression) {
    Property.forAll(
        200,
        random -> {
          byte[] original = new byte[random.nextInt(1 << random.nextInt(1, 20))];
          for (int i = 0; i < original.length; i++) {
            original[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : 7);
          }
          byte[] compressed = compress(compression, original);

          int length =
              decompressor.decompress(
                  compression, compressed, 0, compressed.length, original.length);

          assertThat(length).isEqualTo(original.length);
          assertThat(Arrays.copyOf(decompressor.array(), length)).isEqualTo(original);
        });
  }

  @ParameterizedTest
  @EnumSource
  void givesNoMoreThanTheLimit(Compression compression) {
    byte[] compressed = compress(compression, new byte[100_000]);

    assertThat(decompressor.decompress(compression, compressed, 0, compressed.length, 99_999))
        .isEqualTo(-1);
    assertThat(decompressor.array().length).isLessThanOrEqualTo(99_999);
    assertThat(decompressor.decompress(compression, compressed, 0, compressed.length, 100_000))
        .isEqualTo(100_000);
  }

  @Test
  void growsWithAZstdFrameThatDoesNotSayHowMuchItHolds() {
    byte[] frame = zeros("00 70", 50);

    assertThat(Compression.ZSTD.decompressedLength(frame, 0, frame.length)).isEqualTo(-1);
    assertThat(decompressor.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 30))
        .isEqualTo(50 << 17);
    assertThat(decompressor.array().length).isLessThanOrEqualTo(2 * (50 << 17));
    assertThat(decompressor.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 20))
        .isEqualTo(-1);
  }

  @Test
  void reservesNoMemoryForPromises() {
    byte[] gibibyteOfZstd = zeros("a0 00000040", 1);
    byte[] gibibyteOfSnappy = HexFormat.of().parseHex("808080800400");

    assertThat(
            decompressor.decompress(
                Compression.ZSTD, gibibyteOfZstd, 0, gibibyteOfZstd.length, 1 << 30))
        .isEqualTo(-1);
    assertThat(
            decompressor.decompress(
                Compression.SNAPPY, gibibyteOfSnappy, 0, gibibyteOfSnappy.length, 1 << 30))
        .isEqualTo(-1);
    assertThat(decompressor.array().length).isLessThanOrEqualTo(1 << 19);
  }

  /// The library answers to it, too, that the buffer is too small, however large that is. Found by
  /// fuzzing.
  @Test
  void reservesNoMemoryForASequenceThatLeavesItsBlock() {
    byte[] frame =
        HexFormat.of()
            .parseHex(
                "28b52ffd0400b5020044040b02c0f3a3a8fa62003ff000020002b0b0ea9dfa6240bd3a00b0ea010140"
                    + "bd42e0d4030140bd5390bf050140bd64060402f0e3a3a8fa627f01b447007e3636f407d1bc8f"
                    + "06004c48049a01d8ffffffffffffffffffffffff");

    assertThat(decompressor.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 30))
        .isEqualTo(-1);
    assertThat(decompressor.array().length).isLessThanOrEqualTo(1 << 18);
  }

  @Test
  void takesFramesOneAfterTheOtherAndPassesOverOthers() {
    byte[] random = new byte[300_000];
    new SplittableRandom(1).nextBytes(random);
    byte[] first = compress(Compression.ZSTD, random);
    byte[] skippable = HexFormat.of().parseHex("5a2a4d1803000000aabbcc");
    byte[] second = zeros("00 70", 3);
    byte[] all = new byte[first.length + skippable.length + second.length];
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(skippable, 0, all, first.length, skippable.length);
    System.arraycopy(second, 0, all, first.length + skippable.length, second.length);

    int length = decompressor.decompress(Compression.ZSTD, all, 0, all.length, 1 << 30);

    assertThat(length).isEqualTo(random.length + (3 << 17));
    assertThat(Arrays.copyOf(decompressor.array(), random.length)).isEqualTo(random);
  }

  /// With every form of the header: sizes of the content and of the dictionary's number.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00 70",
        "01 70 00",
        "02 70 0000",
        "03 70 00000000",
        "80 70 00000200",
        "c0 70 0000020000000000",
        "a0 00000200",
        "a3 00000000 00000200",
      })
  void findsTheBlocksBehindAnyHeader(String header) {
    byte[] frame = zeros(header, 1);

    assertThat(ZstdFrames.mostLength(frame, 0, frame.length)).isEqualTo(1 << 17);
    assertThat(decompressor.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 30))
        .isEqualTo(1 << 17);
  }

  @ParameterizedTest
  @EnumSource(names = {"SNAPPY", "ZSTD"})
  void refusesNothingAndNoise(Compression compression) {
    assertThat(decompressor.decompress(compression, new byte[0], 0, 0, 100)).isLessThan(1);
    byte[] noise = HexFormat.of().parseHex("ff00ff00ff00ff00");
    assertThat(decompressor.decompress(compression, noise, 0, noise.length, 100)).isEqualTo(-1);
  }

  /// A frame of blocks of 128 KiB of zeros each.
  ///
  /// @param header the bytes after the magic number
  private static byte[] zeros(String header, int blocks) {
    var frame = new StringBuilder("28b52ffd").append(header.replace(" ", ""));
    for (int i = 1; i <= blocks; i++) {
      int block = 1 << 20 | 1 << 1 | (i == blocks ? 1 : 0);
      frame.append("%02x%02x%02x00".formatted(block & 0xff, block >> 8 & 0xff, block >> 16));
    }
    return HexFormat.of().parseHex(frame);
  }

  private static byte[] compress(Compression compression, byte[] original) {
    byte[] target = new byte[compression.maxCompressedLength(original.length)];
    return Arrays.copyOf(target, compression.compress(original, 0, original.length, target, 0));
  }

  @Test
  void refusesBlocksThatAreLongerThanAFrameMayHave() {
    byte[] frame = HexFormat.of().parseHex("28b52ffd1100001000000100b3f34116");
    var used = new Decompressor();
    byte[] large = new byte[1 << 20];
    assertThat(used.decompress(Compression.NONE, large, 0, large.length, 1 << 22))
        .isEqualTo(1 << 20);

    assertThat(used.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 22)).isEqualTo(-1);
    assertThat(new Decompressor().decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 22))
        .isEqualTo(-1);
  }
}
