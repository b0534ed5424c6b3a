package io.varve.db;

import io.varve.CompactionStats;
import io.varve.VarveOptions;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.Ulid;
import io.varve.block.UlidFactory;
import io.varve.compact.CompactionPlan;
import io.varve.db.RunningMerge.HeadFirst;
import io.varve.io.DirectoryLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/// Merges the blocks of a data directory that no server has open. Of the options those count that
/// say how long blocks get and how they are written; the log is left alone.
///
/// Thread-safe: one thread runs it, others may look how far it is, or close it.
public final class DirectoryCompaction implements AutoCloseable {
  private final VarveOptions options;
  private final DirectoryLock lock;
  private final OpenBlocks blocks;
  private final BlockCompaction compaction;

  private DirectoryCompaction(
      Path directory, VarveOptions options, DirectoryLock lock, OpenBlocks blocks) {
    this.options = options;
    this.lock = lock;
    this.blocks = blocks;
    this.compaction =
        new BlockCompaction(options, blocks, Db.output(directory, options), HeadFirst.NONE);
  }

  /// Locks the directory and opens its blocks.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is no such directory
  /// @throws io.varve.io.DirectoryInUseException if another process has it open
  /// @throws io.varve.io.CorruptionException if a block is damaged
  public static DirectoryCompaction open(Path directory, VarveOptions options) throws IOException {
    // A lock would make a file where there is no store.
    var _ = options.disk().list(directory);
    DirectoryLock lock = options.disk().lock(directory.resolve(Db.LOCK_FILE));
    try {
      options.disk().syncDirectory(directory);
      var ulids = new UlidFactory(options.clock(), options.random());
      OpenBlocks blocks = OpenBlocks.open(options.disk(), directory, ulids);
      return new DirectoryCompaction(directory, options, lock, blocks);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Something to do.
  ///
  /// @param bytes of the blocks; as many as those they are made of, where they do not exist yet
  /// @param existing blocks of it that there are; the others are to be made before
  public record Planned(CompactionPlan plan, long bytes, List<Ulid> existing) {
    public Planned {
      existing = List.copyOf(existing);
    }
  }

  /// What there is to do in a directory, one thing after another, as its `meta.json` files say.
  /// Reads only, and may be used while a server has the directory open.
  public static List<Planned> plans(Path directory, VarveOptions options) throws IOException {
    var sizes = new HashMap<Ulid, Long>();
    var metas = new ArrayList<BlockMeta>();
    for (BlockDirectory.Entry entry :
        new BlockDirectory(options.disk(), directory).list().blocks()) {
      metas.add(entry.meta());
      sizes.put(entry.meta().ulid(), options.disk().bytesUnder(entry.directory()));
    }
    List<Ulid> existing = List.copyOf(sizes.keySet());
    var planned = new ArrayList<Planned>();
    for (CompactionPlan plan : new BlockPlans(options).all(metas, options.retention())) {
      List<Ulid> blocks = plan.blocks().stream().map(BlockMeta::ulid).toList();
      long bytes = blocks.stream().mapToLong(block -> sizes.getOrDefault(block, 0L)).sum();
      planned.add(new Planned(plan, bytes, blocks.stream().filter(existing::contains).toList()));
      sizes.put(BlockPlans.name(planned.size()), bytes);
    }
    return planned;
  }

  /// Merges what is to be merged, and returns when that is done.
  ///
  /// @throws IOException if the disk fails
  public void run() throws IOException {
    compaction.run(options.retention());
  }

  /// How far it is.
  public CompactionStats stats() {
    return compaction.stats();
  }

  /// Times that blocks could not be merged.
  public long failed() {
    return compaction.failed();
  }

  /// Ends a merge that runs.
  public void cancel() {
    compaction.pace().cancel();
  }

  /// Not while it runs.
  @Override
  public void close() throws IOException {
    try (lock) {
      blocks.close();
    }
  }
}
