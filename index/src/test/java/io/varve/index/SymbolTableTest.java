package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SymbolTableTest {
  @Test
  void findsEachSymbolAndNoOther() {
    Property.forAll(
        30,
        random -> {
          var symbols = new TreeMap<String, Integer>(IndexFixture::compareUtf8);
          for (int i = random.nextInt(5000); i > 0; i--) {
            symbols.put("s".repeat(random.nextInt(300)) + random.nextInt(1000), 0);
          }
          var table = new SymbolTable();
          for (var symbol : symbols.entrySet()) {
            symbol.setValue(table.count());
            table.add(symbol.getKey().getBytes(UTF_8));
          }
          assertThat(table.count()).isEqualTo(symbols.size());
          symbols.forEach((symbol, ordinal) -> assertThat(find(table, symbol)).isEqualTo(ordinal));
          assertThat(find(table, "absent")).isEqualTo(-1);
          assertThat(find(table, "sss")).isEqualTo(-1);
        });
  }

  @Test
  void takesSymbolsLongerThanAPageAndTheEmptyOne() {
    var table = new SymbolTable();
    String huge = "x".repeat(200_000);
    table.add(new byte[0]);
    table.add("a".getBytes(UTF_8));
    table.add(huge.getBytes(UTF_8));
    table.add("y".getBytes(UTF_8));

    assertThat(find(table, "")).isZero();
    assertThat(find(table, huge)).isEqualTo(2);
    assertThat(find(table, "y")).isEqualTo(3);
    assertThat(table.length()).isEqualTo(1 + 2 + 3 + 200_000 + 2);
    assertThat(table.fieldLength(2)).isEqualTo(3 + 200_000);
    HeapByteSink field = ByteSink.onHeap(16);
    table.copyField(3, field);
    assertThat(field.toByteArray()).containsExactly(1, 'y');
  }

  private static int find(SymbolTable table, String symbol) {
    byte[] bytes = ("#" + symbol + "#").getBytes(UTF_8);
    return table.find(bytes, 1, bytes.length - 2);
  }
}
