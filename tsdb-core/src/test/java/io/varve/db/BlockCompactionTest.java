package io.varve.db;

import static io.varve.db.BlockStore.DATA;
import static io.varve.db.BlockStore.HOUR;
import static io.varve.db.BlockStore.START;
import static io.varve.db.BlockStore.TWO_HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.CompactionProgress;
import io.varve.CompactionStats;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.block.BlockMeta;
import io.varve.block.BlockMeta.Parent;
import io.varve.block.MetaFile;
import io.varve.block.Tombstones;
import io.varve.block.TombstonesFile;
import io.varve.compact.CompactionListener.Step;
import io.varve.compact.CompactionPlan.Reason;
import io.varve.fixture.FaultyDisk.Call;
import io.varve.index.IndexReader;
import io.varve.index.Postings;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Blocks of a store become longer ones, whatever happens meanwhile.
class BlockCompactionTest {
  private static Path path(BlockMeta block) {
    return DATA.resolve(block.ulid().toString());
  }

  /// Run once, when the index of the next block is begun.
  private static void atNextBlock(BlockStore store, Action action) {
    var done = new AtomicBoolean();
    store.disk.failBy((call, path) -> {
      if (call == Call.CREATE && path.endsWith("index") && done.compareAndSet(false, true)) {
        action.run();
      }
    });
  }

  private interface Action {
    void run() throws IOException;
  }

  @Test
  void blocksOfAllLevelsAppearAsTimeGoesOn() throws IOException {
    try (BlockStore store = BlockStore.merging()) {
      for (int hour = 0; hour < 50; hour++) {
        store.fill(START + hour * HOUR, START + (hour + 1) * HOUR);
        store.db.maintain();
        store.hasAllThatWasGiven();
      }

      assertThat(store.blocks())
          .containsExactly(
              "3:[0,18)", "3:[18,36)", "2:[36,42)", "1:[42,44)", "1:[44,46)", "1:[46,48)");
      assertThat(store.directories()).isEqualTo(store.names());
      assertThat(store.disk.openMappings()).isEqualTo(6);
      BlockMeta first = store.db.blocks().getFirst();
      assertThat(first.compaction().sources()).hasSize(9);
      assertThat(first.compaction().parents())
          .extracting(Parent::minTime)
          .containsExactly(START, START + 6 * HOUR, START + 12 * HOUR);
      assertThat(store.db.stats().compactions()).isEqualTo(24 + 7 + 2);
    }
  }

  @Test
  void aTenthOfTheRetentionBoundsThem() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(10)) {
      store.db.setRetention(Duration.ofHours(10 * 17));

      store.db.maintain();

      assertThat(store.blocks()).containsExactly("2:[0,6)", "2:[6,12)", "2:[12,18)", "1:[18,20)");
    }
  }

  @Test
  void whatCameOutOfOrderIsMergedWithTheRestOfItsTime() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(2)) {
      store.append("late", START + HOUR / 2, START + HOUR);
      store.append("series1", START + 3 * HOUR + 7, START + 4 * HOUR);
      store.fill(START + 6 * HOUR, START + 8 * HOUR);
      store.db.maintain();

      assertThat(store.blocks()).containsExactly("2:[0,2)", "2:[2,4)", "1:[4,6)");
      assertThat(store.db.blocks())
          .allMatch(block -> block.compaction().hints().isEmpty(), "no hints");
      assertThat(store.db.blocks().getFirst().compaction().parents()).hasSize(2);
      store.hasAllThatWasGiven();
      store.reopen(TWO_HOURS);
      store.hasAllThatWasGiven();
    }
  }

  /// A block that ends later than the head begins would have the next start take the log before
  /// that for superfluous.
  @Test
  void blocksOfATimeThatIsInTheHeadAreLeftAlone() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(2)) {
      store.db.maintain();
      store.fill(START + 6 * HOUR, START + 20 * HOUR);
      store.append("series1", START + 8 * HOUR + 7, START + 13 * HOUR);
      try (Querier early = store.db.querier(START + 6 * HOUR, START + 7 * HOUR)) {
        // Has to leave what comes after the range that is still read.
        store.db.maintain();
        assertThat(BlockStore.read(early)).isNotEmpty();
      }
      assertThat(store.blocks())
          .containsExactly("2:[0,6)", "1:[6,8)", "1:[8,10)", "1:[10,12)", "1:[12,14)");

      store.reopen(Duration.ZERO);

      store.hasAllThatWasGiven();
      store.db.maintain();
      assertThat(store.blocks())
          .containsExactly("2:[0,6)", "3:[6,12)", "2:[12,14)", "1:[14,16)", "1:[16,18)");
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void aQueryReadsOnInBlocksThatAreReplaced() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      List<String> before = store.names();
      try (Querier early = store.db.querier(0, Long.MAX_VALUE)) {
        SeriesSet series = early.select(Matcher.equal("__name__", "series1"));
        assertThat(series.next()).isTrue();
        SampleCursor cursor = series.samples();
        assertThat(cursor.next()).isTrue();

        store.db.maintain();

        assertThat(store.names()).hasSize(2).doesNotContainAnyElementsOf(before.subList(0, 3));
        assertThat(store.directories()).isEqualTo(store.names());
        int samples = 1;
        while (cursor.next()) {
          samples++;
        }
        assertThat(samples).isEqualTo(10 * 6);
        assertThat(BlockStore.read(early)).isEqualTo(store.given());
        assertThat(store.disk.openMappings()).isEqualTo(2 + 3);
      }
      assertThat(store.disk.openMappings()).isEqualTo(2);
    }
  }

  @Test
  void queriesSeeTheSameWhileBlocksAreMerged() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      var looks = new AtomicInteger();
      store.disk.failBy((call, path) -> {
        store.hasAllThatWasGiven();
        looks.incrementAndGet();
      });

      store.db.maintain();

      store.disk.heal();
      assertThat(looks).hasValueGreaterThan(10);
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
    }
  }

  @Test
  void theHeadBecomesABlockWhileOthersAreMerged() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      atNextBlock(store, () -> store.fill(START + 10 * HOUR, START + 12 * HOUR));

      store.db.maintain();

      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)", "1:[8,10)");
      List<String> byAge = store.names();
      assertThat(store.db.blocks().getFirst().ulid().toString())
          .as("begun before the other block was cut")
          .isLessThan(byAge.getLast());
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void aHeadThatCannotBecomeABlockEndsTheMerge() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      atNextBlock(
          store,
          () -> {
            store.fill(START + 10 * HOUR, START + 12 * HOUR);
            store.disk.failAll(Call.CREATE);
          });

      assertThatThrownBy(store.db::maintain)
          .isInstanceOf(IOException.class)
          .hasMessage("no CREATE");

      store.disk.heal();
      assertThat(store.blocks()).hasSize(4);
      assertThat(store.directories()).isEqualTo(store.names());
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)", "1:[8,10)");
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void closingEndsAMergeThatRuns() throws Exception {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      List<String> before = store.names();
      var closing = new CompletableFuture<Void>();
      var closer =
          new Thread(() -> {
            try {
              store.db.close();
              closing.complete(null);
            } catch (IOException | RuntimeException | Error e) {
              closing.completeExceptionally(e);
            }
          });
      atNextBlock(
          store,
          () -> {
            closer.start();
            while (closer.getState() != Thread.State.WAITING) {
              Thread.onSpinWait();
            }
          });

      store.db.maintain();

      closing.get();
      store.disk.heal();
      assertThat(store.directories()).isEqualTo(before);
      store.reopen(Duration.ZERO);
      assertThat(store.names()).isEqualTo(before);
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void aDamagedBlockDoesNotKeepTheOthersFromBeingMerged() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(7)) {
      BlockMeta damaged = store.db.blocks().get(1);
      store.damage(path(damaged).resolve("chunks/000001"));
      store.reopen(Duration.ZERO);

      store.db.maintain();

      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[2,4)", "2:[6,12)", "1:[12,14)");
      assertThat(store.db.blocks().get(1)).isEqualTo(damaged);
      assertThat(store.db.blocks().getFirst().compaction().parents()).hasSize(2);
      assertThat(store.db.stats().compactionsFailed()).isEqualTo(1);
      assertThat(store.db.stats().merging().blocksLeftOut()).isEqualTo(1);
      store.db.maintain();
      assertThat(store.db.stats().compactionsFailed()).isEqualTo(1);
    }
  }

  @Test
  void blocksThatCannotBeMergedSaySoAndLeaveTheOthers() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(7)) {
      List<BlockMeta> before = store.db.blocks();
      atNextBlock(
          store,
          () -> {
            throw new IllegalStateException("too large");
          });

      store.db.maintain();

      assertThat(store.blocks())
          .containsExactly("1:[0,2)", "1:[2,4)", "1:[4,6)", "2:[6,12)", "1:[12,14)");
      for (BlockMeta block : before.subList(0, 3)) {
        BlockMeta failed = block.withCompaction(block.compaction().withFailed(true));
        assertThat(store.db.blocks()).contains(failed);
        assertThat(MetaFile.read(store.disk, path(block))).isEqualTo(failed);
      }
      assertThat(store.disk.openMappings()).isEqualTo(5);
      assertThat(store.db.stats().compactionsFailed()).isEqualTo(1);
      store.hasAllThatWasGiven();
      store.reopen(Duration.ZERO);
      store.db.maintain();
      assertThat(store.blocks()).contains("1:[0,2)");
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void whatFailsForTheDiskIsTriedAgain() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      store.disk.failAll(Call.CREATE);

      assertThatThrownBy(store.db::maintain).hasMessage("no CREATE");

      assertThat(store.db.blocks()).noneMatch(block -> block.compaction().failed());
      assertThat(store.db.stats().compactionsFailed()).isEqualTo(1);
      store.disk.heal();
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
    }
  }

  @Test
  void aBlockThatIsWhollyDeletedVanishes() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      BlockMeta first = store.db.blocks().get(1);
      deleteAll(store, first);
      store.reopen(TWO_HOURS);

      store.db.maintain();

      assertThat(store.blocks()).containsExactly("1:[0,2)", "1:[4,6)", "1:[6,8)");
      assertThat(store.directories()).isEqualTo(store.names());
      assertThat(store.disk.openMappings()).isEqualTo(3);
    }
  }

  @Test
  void aDeletedBlockThatCannotBeRemovedSaysThatItIsToGo() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      BlockMeta first = store.db.blocks().get(1);
      deleteAll(store, first);
      store.reopen(TWO_HOURS);
      store.disk.failBy((call, path) -> {
        if (call == Call.RENAME && path.equals(path(first))) {
          throw new IOException("no RENAME");
        }
      });

      assertThatThrownBy(store.db::maintain).hasMessage("no RENAME");

      assertThat(store.blocks()).containsExactly("1:[0,2)", "1:[4,6)", "1:[6,8)");
      assertThat(MetaFile.read(store.disk, path(first)).compaction().deletable()).isTrue();
      store.disk.heal();
      store.db.maintain();
      assertThat(store.directories()).isEqualTo(store.names());
    }
  }

  private static void deleteAll(BlockStore store, BlockMeta meta) throws IOException {
    var deleted = Tombstones.EMPTY.toBuilder();
    try (Arena arena = Arena.ofConfined()) {
      var index = new IndexReader(store.disk.map(path(meta).resolve("index"), arena));
      for (Postings all = index.all(); all.next(); ) {
        deleted.add(all.ref(), meta.minTime(), meta.maxTime());
      }
    }
    Tombstones tombstones = deleted.build();
    TombstonesFile.write(store.disk, path(meta), tombstones);
    MetaFile.write(
        store.disk, path(meta), meta.withStats(meta.stats().withNumTombstones(tombstones.size())));
  }

  /// The death of the process between a merge and its end.
  @Test
  void theNextStartRemovesWhatWasReplaced() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      List<String> before = store.names();
      store.disk.failBy((call, path) -> {
        if (call == Call.RENAME && before.contains(path.getFileName().toString())) {
          throw new IOException("no RENAME");
        }
      });
      assertThatThrownBy(store.db::maintain).hasMessage("no RENAME");
      assertThat(store.directories()).hasSize(4 + 1);
      store.hasAllThatWasGiven();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
      store.db.close();
      store.disk.heal();

      store.reopen(TWO_HOURS);

      assertThat(store.directories()).hasSize(2).isEqualTo(store.names());
      store.hasAllThatWasGiven();
    }
  }

  @Test
  void nothingIsMergedBeforeWhatWasReplacedIsGone() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(7)) {
      String first = store.db.blocks().getFirst().ulid().toString();
      store.disk.failBy((call, path) -> {
        if (call == Call.RENAME && path.endsWith(first)) {
          throw new IOException("no RENAME");
        }
      });

      assertThatThrownBy(store.db::maintain).hasMessage("no RENAME");
      assertThatThrownBy(store.db::maintain).hasMessage("no RENAME");

      assertThat(store.blocks()).startsWith("2:[0,6)", "1:[6,8)");
      assertThat(store.directories()).contains(first).hasSize(1 + 5);
      store.disk.heal();
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "2:[6,12)", "1:[12,14)");
      assertThat(store.directories()).isEqualTo(store.names());
    }
  }

  /// Runs maintenance in another thread, until a merge runs.
  private static CompletableFuture<Void> maintainUntilMerging(BlockStore store) {
    var done = new CompletableFuture<Void>();
    var maintaining =
        new Thread(() -> {
          try {
            store.db.maintain();
            done.complete(null);
          } catch (IOException | RuntimeException | Error e) {
            done.completeExceptionally(e);
          }
        });
    maintaining.start();
    while (running(store).isEmpty()) {
      assertThat(done).isNotDone();
      Thread.onSpinWait();
    }
    return done;
  }

  private static Optional<CompactionProgress> running(BlockStore store) {
    return store.db.stats().merging().running();
  }

  @Test
  void whileAMergeIsHaltedQueriesAndTheHeadGoOn() throws Exception {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      atNextBlock(store, () -> store.db.setCompactionPaused(true));
      CompletableFuture<Void> merging = maintainUntilMerging(store);

      store.fill(START + 10 * HOUR, START + 12 * HOUR);
      while (store.db.blocks().size() == 4) {
        Thread.onSpinWait();
      }

      assertThat(store.blocks())
          .containsExactly("1:[0,2)", "1:[2,4)", "1:[4,6)", "1:[6,8)", "1:[8,10)");
      store.hasAllThatWasGiven();
      CompactionProgress progress = running(store).orElseThrow();
      assertThat(progress.reason()).isEqualTo(Reason.RANGE);
      assertThat(progress.blocks()).isEqualTo(3);
      assertThat(progress.level()).isEqualTo(2);
      assertThat(progress.step()).isEqualTo(Step.SERIES);
      assertThat(progress.total()).isEqualTo(3 * 4);
      assertThat(progress.done()).isPositive().isLessThan(12);
      assertThat(merging).isNotDone();
      store.db.setCompactionPaused(false);
      merging.get();
      assertThat(running(store)).isEmpty();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)", "1:[8,10)");
    }
  }

  @Test
  void whileMergesAreHaltedNoneBegins() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      store.db.setCompactionPaused(true);

      store.db.maintain();

      assertThat(store.blocks()).hasSize(4);
      assertThat(store.db.stats().merging().skipped()).isEqualTo(1);
      store.db.setCompactionPaused(false);
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
    }
  }

  @Test
  void aMergeKeepsToItsRateAndTakesANewOne() throws Exception {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      store.db.setCompactionBytesPerSecond(1);
      CompletableFuture<Void> merging = maintainUntilMerging(store);

      while (running(store).orElseThrow().bytesWritten() == 0) {
        Thread.onSpinWait();
      }
      store.db.setCompactionBytesPerSecond(0);

      merging.get();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
    }
  }

  @Test
  void closingDoesNotWaitForAMergeThatWaits() throws Exception {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      List<String> before = store.names();
      store.db.setCompactionBytesPerSecond(1);
      CompletableFuture<Void> merging = maintainUntilMerging(store);

      store.db.close();

      merging.get();
      assertThat(store.directories()).isEqualTo(before);
    }
  }

  @Test
  void whatThereIsNoRoomForIsMergedLater() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      long size = store.db.stats().blockBytes();
      store.disk.leaveFree(size / 2);

      store.db.maintain();
      store.db.maintain();

      assertThat(store.blocks()).hasSize(4);
      assertThat(store.db.stats().merging().skipped()).isEqualTo(2);
      assertThat(store.db.stats().compactionsFailed()).isZero();
      store.disk.leaveFree(size);
      store.db.maintain();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "1:[6,8)");
    }
  }

  @Test
  void countsWhatItDoes() throws IOException {
    try (BlockStore store = BlockStore.withBlocks(4)) {
      long before = store.db.stats().blockBytes();
      store.append("late", START + HOUR / 2, START + HOUR);
      store.fill(START + 10 * HOUR, START + 12 * HOUR);
      store.db.maintain();

      assertThat(store.blocks()).containsExactly("3:[0,6)", "1:[6,8)", "1:[8,10)");
      CompactionStats stats = store.db.stats().merging();
      assertThat(stats.merges()).isEqualTo(2);
      assertThat(stats.verticalMerges()).isEqualTo(1);
      assertThat(stats.blocksLeftOut()).isZero();
      assertThat(stats.bytesRead()).isBetween(before / 2, 3 * before);
      assertThat(stats.bytesWritten()).isBetween(before / 4, stats.bytesRead());
      assertThat(stats.nanos()).isPositive();
    }
  }

  /// Blocks go while they are listed, and while they are opened.
  @ParameterizedTest
  @EnumSource(names = {"OPEN", "MAP"})
  void whoOpensTheStoreForReadingMeanwhileFindsAll(Call before) throws IOException {
    try (BlockStore store = BlockStore.withBlocks(7)) {
      var calls = new AtomicInteger();
      store.disk.failBy((call, path) -> {
        if (call == before
            && path.startsWith(path(store.db.blocks().getFirst()))
            && calls.getAndIncrement() == 0) {
          store.db.maintain();
        }
      });

      try (Varve reader = Varve.openReadOnly(DATA, store.options())) {
        assertThat(reader.blocks()).isEqualTo(store.db.blocks());
        try (Querier querier = reader.querier(0, Long.MAX_VALUE)) {
          assertThat(BlockStore.read(querier)).isEqualTo(store.given());
        }
      }
      assertThat(calls).hasPositiveValue();
      assertThat(store.blocks()).containsExactly("2:[0,6)", "2:[6,12)", "1:[12,14)");
    }
  }
}
