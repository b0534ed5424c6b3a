package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Lz4Test {
  private static byte[] compress(byte[] original) {
    byte[] target = new byte[Lz4.maxCompressedLength(original.length) + 3];
    int length = Lz4.compress(original, 0, original.length, target, 3);
    return Arrays.copyOfRange(target, 3, 3 + length);
  }

  @Test
  void returnsTheOriginal() {
    Property.forAll(
        200,
        random -> {
          byte[] original = new byte[random.nextInt(1 << random.nextInt(1, 18))];
          for (int i = 0; i < original.length; i++) {
            original[i] = random.nextInt(4) == 0 ? (byte) random.nextInt() : (byte) i;
          }
          byte[] block = compress(original);
          byte[] target = new byte[original.length + 2];

          assertThat(Lz4.isPossible(block.length, original.length)).isTrue();
          assertThat(Lz4.decompress(block, 0, block.length, target, 2, original.length)).isTrue();

          assertThat(Arrays.copyOfRange(target, 2, target.length)).isEqualTo(original);
        });
  }

  /// A token of 1 literal and a match of 4 + 9 bytes, one byte back; a token of 5 literals.
  @Test
  void readsABlockOfTheFormat() {
    byte[] block = HexFormat.of().parseHex("1961" + "0100" + "50" + "6263646566");
    byte[] target = new byte[19];

    assertThat(Lz4.decompress(block, 0, block.length, target, 0, 19)).isTrue();

    assertThat(new String(target, StandardCharsets.US_ASCII)).isEqualTo("a".repeat(14) + "bcdef");
  }

  @Test
  void refusesOtherLengths() {
    byte[] block = compress(new byte[1000]);

    assertThat(Lz4.decompress(block, 0, block.length, new byte[999], 0, 999)).isFalse();
    assertThat(Lz4.decompress(block, 0, block.length, new byte[1001], 0, 1001)).isFalse();
    assertThat(Lz4.isPossible(block.length, 1 << 20)).isFalse();
  }

  @Test
  void survivesDamage() {
    String text = "abcabcabcabcabcdefdefdefdefabcabc".repeat(20);
    Property.forAll(
        2000,
        random -> {
          byte[] block = compress(text.getBytes(StandardCharsets.UTF_8));
          block[random.nextInt(block.length)] ^= (byte) (1 << random.nextInt(8));

          var ignored = Lz4.decompress(block, 0, block.length, new byte[660], 0, 660);
        });
  }
}
