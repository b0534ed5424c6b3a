package io.varve.compact;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Compaction;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.BlockMeta.Stats;
import io.varve.block.ExtraFields;
import io.varve.block.Ulid;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private static final BlockMeta OLD = block(1, 0, 100);
  private static final BlockMeta MIDDLE = block(2, 100, 200);
  private static final BlockMeta NEW = block(3, 200, 300);

  @Test
  void countsAgeFromTheEndOfTheNewestBlock() {
    List<BlockMeta> blocks = List.of(NEW, OLD, MIDDLE);

    assertThat(Retention.expired(blocks, 201)).isEmpty();
    assertThat(Retention.expired(blocks, 200)).containsExactly(OLD);
    assertThat(Retention.expired(blocks, 101)).containsExactly(OLD);
    assertThat(Retention.expired(blocks, 100)).containsExactly(OLD, MIDDLE);
  }

  @Test
  void neverDropsTheNewestForItsAge() {
    assertThat(Retention.expired(List.of(OLD), 1)).isEmpty();
    assertThat(Retention.expired(List.of(), 1)).isEmpty();
  }

  @Test
  void keepsAllWithoutRetention() {
    assertThat(Retention.expired(List.of(OLD, MIDDLE, NEW), 0)).isEmpty();
  }

  @Test
  void keepsALongBlockThatReachesIntoTheRetention() {
    BlockMeta longBlock = block(4, 0, 250);

    assertThat(Retention.expired(List.of(longBlock, OLD, NEW), 100)).containsExactly(OLD);
  }

  @Test
  void holdsAtTheEndsOfTime() {
    BlockMeta first = block(5, Long.MIN_VALUE, Long.MIN_VALUE + 1);
    BlockMeta last = block(6, 0, Long.MAX_VALUE);

    assertThat(Retention.expired(List.of(first, last), Long.MAX_VALUE)).containsExactly(first);
  }

  @Test
  void dropsWhatACompactionFoundEmpty() {
    BlockMeta empty = NEW.withCompaction(NEW.compaction().withDeletable(true));

    assertThat(Retention.expired(List.of(OLD, MIDDLE, empty), 0)).containsExactly(empty);
  }

  @Test
  void dropsWhatAnotherBlockWasMadeFrom() {
    List<Parent> parents =
        List.of(parent(OLD), parent(MIDDLE), new Parent(Ulid.ZERO, 0, 0, ExtraFields.NONE));
    var compaction =
        new Compaction(2, List.of(), false, parents, false, List.of(), ExtraFields.NONE);
    BlockMeta merged = block(7, 0, 200).withCompaction(compaction);

    assertThat(Retention.expired(List.of(OLD, MIDDLE, merged, NEW), 0))
        .containsExactly(OLD, MIDDLE);
  }

  private static Parent parent(BlockMeta block) {
    return new Parent(block.ulid(), block.minTime(), block.maxTime(), ExtraFields.NONE);
  }

  private static BlockMeta block(int id, long minTime, long maxTime) {
    var ulid = new Ulid(0, id);
    return new BlockMeta(ulid, minTime, maxTime, Stats.NONE, Compaction.ofHead(ulid));
  }
}
