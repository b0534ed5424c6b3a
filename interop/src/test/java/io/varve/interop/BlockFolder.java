package io.varve.interop;

import io.varve.block.Block;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkRun;
import io.varve.compact.BlockMerge;
import io.varve.compact.BlockOutput;
import io.varve.compact.BlockRanges;
import io.varve.compact.CompactionListener;
import io.varve.compact.CompactionPlan;
import io.varve.compact.CompactionPlanner;
import io.varve.fixture.Property;
import io.varve.index.IndexLayout;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// A directory with blocks, and the empty one of a log, without which promtool reads nothing. The
/// blocks are merged without a store.
final class BlockFolder {
  private static final Duration RETENTION = Duration.ofDays(15);

  private final Disk disk = new LocalDisk();
  private final RandomGenerator random = Property.random();
  private final Path path;

  BlockFolder(Path path) throws IOException {
    this.path = path;
    Files.createDirectories(path.resolve("wal"));
  }

  Path path() {
    return path;
  }

  /// Copies the blocks of a store to it.
  BlockFolder with(Path data) throws IOException {
    for (String block : DataDirectory.blocks(data)) {
      DataDirectory.copy(data.resolve(block), path.resolve(block));
    }
    return this;
  }

  /// In the order of their times.
  List<BlockMeta> blocks() throws IOException {
    return new BlockDirectory(disk, path)
        .list().blocks().stream().map(BlockDirectory.Entry::meta).toList();
  }

  /// Merges all blocks into one.
  void mergeAll() throws IOException {
    merge(blocks());
  }

  /// Merges blocks until there is nothing to do.
  void mergeAsPlanned() throws IOException {
    var planner = new CompactionPlanner(BlockRanges.of(Duration.ofHours(2), RETENTION));
    Optional<CompactionPlan> plan = planner.plan(blocks());
    while (plan.isPresent()) {
      merge(plan.get().blocks());
      plan = planner.plan(blocks());
    }
  }

  private void merge(List<BlockMeta> parents) throws IOException {
    var output =
        new BlockOutput(
            disk,
            path,
            new UlidFactory(System::currentTimeMillis, random),
            () -> new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM),
            IndexLayout.CURRENT);
    List<Block> open = new ArrayList<>();
    try {
      for (BlockMeta parent : parents) {
        open.add(Block.open(disk, path.resolve(parent.ulid().toString())));
      }
      BlockMeta _ = new BlockMerge(output).merge(open, CompactionListener.NONE).orElseThrow();
    } finally {
      open.forEach(Block::close);
    }
    for (BlockMeta parent : parents) {
      new BlockDirectory(disk, path).delete(path.resolve(parent.ulid().toString()));
    }
  }
}
