package io.varve.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

class SortedStringsTest {
  private static final List<String> SORTED = List.of("", "a", "ab", "é", "～", "😀", "😁");

  @Test
  void ordersAsUtf8Bytes() {
    var strings = new ArrayList<>(SORTED);

    strings.sort(Utf8Order.INSTANCE);
    var byBytes = new ArrayList<>(SORTED);
    byBytes.sort(IndexFixture::compareUtf8);

    assertThat(strings).isEqualTo(byBytes).isEqualTo(SORTED);
    assertThat("～".compareTo("😀")).isPositive();
  }

  @Test
  void sortsAndDropsRepetitions() {
    SortedSet<String> strings = SortedStrings.of(List.of("😀", "a", "～", "a", ""));

    assertThat(strings).containsExactly("", "a", "～", "😀");
  }

  @Test
  void cutsRangesAsASortedSetDoes() {
    SortedSet<String> strings = SortedStrings.of(SORTED);

    assertThat(strings.headSet("b")).containsExactly("", "a", "ab");
    assertThat(strings.tailSet("～")).containsExactly("～", "😀", "😁");
    assertThat(strings.subSet("ab", "😀")).containsExactly("ab", "é", "～");
    assertThat(strings.subSet("ab", "😀").contains("a")).isFalse();
    assertThat(strings.tailSet("x").headSet("b")).isEmpty();
    assertThat(strings.headSet("b").tailSet("x")).isEmpty();
    assertThat(strings.first()).isEmpty();
    assertThat(strings.last()).isEqualTo("😁");
  }

  @Test
  void hasNoFirstIfEmpty() {
    SortedStrings none = SortedStrings.of(List.of());

    assertThatThrownBy(none::first).isInstanceOf(NoSuchElementException.class);
    assertThatThrownBy(none::last).isInstanceOf(NoSuchElementException.class);
    assertThat(none.contains("a")).isFalse();
  }
}
