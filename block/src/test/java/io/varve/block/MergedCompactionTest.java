package io.varve.block;

import static io.varve.block.BlockMeta.Compaction.FROM_OUT_OF_ORDER;
import static io.varve.block.BlockMeta.Compaction.FROM_SELECTED_SERIES;
import static io.varve.block.BlockMeta.Compaction.FROM_STALE_SERIES;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.BlockMeta.Stats;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class MergedCompactionTest {
  @Test
  void isOneLevelAboveTheHighest() {
    assertThat(Compaction.ofMerged(List.of(block(1, 3), block(2, 1))).level()).isEqualTo(4);
  }

  @Test
  void unitesTheSources() {
    Compaction merged =
        Compaction.ofMerged(List.of(block(9, 2, List.of(3, 7)), block(8, 2, List.of(5, 3))));

    assertThat(merged.sources()).containsExactly(ulid(3), ulid(5), ulid(7));
  }

  @Test
  void namesTheParentsInTheOrderGiven() {
    Compaction merged = Compaction.ofMerged(List.of(block(2, 1), block(1, 1)));

    assertThat(merged.parents())
        .containsExactly(
            new Parent(ulid(2), 20, 30, ExtraFields.NONE),
            new Parent(ulid(1), 10, 20, ExtraFields.NONE));
  }

  @Test
  void isOutOfOrderOnlyIfAllAre() {
    BlockMeta late = block(1, 1, List.of(1), FROM_OUT_OF_ORDER);

    assertThat(Compaction.ofMerged(List.of(late, late)).hints()).containsExactly(FROM_OUT_OF_ORDER);
    assertThat(Compaction.ofMerged(List.of(late, block(2, 1))).hints()).isEmpty();
  }

  @Test
  void isOfAPartOfTheSeriesIfOneIs() {
    BlockMeta stale = block(1, 1, List.of(1), FROM_OUT_OF_ORDER, FROM_STALE_SERIES);
    BlockMeta selected = block(2, 1, List.of(2), FROM_SELECTED_SERIES);

    assertThat(Compaction.ofMerged(List.of(stale, selected)).hints())
        .containsExactly(FROM_SELECTED_SERIES, FROM_STALE_SERIES);
    assertThat(Compaction.ofMerged(List.of(stale, stale)).hints())
        .containsExactly(FROM_OUT_OF_ORDER, FROM_STALE_SERIES);
  }

  @Test
  void forgetsMarks() {
    BlockMeta block = block(1, 1);
    Compaction marked = block.compaction().withFailed(true).withDeletable(true);

    Compaction merged = Compaction.ofMerged(List.of(block.withCompaction(marked)));

    assertThat(merged.failed()).isFalse();
    assertThat(merged.deletable()).isFalse();
  }

  private static BlockMeta block(int id, int level) {
    return block(id, level, List.of(id));
  }

  private static BlockMeta block(int id, int level, List<Integer> sources, String... hints) {
    List<Ulid> ulids = sources.stream().map(MergedCompactionTest::ulid).toList();
    var compaction =
        new Compaction(
            level, ulids, false, List.of(), false, Arrays.asList(hints), ExtraFields.NONE);
    return new BlockMeta(ulid(id), 10L * id, 10L * id + 10, Stats.NONE, compaction);
  }

  private static Ulid ulid(int id) {
    return new Ulid(0, id);
  }
}
