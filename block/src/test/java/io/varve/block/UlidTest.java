package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UlidTest {
  /// The example of the ULID specification and its first 10 characters' time.
  private static final String TEXT = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  @Test
  void readsTheTimeAndWritesTheSameText() {
    Ulid ulid = Ulid.parse(TEXT).orElseThrow();

    assertThat(ulid.time()).isEqualTo(1469922850259L);
    assertThat(ulid).hasToString(TEXT);
  }

  @Test
  void takesEveryBit() {
    assertThat(Ulid.parse("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")).contains(new Ulid(-1, -1));
    assertThat(Ulid.parse("00000000000000000000000000")).contains(Ulid.ZERO);
    assertThat(Ulid.parse("0000000000000G000000000000")).contains(new Ulid(1, 0));
    assertThat(new Ulid(0, Long.MIN_VALUE)).hasToString("00000000000008000000000000");
  }

  @Test
  void takesSmallLettersAsPrometheusDoes() {
    assertThat(Ulid.parse("01arz3ndektsv4rrffq69g5fav")).isEqualTo(Ulid.parse(TEXT));
  }

  @Test
  void refusesEverythingElse() {
    for (String text :
        List.of(
            "",
            "01ARZ3NDEKTSV4RRFFQ69G5FA",
            "01ARZ3NDEKTSV4RRFFQ69G5FAVV",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "Z1ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU",
            "01ARZ3NDEKTSV4RRFFQ69G5FAI",
            "01ARZ3NDEKTSV4RRFFQ69G5FAL",
            "01ARZ3NDEKTSV4RRFFQ69G5FAO",
            "01ARZ3NDEKTSV4RRFFQ69G5F-V",
            "01ARZ3NDEKTSV4RRFFQ69G5FA\u00c4",
            "01ARZ3NDEKTSV4RRFFQ69G5FA\u0100",
            "wal/01ARZ3NDEKTSV4RRFFQ69G")) {
      assertThat(Ulid.parse(text)).as(text).isEmpty();
    }
  }

  @Test
  void sortsAsItsTextDoes() {
    var random = new Random(1);

    List<Ulid> ulids =
        Stream.generate(() -> new Ulid(random.nextLong(), random.nextLong())).limit(200).toList();

    assertThat(ulids.stream().sorted().map(Ulid::toString))
        .isEqualTo(ulids.stream().map(Ulid::toString).sorted().toList());
    assertThat(ulids).allSatisfy(u -> assertThat(Ulid.parse(u.toString())).contains(u));
  }

  @Test
  void factoryCountsUpWithinOneMillisecondAndWhenTheClockStepsBack() {
    var clock = new ArrayDeque<>(List.of(1000L, 1000L, 900L, 1001L));
    var ulids = new UlidFactory(clock::remove, new Random(1));

    List<Ulid> made = Stream.generate(ulids::next).limit(4).toList();

    assertThat(made).isSorted().doesNotHaveDuplicates();
    assertThat(made).extracting(Ulid::time).containsExactly(1000L, 1000L, 1000L, 1001L);
    assertThat(made.get(1)).isEqualTo(new Ulid(made.get(0).high(), made.get(0).low() + 1));
  }

  @Test
  void factoryCarriesOutOfTheRandomPart() {
    var ulids =
        new UlidFactory(
            () -> 1000,
            new java.util.Random(1) {
              @Override
              public long nextLong() {
                return -1;
              }
            });

    assertThat(ulids.next()).isEqualTo(new Ulid(1000L << 16 | 0xffff, -1));
    assertThat(ulids.next()).isEqualTo(new Ulid(1001L << 16, 0));
  }
}
