package io.varve.check;

import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.BlockVerifier;
import io.varve.block.MetaFile;
import io.varve.compact.Retention;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks each block by itself, and notes how they lie to each other: blocks that overlap or that
/// others were made from are no damage.
final class BlockCheck {
  /// What changes in a block. (Deleting samples replaces first the one, then the other.)
  private static final List<String> CHANGING = List.of("meta.json", "tombstones");

  private final Verification verification;
  private final DataDirectory data;

  BlockCheck(Verification verification, DataDirectory data) {
    this.verification = verification;
    this.data = data;
  }

  void run() throws IOException {
    for (Path block : data.blocks()) {
      long size = Verification.size(data.disk(), block);
      verification.steadily(
          () -> verification.filesIn(block, CHANGING), held -> check(block, held));
      verification.progress(size);
    }
    List<BlockMeta> blocks =
        new BlockDirectory(data.disk(), data.path())
            .list().blocks().stream().map(BlockDirectory.Entry::meta).toList();
    Set<BlockMeta> superseded = superseded(blocks);
    noteSuperseded(blocks, superseded);
    noteOverlaps(blocks.stream().filter(block -> !superseded.contains(block)).toList());
  }

  private boolean check(Path block, Verification.Held held) throws IOException {
    BlockVerifier.verify(data.disk(), block, held.findings()::add);
    if (data.disk().stat(block).isEmpty()) {
      held.findings().clear();
      return false;
    }
    verification.blocks++;
    meta(data.disk(), block)
        .ifPresent(meta -> {
          verification.series += meta.stats().numSeries();
          verification.chunks += meta.stats().numChunks();
          verification.samples += meta.stats().numSamples();
        });
    return true;
  }

  /// What a block says of itself, if that can be read.
  static Optional<BlockMeta> meta(Disk disk, Path block) throws IOException {
    try {
      return Optional.of(MetaFile.read(disk, block));
    } catch (CorruptionException | NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Blocks that the next start deletes: those that others were made from, and empty ones.
  static Set<BlockMeta> superseded(List<BlockMeta> blocks) {
    return new HashSet<>(Retention.superseded(blocks));
  }

  private void noteSuperseded(List<BlockMeta> blocks, Set<BlockMeta> superseded) {
    for (BlockMeta block : blocks) {
      if (superseded.contains(block)) {
        String what = "a compaction took all of it, the next start deletes it";
        verification.note(path(block), what);
      }
    }
  }

  /// @param blocks by their start
  private void noteOverlaps(List<BlockMeta> blocks) {
    Optional<BlockMeta> longest = Optional.empty();
    for (BlockMeta block : blocks) {
      if (longest.isPresent() && block.minTime() < longest.get().maxTime()) {
        String what = "overlaps block " + longest.get().ulid() + " in time";
        verification.note(path(block), what);
      }
      if (longest.isEmpty() || block.maxTime() > longest.get().maxTime()) {
        longest = Optional.of(block);
      }
    }
  }

  private Path path(BlockMeta block) {
    return data.path().resolve(block.ulid().toString());
  }
}
