package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.fixture.Property;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndedSeriesTest {
  @Test
  void knowsNothingAtFirst() {
    var ended = new EndedSeries();

    assertThat(ended.time(0)).isEqualTo(Long.MIN_VALUE);
    assertThat(ended.time(-7)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void keepsTheLaterOfTwoEnds() {
    var ended = new EndedSeries();
    ended.put(0, 5);
    ended.put(0, 9);
    ended.put(0, 7);

    assertThat(ended.time(0)).isEqualTo(9);
  }

  /// Hashes that collide in the table, and ends before 1970.
  @Test
  void answersAsAMapDoes() {
    var random = Property.random();
    var ended = new EndedSeries();
    Map<Long, Long> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      long hash = (long) random.nextInt(3000) << (random.nextBoolean() ? 0 : 12);
      long time = random.nextInt(-100, 1000);
      ended.put(hash, time);
      model.merge(hash, time, Math::max);
      if (random.nextInt(2000) == 0) {
        long mint = random.nextInt(-100, 1100);
        ended.dropBefore(mint);
        model.values().removeIf(each -> each < mint);
      }
      long asked = random.nextInt(3000);
      assertThat(ended.time(asked)).isEqualTo(model.getOrDefault(asked, Long.MIN_VALUE));
    }
    model.forEach((hash, time) -> assertThat(ended.time(hash)).isEqualTo(time));
  }
}
