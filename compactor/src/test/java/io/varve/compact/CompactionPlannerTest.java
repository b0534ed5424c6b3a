package io.varve.compact;

import static io.varve.block.BlockMeta.Compaction.FROM_OUT_OF_ORDER;
import static io.varve.block.BlockMeta.Compaction.FROM_SELECTED_SERIES;
import static io.varve.block.BlockMeta.Compaction.FROM_STALE_SERIES;
import static io.varve.compact.Metas.block;
import static io.varve.compact.Metas.deletable;
import static io.varve.compact.Metas.deleted;
import static io.varve.compact.Metas.failed;
import static io.varve.compact.Metas.hinted;
import static io.varve.compact.Metas.madeFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.block.BlockMeta;
import io.varve.compact.CompactionPlan.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Each case fails without the rule that its name tells.
class CompactionPlannerTest {
  private static final CompactionPlanner PLANNER =
      new CompactionPlanner(List.of(20L, 60L, 180L, 540L));

  private static Arguments of(String rule, List<BlockMeta> blocks, Integer... planned) {
    return Arguments.of(rule, blocks, List.of(planned));
  }

  static Stream<Arguments> overlaps() {
    return Stream.of(
        of("two", List.of(block(1, 0, 20), block(2, 19, 40)), 1, 2),
        of("not those that touch", List.of(block(1, 0, 20), block(2, 20, 40))),
        of("the newest, too", List.of(block(1, 0, 20), block(2, 20, 40), block(3, 30, 40)), 2, 3),
        of(
            "a chain of them",
            List.of(block(1, 0, 20), block(2, 10, 30), block(3, 25, 40), block(4, 40, 60)),
            1,
            2,
            3),
        of(
            "all that one long block covers, though they do not overlap each other",
            List.of(block(1, 0, 100), block(2, 20, 40), block(3, 60, 80), block(4, 99, 120)),
            1,
            2,
            3,
            4),
        of(
            "the oldest of several groups",
            List.of(
                block(1, 0, 20),
                block(2, 20, 41),
                block(3, 40, 60),
                block(4, 60, 81),
                block(5, 80, 100)),
            2,
            3),
        of(
            "in the order of time, whatever the order given",
            List.of(block(3, 25, 40), block(1, 10, 30), block(2, 0, 20)),
            2,
            1,
            3),
        of(
            "before a full range",
            List.of(
                block(1, 0, 20),
                block(2, 20, 40),
                block(3, 40, 60),
                block(4, 60, 80),
                block(5, 180, 200),
                block(6, 190, 210)),
            5,
            6),
        of("though one has failed", List.of(failed(block(1, 0, 20)), block(2, 10, 40)), 1, 2),
        of(
            "of out of order and in order",
            List.of(block(1, 0, 20), hinted(block(2, 0, 20), FROM_OUT_OF_ORDER)),
            1,
            2));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overlaps")
  void mergesOverlaps(String rule, List<BlockMeta> blocks, List<Integer> planned) {
    check(blocks, Reason.OVERLAP, planned);
  }

  static Stream<Arguments> ranges() {
    return Stream.of(
        of("none", List.of()),
        of("one", List.of(block(1, 0, 20))),
        of("a full window", threeAndNewest(), 1, 2, 3),
        of(
            "not one that only the newest fills",
            List.of(block(1, 0, 20), block(2, 20, 40), block(3, 40, 60))),
        of(
            "not one that may still get blocks",
            List.of(block(1, 0, 20), block(2, 20, 40), block(3, 60, 80))),
        of(
            "one with a gap at its end when blocks came after it",
            List.of(block(1, 0, 20), block(2, 20, 40), block(3, 60, 80), block(4, 80, 100)),
            1,
            2),
        of(
            "one with a gap inside that spans it",
            List.of(block(1, 0, 20), block(2, 40, 60), block(3, 60, 80)),
            1,
            2),
        of("not a block alone", List.of(block(1, 0, 20), block(2, 60, 80), block(3, 120, 140))),
        of(
            "aligned windows only",
            List.of(block(1, 20, 40), block(2, 40, 60), block(3, 60, 80), block(4, 80, 100)),
            1,
            2),
        of(
            "windows before the epoch, too",
            List.of(block(1, -60, -40), block(2, -40, -20), block(3, -20, 0), block(4, 0, 20)),
            1,
            2,
            3),
        of(
            "leaving out a block that crosses windows",
            List.of(
                block(1, 0, 20),
                block(2, 20, 40),
                block(3, 40, 70),
                block(4, 70, 90),
                block(5, 90, 110)),
            1,
            2),
        of(
            "the shorter range first",
            List.of(
                block(1, 0, 60),
                block(2, 60, 120),
                block(3, 120, 180),
                block(4, 180, 200),
                block(5, 200, 220),
                block(6, 220, 240),
                block(7, 240, 260)),
            4,
            5,
            6),
        of(
            "then a longer one",
            List.of(block(1, 0, 60), block(2, 60, 120), block(3, 120, 180), block(4, 180, 200)),
            1,
            2,
            3),
        of(
            "of different lengths",
            List.of(block(1, 0, 60), block(2, 60, 80), block(3, 180, 240), block(4, 240, 300)),
            1,
            2),
        of(
            "not a window with a failed block",
            List.of(
                block(1, 0, 20),
                failed(block(2, 20, 40)),
                block(3, 40, 60),
                block(4, 60, 80),
                block(5, 80, 100),
                block(6, 100, 120),
                block(7, 120, 140)),
            4,
            5,
            6),
        of(
            "as if what was replaced were gone",
            List.of(
                block(1, 0, 20),
                block(2, 20, 40),
                block(3, 40, 60),
                madeFrom(block(5, 0, 60), block(1, 0, 20), block(2, 20, 40), block(3, 40, 60)),
                block(4, 60, 80))),
        of(
            "as if what is deletable were gone",
            List.of(
                deletable(block(1, 0, 20)),
                block(2, 20, 40),
                block(3, 60, 80),
                block(4, 80, 100))));
  }

  private static List<BlockMeta> threeAndNewest() {
    return List.of(block(1, 0, 20), block(2, 20, 40), block(3, 40, 60), block(4, 60, 80));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ranges")
  void mergesRanges(String rule, List<BlockMeta> blocks, List<Integer> planned) {
    check(blocks, Reason.RANGE, planned);
  }

  @Test
  void mergesNoRangesWhenThereIsOneOnly() {
    assertThat(new CompactionPlanner(List.of(20L)).plan(threeAndNewest())).isEmpty();
  }

  static Stream<Arguments> tombstones() {
    return Stream.of(
        of("more than a twentieth", List.of(deleted(block(1, 0, 540), 6, 100), newest()), 1),
        of("not a twentieth", List.of(deleted(block(1, 0, 540), 5, 99), newest())),
        of("a block of the middle range", List.of(deleted(block(1, 0, 180), 6, 100), newest()), 1),
        of("not a shorter block", List.of(deleted(block(1, 0, 179), 99, 100), newest())),
        of("a shorter one if all is deleted", List.of(deleted(block(1, 0, 2), 9, 9), newest()), 1),
        of("not a block without series", List.of(deleted(block(1, 0, 20), 0, 0), newest())),
        of("not the newest", List.of(block(1, 0, 540), deleted(block(2, 540, 1080), 99, 9))),
        of(
            "the newer one first",
            List.of(
                deleted(block(1, 0, 540), 99, 100),
                deleted(block(2, 540, 1080), 50, 100),
                newest()),
            2),
        of(
            "none before a short one",
            List.of(deleted(block(1, 0, 540), 99, 100), block(2, 540, 560), newest())),
        of(
            "before long ones that have nothing deleted",
            List.of(deleted(block(1, 0, 540), 99, 100), block(2, 540, 1080), newest()),
            1),
        of("though it has failed", List.of(failed(deleted(block(1, 0, 540), 9, 9)), newest()), 1));
  }

  private static BlockMeta newest() {
    return block(9, 1080, 1100);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tombstones")
  void rewritesWhatIsDeleted(String rule, List<BlockMeta> blocks, List<Integer> planned) {
    check(blocks, Reason.TOMBSTONES, planned);
  }

  @Test
  void mergesARangeBeforeItRewritesWhatIsDeleted() {
    List<BlockMeta> blocks =
        List.of(
            deleted(block(5, -540, 0), 99, 100),
            block(1, 0, 20),
            block(2, 20, 40),
            block(3, 40, 60),
            block(4, 60, 80));

    check(blocks, Reason.RANGE, List.of(1, 2, 3));
  }

  static Stream<Arguments> origins() {
    BlockMeta[] stale = new BlockMeta[4];
    BlockMeta[] selected = new BlockMeta[4];
    for (int i = 0; i < 4; i++) {
      long from = 20L * i;
      stale[i] = hinted(block(10 + i, from, from + 20), FROM_OUT_OF_ORDER, FROM_STALE_SERIES);
      selected[i] = hinted(block(20 + i, from, from + 20), FROM_SELECTED_SERIES);
    }
    return Stream.of(
        of("not across", List.of(block(1, 0, 20), stale[0], selected[0])),
        of(
            "all series first",
            List.of(
                stale[0],
                selected[0],
                stale[1],
                selected[1],
                stale[2],
                selected[2],
                stale[3],
                selected[3],
                block(1, 0, 20),
                block(2, 20, 40),
                block(3, 40, 60),
                block(4, 60, 80)),
            1,
            2,
            3),
        of(
            "then the stale",
            List.of(
                block(1, 0, 20),
                selected[0],
                selected[1],
                selected[2],
                selected[3],
                stale[0],
                stale[1],
                stale[2],
                stale[3]),
            10,
            11,
            12),
        of(
            "then the selected",
            List.of(block(1, 0, 20), stale[0], selected[0], selected[1], selected[2], selected[3]),
            20,
            21,
            22),
        of("each with its own newest", List.of(stale[0], stale[1], stale[2], block(1, 60, 80))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("origins")
  void keepsBlocksOfPartsOfTheHeadApart(
      String rule, List<BlockMeta> blocks, List<Integer> planned) {
    check(blocks, Reason.RANGE, planned);
  }

  @Test
  void tellsWhatBecomesOfTheBlocks() {
    CompactionPlan plan =
        PLANNER.plan(List.of(madeFrom(block(1, 0, 50)), block(2, 10, 20))).orElseThrow();

    assertThat(plan.minTime()).isEqualTo(0);
    assertThat(plan.maxTime()).isEqualTo(50);
    assertThat(plan.level()).isEqualTo(3);
  }

  @Test
  void refusesToPlanWithoutRangesOrForNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CompactionPlanner(List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CompactionPlan(Reason.RANGE, List.of()));
  }

  private static void check(List<BlockMeta> blocks, Reason reason, List<Integer> planned) {
    var plan = PLANNER.plan(blocks);

    assertThat(plan.stream().flatMap(p -> p.blocks().stream()).map(BlockMeta::ulid))
        .containsExactlyElementsOf(planned.stream().map(Metas::ulid).toList());
    plan.ifPresent(p -> assertThat(p.reason()).isEqualTo(reason));
  }
}
