package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.fixture.Property;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteReaderTest {
  private static ByteReader reader(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    return new ByteReader(bytes, 0, bytes.length, "file", 100);
  }

  @Test
  void readsBigEndianIntegers() {
    ByteReader reader = reader("ff8001fffffffe0123456789abcdef");

    assertThat(reader.readByte()).isEqualTo(0xff);
    assertThat(reader.readShort()).isEqualTo(0x8001);
    assertThat(reader.readInt()).isEqualTo(-2);
    assertThat(reader.readLong()).isEqualTo(0x0123456789abcdefL);
    assertThat(reader.hasRemaining()).isFalse();
  }

  /// Values of Go's `binary.PutUvarint`, and encodings that Go's `binary.Uvarint` takes though they
  /// are longer than need be.
  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "01, 1",
    "7f, 127",
    "8001, 128",
    "ac02, 300",
    "ffffffffffffffff7f, 9223372036854775807",
    "80808080808080808001, -9223372036854775808",
    "ffffffffffffffffff01, -1",
    "8000, 0",
    "ff00, 127",
    "80808080808080808000, 0",
  })
  void readsUnsignedVarintsAsGo(String hex, long value) {
    ByteReader reader = reader(hex);

    assertThat(reader.readUnsignedVarint()).isEqualTo(value);
    assertThat(reader.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffffffffffffffffff02",
        "80808080808080808002",
        "8080808080808080808000",
        "ffffffffffffffffffff01"
      })
  void refusesVarintsOfMoreThan64Bits(String hex) {
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader(hex).readUnsignedVarint())
        .withMessageContaining("a varint has more than 64 bits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "ffffffffffffffffff"})
  void refusesVarintsThatAreCutShort(String hex) {
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader(hex).readUnsignedVarint())
        .withMessageContaining("needs 1 bytes, but only 0 are left");
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "01, -1",
    "02, 1",
    "7f, -64",
    "8001, 64",
    "feffffffffffffffff01, 9223372036854775807",
    "ffffffffffffffffff01, -9223372036854775808",
  })
  void readsSignedVarintsAsGo(String hex, long value) {
    assertThat(reader(hex).readVarint()).isEqualTo(value);
  }

  @Test
  void readsTheVarintsThatSinksPut() {
    Property.forAll(
        2000,
        random -> {
          long value = random.nextLong() >> random.nextInt(64);
          HeapByteSink sink = ByteSink.onHeap(32);
          sink.putUnsignedVarint(value);
          assertThat(sink.length()).isEqualTo(Varint.lengthOfUnsigned(value));
          sink.putVarint(value);

          var reader = new ByteReader(sink.array(), 0, sink.length(), "sink", 0);
          assertThat(reader.readUnsignedVarint()).isEqualTo(value);
          assertThat(reader.readVarint()).isEqualTo(value);
          reader.expectEnd();
        });
  }

  @Test
  void readsStrings() {
    ByteReader reader = reader("0003c3a961");

    assertThat(reader.readString()).isEmpty();
    assertThat(reader.readString()).isEqualTo("éa");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0461", "ffffffff0f61", "ffffffffffffffffff0161"})
  void refusesLengthsBeyondTheEnd(String hex) {
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader(hex).readString())
        .withMessageContaining("exceeds what is left");
  }

  @Test
  void boundsCountsByTheSizeOfWhatIsCounted() {
    assertThat(reader("03aabbccddeeff").readLength(2)).isEqualTo(3);
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader("03aabbccddee").readLength(2))
        .withMessageContaining("a length of 3 exceeds what is left");
  }

  @Test
  void refusesToReadPastTheEnd() {
    assertThatExceptionOfType(CorruptionException.class).isThrownBy(() -> reader("").readByte());
    assertThatExceptionOfType(CorruptionException.class).isThrownBy(() -> reader("01").readShort());
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader("010203").readInt());
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(() -> reader("01020304050607").readLong())
        .withMessage("file at offset 100: needs 8 bytes, but only 7 are left");
    assertThatExceptionOfType(CorruptionException.class).isThrownBy(() -> reader("01").skip(2));
    assertThatExceptionOfType(CorruptionException.class).isThrownBy(() -> reader("01").skip(-1));
  }

  @Test
  void staysWithinItsPartOfTheArray() {
    byte[] bytes = {1, 2, 3, 4, 5};
    var reader = new ByteReader(bytes, 1, 2, "file", 1000);

    assertThat(reader.readByte()).isEqualTo(2);
    assertThat(reader.position()).isEqualTo(2);
    assertThat(reader.remaining()).isEqualTo(1);
    assertThat(reader.originPosition()).isEqualTo(1001);
    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(reader::readShort)
        .satisfies(e -> assertThat(e.offset()).isEqualTo(1001))
        .satisfies(e -> assertThat(e.file()).isEqualTo("file"));
  }

  @Test
  void startsOverOnOtherBytes() {
    ByteReader reader = reader("01");
    reader.readByte();

    reader.reset(new byte[] {7, 8}, 1, 1, "other", 5);

    assertThat(reader.readByte()).isEqualTo(8);
    assertThat(reader.corrupt("x")).hasMessage("other at offset 6: x");
  }

  @Test
  void expectsTheEnd() {
    ByteReader reader = reader("0102");
    reader.readByte();

    assertThatExceptionOfType(CorruptionException.class)
        .isThrownBy(reader::expectEnd)
        .withMessage("file at offset 101: 1 bytes too many");
    reader.readByte();
    reader.expectEnd();
  }
}
