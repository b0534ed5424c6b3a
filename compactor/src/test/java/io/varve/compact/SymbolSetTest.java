package io.varve.compact;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.index.Utf8Order;
import io.varve.model.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SymbolSetTest {
  private final SymbolSet symbols = new SymbolSet();

  @Test
  void isEmptyAtFirst() {
    assertThat(symbols.isEmpty()).isTrue();
    assertThat(sorted()).isEmpty();
  }

  @Test
  void keepsEachNameAndValueOnceInByteOrder() {
    symbols.addAll(Labels.of("a", "\ud835\udcb3", "b", "a"));
    symbols.addAll(Labels.of("a", "\uff21", "c", "z"));

    assertThat(symbols.isEmpty()).isFalse();
    assertThat(sorted()).containsExactly("a", "b", "c", "z", "\uff21", "\ud835\udcb3");
  }

  @Test
  void growsWithWhatItHolds() {
    var expected = new TreeSet<>(Utf8Order.INSTANCE);
    for (int i = 0; i < 20_000; i++) {
      symbols.addAll(Labels.of("job", "j" + i % 7, "id", "value-" + i));
      expected.addAll(List.of("job", "j" + i % 7, "id", "value-" + i));
    }

    assertThat(sorted()).containsExactlyElementsOf(expected);
  }

  private List<String> sorted() {
    return Arrays.stream(symbols.sorted()).map(symbol -> new String(symbol, UTF_8)).toList();
  }
}
