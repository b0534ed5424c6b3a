package io.varve.block;

import static java.lang.Long.MAX_VALUE;
import static java.lang.Long.MIN_VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.fixture.Property;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class IntervalsTest {
  @Test
  void joinsWhatOverlapsOrTouches() {
    assertThat(Intervals.of(1, 2).add(3, 4)).isEqualTo(Intervals.of(1, 4));
    assertThat(Intervals.of(3, 4).add(1, 2)).isEqualTo(Intervals.of(1, 4));
    assertThat(Intervals.of(1, 9).add(3, 4)).isEqualTo(Intervals.of(1, 9));
    assertThat(Intervals.of(1, 2).add(4, 5)).hasToString("[1, 2] [4, 5]");
    assertThat(Intervals.of(7, 8).add(4, 5).add(1, 2).add(2, 7)).hasToString("[1, 8]");
  }

  @Test
  void holdsAtTheEndsOfTime() {
    Intervals all = Intervals.of(MIN_VALUE, -1).add(0, MAX_VALUE);
    Intervals ends = Intervals.of(MAX_VALUE, MAX_VALUE).add(MIN_VALUE, MIN_VALUE);

    assertThat(all).isEqualTo(Intervals.of(MIN_VALUE, MAX_VALUE));
    assertThat(all.add(MAX_VALUE, MAX_VALUE).add(MIN_VALUE, MIN_VALUE)).isEqualTo(all);
    assertThat(ends.size()).isEqualTo(2);
    assertThat(ends.contains(MIN_VALUE)).isTrue();
    assertThat(ends.contains(MAX_VALUE)).isTrue();
    assertThat(ends.contains(MAX_VALUE - 1)).isFalse();
    assertThat(ends.overlaps(MIN_VALUE + 1, MAX_VALUE - 1)).isFalse();
    assertThat(ends.covers(MIN_VALUE, MAX_VALUE)).isFalse();
    assertThat(all.covers(MIN_VALUE, MAX_VALUE)).isTrue();
  }

  @Test
  void emptyHoldsNothing() {
    assertThat(Intervals.EMPTY.isEmpty()).isTrue();
    assertThat(Intervals.EMPTY.contains(0)).isFalse();
    assertThat(Intervals.EMPTY.overlaps(MIN_VALUE, MAX_VALUE)).isFalse();
  }

  @Test
  void refusesAnEndBeforeTheStart() {
    assertThatIllegalArgumentException().isThrownBy(() -> Intervals.of(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Intervals.EMPTY.add(2, 1));
  }

  @Test
  void agreesWithASetOfInstants() {
    Property.forAll(
        300,
        random -> {
          Intervals intervals = Intervals.EMPTY;
          var instants = new BitSet();
          for (int i = random.nextInt(8); i >= 0; i--) {
            int mint = random.nextInt(40);
            int maxt = mint + random.nextInt(6);
            intervals = intervals.add(mint, maxt);
            instants.set(mint, maxt + 1);
          }
          assertAgree(intervals, instants);
        });
  }

  private static void assertAgree(Intervals intervals, BitSet instants) {
    for (int from = 0; from < 48; from++) {
      assertThat(intervals.contains(from)).isEqualTo(instants.get(from));
      for (int to = from; to < 48; to++) {
        int count = instants.get(from, to + 1).cardinality();
        assertThat(intervals.overlaps(from, to)).isEqualTo(count > 0);
        assertThat(intervals.covers(from, to)).isEqualTo(count == to - from + 1);
      }
    }
    for (int i = 1; i < intervals.size(); i++) {
      assertThat(intervals.mint(i)).isGreaterThan(intervals.maxt(i - 1) + 1);
    }
  }
}
