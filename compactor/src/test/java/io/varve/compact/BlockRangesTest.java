package io.varve.compact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockRangesTest {
  private static final Duration TWO_HOURS = Duration.ofHours(2);

  @Test
  void goUpToATenthOfTheRetention() {
    assertThat(hours(Duration.ofDays(15))).containsExactly(2L, 6L, 18L);
    assertThat(hours(Duration.ofHours(180))).containsExactly(2L, 6L, 18L);
    assertThat(hours(Duration.ofHours(180).minusMillis(10))).containsExactly(2L, 6L);
  }

  @Test
  void goUpTo31DaysAtMost() {
    assertThat(hours(Duration.ofDays(310))).containsExactly(2L, 6L, 18L, 54L, 162L, 486L);
    assertThat(hours(Duration.ofDays(36_500))).containsExactly(2L, 6L, 18L, 54L, 162L, 486L);
    assertThat(hours(Duration.ZERO)).containsExactly(2L, 6L, 18L, 54L, 162L, 486L);
  }

  @Test
  void haveTheShortestWhateverTheRetention() {
    assertThat(hours(Duration.ofMillis(1))).containsExactly(2L);
    assertThat(BlockRanges.upTo(Duration.ofDays(40), Duration.ofDays(1)))
        .containsExactly(Duration.ofDays(40).toMillis());
  }

  @Test
  void areTenAtMost() {
    assertThat(BlockRanges.upTo(Duration.ofMillis(1), Duration.ofDays(31)))
        .hasSize(10)
        .endsWith(19_683L);
    assertThat(BlockRanges.upTo(Duration.ofMillis(Long.MAX_VALUE), Duration.ofDays(31)))
        .containsExactly(Long.MAX_VALUE);
  }

  @Test
  void refuseAShortestThatIsNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockRanges.of(Duration.ZERO, Duration.ofDays(15)));
  }

  private static List<Long> hours(Duration retention) {
    return BlockRanges.of(TWO_HOURS, retention).stream()
        .map(millis -> Duration.ofMillis(millis).toHours())
        .toList();
  }
}
