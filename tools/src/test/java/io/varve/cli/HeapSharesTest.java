package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapSharesTest {
  private static final long MIB = 1 << 20;

  @Test
  void requestsAndAnswersTakeAQuarterOfASmallHeap() {
    assertThat(HeapShares.of(256 * MIB))
        .isEqualTo(new HeapShares(32 * MIB, 32 * MIB, 192 * MIB / 1024));
  }

  @Test
  void ofALargeHeapTheyTakeWhatIsEnoughForThem() {
    assertThat(HeapShares.of(12_288 * MIB))
        .isEqualTo(new HeapShares(128 * MIB, 256 * MIB, 11_904 * MIB / 1024));
  }

  @Test
  void aGigabyteHasRoomForThreeQuartersOfAMillionSeries() {
    assertThat(HeapShares.of(1024 * MIB).series()).isEqualTo(786_432);
    assertThat(HeapShares.of(2048 * MIB).series()).isGreaterThan(1_500_000);
  }
}
