package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.fixture.LabelSets;
import io.varve.fixture.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LabelsTest {
  /// U+FFFF comes before U+1F600 in UTF-8, behind its surrogates in UTF-16.
  private static final String LAST_OF_16_BITS = "\uffff";

  private static final String BEYOND_16_BITS = "\ud83d\ude00";

  @Test
  void sortsByNameInByteOrder() {
    Labels labels = Labels.of(BEYOND_16_BITS, "4", "b", "2", LAST_OF_16_BITS, "3", "B", "1");

    assertThat(labels.names()).containsExactly("B", "b", LAST_OF_16_BITS, BEYOND_16_BITS);
    assertThat(LAST_OF_16_BITS).isGreaterThan(BEYOND_16_BITS);
  }

  @Test
  void packsLengthsNamesAndValues() {
    Labels labels = Labels.of("job", "é", "a", "1");

    assertThat(HexFormat.of().formatHex(labels.encoded()))
        .isEqualTo("0161" + "0131" + "036a6f62" + "02c3a9");
  }

  @Test
  void findsValues() {
    Labels labels = Labels.of("a", "1", "ab", "2", BEYOND_16_BITS, "3");

    assertThat(labels.get("a")).isEqualTo("1");
    assertThat(labels.get("ab")).isEqualTo("2");
    assertThat(labels.get(BEYOND_16_BITS)).isEqualTo("3");
    assertThat(labels.get("aa")).isNull();
    assertThat(labels.get("")).isNull();
    assertThat(labels.get("z")).isNull();
    assertThat(Labels.EMPTY.get("a")).isNull();
  }

  @Test
  void dropsEmptyValues() {
    Labels labels = Labels.of("a", "", "b", "1");

    assertThat(labels).isEqualTo(Labels.of("b", "1"));
    assertThat(labels.size()).isEqualTo(1);
    assertThat(Labels.of("a", "")).isEqualTo(Labels.EMPTY);
    assertThat(Labels.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void refusesWhatIsNoLabelSet() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of("a"))
        .withMessage("the last label has no value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of("", "1"))
        .withMessage("a label name is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.of("a", "1", "a", "2"))
        .withMessage("label \"a\" occurs twice");
  }

  @Test
  void buildsOnOtherLabels() {
    Labels labels = Labels.of("a", "1", "b", "2", "c", "3");

    Labels changed = labels.toBuilder().set("b", "").set("c", "4").set("d", "5").build();

    assertThat(changed).isEqualTo(Labels.of("a", "1", "c", "4", "d", "5"));
    assertThat(labels.get("b")).isEqualTo("2");
  }

  @Test
  void takesValuesOfAnyLength() {
    String value = "x".repeat(100_000);
    Labels labels = Labels.of("a", value, "b", "1");

    assertThat(labels.get("a")).isEqualTo(value);
    assertThat(labels.get("b")).isEqualTo("1");
  }

  @Test
  void decodesItsPackedForm() {
    Property.forAll(
        1000,
        random -> {
          Labels labels = LabelSets.any(random);
          byte[] padded = new byte[labels.encoded().length + 7];
          System.arraycopy(labels.encoded(), 0, padded, 4, labels.encoded().length);

          Labels decoded = Labels.decode(padded, 4, labels.encoded().length);

          assertThat(decoded).isEqualTo(labels).hasSameHashCodeAs(labels);
          assertThat(decoded.hash()).isEqualTo(LabelsCodec.hash(padded, 4, padded.length - 7));
          assertThat(decoded.toBuilder().build()).isEqualTo(labels);
        });
  }

  @Test
  void refusesToDecodeOtherForms() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Labels.decode(new byte[] {1, 'b', 1, '1', 1, 'a', 1, '1'}, 0, 8))
        .withMessageContaining("not sorted");
  }

  @Test
  void ordersByNameThenValueThenLength() {
    List<Labels> ordered =
        List.of(
            Labels.EMPTY,
            Labels.of("a", "1"),
            Labels.of("a", "1", "b", "1"),
            Labels.of("a", "10"),
            Labels.of("a", "2"),
            Labels.of("a", LAST_OF_16_BITS),
            Labels.of("a", BEYOND_16_BITS),
            Labels.of("aa", "1"),
            Labels.of("b", "0"));

    for (int i = 0; i < ordered.size(); i++) {
      for (int j = 0; j < ordered.size(); j++) {
        assertThat(Integer.signum(ordered.get(i).compareTo(ordered.get(j))))
            .isEqualTo(Integer.compare(i, j));
      }
    }
  }

  /// A longer name has a larger length byte, which must not decide.
  @Test
  void lengthsDoNotOrder() {
    assertThat(Labels.of("aa", "1")).isLessThan(Labels.of("b", "1"));
    assertThat(Labels.of("a", "b".repeat(200))).isLessThan(Labels.of("a", "c"));
    assertThat(Labels.of("a", "b".repeat(127))).isLessThan(Labels.of("a", "b".repeat(128)));
  }

  @Test
  void ordersAsAComparisonLabelByLabel() {
    Property.forAll(
        20_000,
        random -> {
          Labels a = LabelSets.any(random);
          Labels b =
              random.nextBoolean()
                  ? LabelSets.any(random)
                  : a.toBuilder().set("b", LabelSets.value(random)).build();

          assertThat(Integer.signum(a.compareTo(b)))
              .isEqualTo(Integer.signum(compareNaively(a, b)));
          assertThat(a.equals(b)).isEqualTo(compareNaively(a, b) == 0);
        });
  }

  private static int compareNaively(Labels a, Labels b) {
    List<byte[]> fieldsA = fields(a);
    List<byte[]> fieldsB = fields(b);
    for (int i = 0; i < Math.min(fieldsA.size(), fieldsB.size()); i++) {
      int order = Arrays.compareUnsigned(fieldsA.get(i), fieldsB.get(i));
      if (order != 0) {
        return order;
      }
    }
    return fieldsA.size() - fieldsB.size();
  }

  private static List<byte[]> fields(Labels labels) {
    List<byte[]> fields = new ArrayList<>();
    labels.forEach((name, value) -> {
      fields.add(name.getBytes(StandardCharsets.UTF_8));
      fields.add(value.getBytes(StandardCharsets.UTF_8));
    });
    return fields;
  }

  @Test
  void printsAsPrometheus() {
    assertThat(Labels.EMPTY).hasToString("{}");
    assertThat(Labels.of("__name__", "up", "job", "a\"b\\\n"))
        .hasToString("{__name__=\"up\", job=\"a\\\"b\\\\\\n\"}");
    assertThat(Labels.of("a.b", "é", "0a", "1", "_0", "2"))
        .hasToString("{\"0a\"=\"1\", _0=\"2\", \"a.b\"=\"é\"}");
  }
}
