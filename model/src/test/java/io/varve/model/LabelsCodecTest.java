package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.LabelSets;
import io.varve.fixture.Property;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LabelsCodecTest {
  private static String problem(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    return LabelsCodec.problem(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0161 0131", "0161 0131 0162 0132", "026161 0131 0162 0132", "02c3a9 02c3a9"})
  void knowsTheCanonicalForm(String hex) {
    assertThat(problem(hex)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "01; a label is cut short",
        "0161; a label is cut short",
        "0161 01; a label is cut short",
        "0161 0231; a label is cut short",
        "80; a label is cut short",
        "ffffffff0f 61; a label is cut short",
        "0161 ffffffff07 61; a label is cut short",
        "808080808001 61; a label is cut short",
        "00 0131; a label name is empty",
        "0161 00; the value of label \"a\" is empty",
        "01ff 0131; a label name is not valid UTF-8",
        "02c3a9 01a9; the value of label \"é\" is not valid UTF-8",
        "0161 03eda080; the value of label \"a\" is not valid UTF-8",
        "0161 02c080; the value of label \"a\" is not valid UTF-8",
        "0161 0131 0161 0132; label \"a\" occurs twice",
        "0162 0131 0161 0132; labels are not sorted: \"a\" comes after \"b\"",
        "0161 0131 0100 0132; labels are not sorted: \"\0\" comes after \"a\"",
        "04f09f9880 0131 03efbfbf 0132; labels are not sorted: \"\uffff\" comes after \"😀\"",
        "8100 61 0131; the length of a label is not written in as few bytes as possible",
        "0161 8100 31; the length of a label is not written in as few bytes as possible",
        "8180808000 61 0131; the length of a label is not written in as few bytes as possible",
      })
  void saysWhatKeepsBytesFromBeingCanonical(String hex, String problem) {
    assertThat(problem(hex)).isEqualTo(problem);
  }

  /// A length of 2^32 + 1 must not be taken for 1.
  @Test
  void lengthsDoNotOverflow() {
    assertThat(problem("8180808010 61 0131")).isEqualTo("a label is cut short");
  }

  @Test
  void findsAFieldInItsRangeOnly() {
    byte[] bytes = {9, 2, 'a', 'b', 9};

    long field = LabelsCodec.field(bytes, 1, 4);

    assertThat(LabelsCodec.start(field)).isEqualTo(2);
    assertThat(LabelsCodec.length(field)).isEqualTo(2);
    assertThat(LabelsCodec.field(bytes, 1, 3)).isEqualTo(-1);
    assertThat(LabelsCodec.field(bytes, 1, 1)).isEqualTo(-1);
  }

  @Test
  void findsTheValueOfALabel() {
    byte[] bytes = Labels.of("a", "1", "c", "23").encoded();

    long value = LabelsCodec.find(bytes, 0, bytes.length, new byte[] {'c'});

    assertThat(Arrays.copyOfRange(bytes, LabelsCodec.start(value), bytes.length))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("23");
    assertThat(LabelsCodec.length(value)).isEqualTo(2);
    assertThat(LabelsCodec.find(bytes, 0, bytes.length, new byte[] {'b'})).isEqualTo(-1);
    assertThat(LabelsCodec.find(bytes, 0, bytes.length, new byte[] {'d'})).isEqualTo(-1);
  }

  @Test
  void neverReadsOutsideOfItsRange() {
    Property.forAll(
        5000,
        random -> {
          byte[] labels = LabelSets.any(random).encoded();
          byte[] bytes = Arrays.copyOf(labels, labels.length);
          for (int i = random.nextInt(3); i > 0 && bytes.length > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
          }
          int length = random.nextInt(bytes.length + 1);

          String problem = LabelsCodec.problem(bytes, 0, length);

          if (problem == null) {
            Labels decoded = Labels.decode(bytes, 0, length);
            assertThat(decoded.toBuilder().build()).isEqualTo(decoded);
          }
        });
  }

  @Test
  void differentLabelsHaveDifferentHashes() {
    Property.forAll(
        20,
        random -> {
          var labels = new HashSet<Labels>();
          var hashes = new HashSet<Long>();
          var low = new HashSet<Long>();
          for (int i = 0; i < 5000; i++) {
            Labels set = LabelSets.series(random);
            labels.add(set);
            hashes.add(set.hash());
            low.add(set.hash() & 0xff_ffff);
          }

          assertThat(hashes).hasSameSizeAs(labels);
          assertThat(low).hasSizeGreaterThan(labels.size() - 20);
        });
  }

  /// Eight bytes are taken at a time; each of the others counts too.
  @Test
  void everyByteCountsInTheHash() {
    for (int length = 1; length < 40; length++) {
      var hashes = new HashSet<Long>();
      byte[] bytes = new byte[length];
      hashes.add(LabelsCodec.hash(bytes, 0, length));
      hashes.add(LabelsCodec.hash(bytes, 0, length - 1));
      for (int i = 0; i < length; i++) {
        bytes[i] = 1;
        hashes.add(LabelsCodec.hash(bytes, 0, length));
        bytes[i] = 0;
      }

      assertThat(hashes).hasSize(length + 2);
    }
  }
}
