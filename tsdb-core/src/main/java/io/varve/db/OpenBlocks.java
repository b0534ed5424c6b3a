package io.varve.db;

import io.varve.block.Block;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.BlockRepair;
import io.varve.block.MetaFile;
import io.varve.compact.Retention;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;

/// The blocks of a store. Which blocks there are, and where the head takes over from them, changes
/// in one step, so that a query sees each sample in one place.
///
/// Thread-safe: the list is guarded by this object's monitor, under which nothing is read or
/// written.
final class OpenBlocks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OpenBlocks.class.getName());
  private static final Comparator<Block> BY_TIME =
      Comparator.comparingLong(Block::minTime).thenComparing(block -> block.meta().ulid());

  /// How often more blocks are listed when some are replaced before they are open.
  private static final int LISTINGS = 5;

  private final Disk disk;
  private final Path dataDirectory;
  private final BlockDirectory directory;
  private final List<Block> blocks = new ArrayList<>();

  /// Of blocks that no query gets to see any more: what is still to be deleted.
  private final List<Path> retired = new ArrayList<>();

  private final LongAdder reloads = new LongAdder();
  private final LongAdder reloadsFailed = new LongAdder();
  private long headStart = Long.MIN_VALUE;
  private boolean closed;

  private OpenBlocks(Disk disk, Path dataDirectory) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
    this.directory = new BlockDirectory(disk, dataDirectory);
  }

  /// Opens the blocks of a data directory.
  ///
  /// @param mend whether to remove what unfinished work left behind
  /// @throws CorruptionException if a block is damaged
  static OpenBlocks open(Disk disk, Path dataDirectory, boolean mend) throws IOException {
    var open = new OpenBlocks(disk, dataDirectory);
    try {
      if (mend) {
        for (Path leftover : open.directory.removeLeftovers()) {
          LOG.log(Level.INFO, "removed leftover of unfinished work path={0}", leftover);
        }
      }
      open.openAll(mend, mend ? 0 : LISTINGS);
      return open;
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /// @param again how often, if blocks are gone before they are open: who has the store open may
  ///   replace them meanwhile
  private void openAll(boolean mend, int again) throws IOException {
    try {
      openListed(mend);
    } catch (NoSuchFileException e) {
      if (again == 0) {
        throw e;
      }
      blocks.forEach(Block::close);
      blocks.clear();
      retired.clear();
      openAll(mend, again - 1);
    }
  }

  private void openListed(boolean mend) throws IOException {
    BlockDirectory.Listing listing = directory.list();
    if (mend && mendVersions(listing.unreadable())) {
      listing = directory.list();
    }
    for (BlockDirectory.Unreadable unreadable : listing.unreadable()) {
      if (disk.stat(unreadable.directory()).isEmpty()) {
        throw new NoSuchFileException(unreadable.directory().toString());
      }
      LOG.log(
          Level.ERROR,
          "leaving a block aside, its meta.json cannot be read block={0} reason={1}",
          unreadable.directory(),
          unreadable.cause().getMessage());
    }
    Set<BlockMeta> superseded =
        new HashSet<>(
            Retention.superseded(
                listing.blocks().stream().map(BlockDirectory.Entry::meta).toList()));
    for (BlockDirectory.Entry entry : listing.blocks()) {
      if (superseded.contains(entry.meta())) {
        retired.add(entry.directory());
      } else {
        blocks.add(Block.open(disk, entry.directory()));
      }
    }
    if (mend) {
      deleteSuperseded();
    }
    blocks.sort(BY_TIME);
    headStart = endOfBlocks();
  }

  /// Deletes what a compaction that was cut short left to delete: what replaced it could be opened.
  private void deleteSuperseded() {
    for (Path block : retired) {
      LOG.log(Level.INFO, "deleting a block that a compaction has replaced block={0}", block);
    }
    try {
      deleteRetired();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "it will be tried again: {0}", e.toString());
    }
  }

  /// Mends what Prometheus 2.1 got wrong.
  ///
  /// @return whether there was such a block
  private boolean mendVersions(List<BlockDirectory.Unreadable> unreadable) throws IOException {
    boolean mended = false;
    for (BlockDirectory.Unreadable block : unreadable) {
      try {
        mended |= BlockRepair.mendIndexVersion(disk, block.directory());
      } catch (CorruptionException e) {
        LOG.log(
            Level.DEBUG,
            "not a block of Prometheus 2.1 block={0} reason={1}",
            block.directory(),
            e.getMessage());
      }
    }
    return mended;
  }

  /// Where the blocks cut from heads end, milliseconds, exclusive; {@link Long#MIN_VALUE} if there
  /// is none. Time from which samples would be looked up in the head if the blocks were opened now,
  /// milliseconds: where nothing was left to cut a block from, that is not {@link #headStart}.
  synchronized long endOfBlocks() {
    return BlockPlans.endOfHeads(metas());
  }

  /// Time from which samples are looked up in the head, milliseconds.
  synchronized long headStart() {
    return headStart;
  }

  /// Blocks that overlap a range, pinned: each is to be released.
  ///
  /// @param headStart where the head took over at that moment, milliseconds
  record Pinned(List<Block> blocks, long headStart) {
    void release() {
      blocks.forEach(Block::release);
    }
  }

  /// Pins the blocks that overlap the closed range of milliseconds.
  ///
  /// @param whileConsistent run while neither blocks nor the start of the head can change; told
  ///   that start
  synchronized Pinned pin(long mint, long maxt, LongConsumer whileConsistent) {
    var pinned = new ArrayList<Block>();
    for (Block block : blocks) {
      if (block.minTime() <= maxt && block.maxTime() >= mint && block.tryAcquire()) {
        pinned.add(block);
      }
    }
    whileConsistent.accept(headStart);
    return new Pinned(pinned, headStart);
  }

  /// Pins these blocks.
  ///
  /// @throws IllegalStateException if one of them is not there
  synchronized Pinned pin(List<BlockMeta> metas) {
    return new Pinned(metas.stream().map(this::pin).toList(), headStart);
  }

  private Block pin(BlockMeta meta) {
    return blocks.stream()
        .filter(block -> block.meta().equals(meta) && block.tryAcquire())
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no block " + meta.ulid()));
  }

  /// Time of the oldest sample in a block, milliseconds; {@link Long#MAX_VALUE} if there is none.
  synchronized long minTime() {
    return blocks.stream().mapToLong(Block::minTime).min().orElse(Long.MAX_VALUE);
  }

  long reloads() {
    return reloads.sum();
  }

  long reloadsFailed() {
    return reloadsFailed.sum();
  }

  /// Opens a new block and lets queries have it, and the head from {@code newHeadStart} only.
  ///
  /// @param newHeadStart milliseconds
  void publish(List<BlockMeta> created, long newHeadStart) throws IOException {
    publish(created, newHeadStart, () -> {});
  }

  /// As {@link #publish(List, long)}.
  ///
  /// @param together run when queries get to see the blocks, neither before nor after
  void publish(List<BlockMeta> created, long newHeadStart, Runnable together) throws IOException {
    List<Block> opened = open(created);
    synchronized (this) {
      blocks.addAll(opened);
      blocks.sort(BY_TIME);
      headStart = Math.max(headStart, newHeadStart);
      together.run();
    }
  }

  private List<Block> open(List<BlockMeta> created) throws IOException {
    var opened = new ArrayList<Block>();
    reloads.increment();
    try {
      for (BlockMeta meta : created) {
        opened.add(Block.open(disk, dataDirectory.resolve(meta.ulid().toString())));
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      reloadsFailed.increment();
      opened.forEach(Block::close);
      throw e;
    }
  }

  /// Opens a new block and lets queries have it in the place of those that it was made from. These
  /// are left to {@link #deleteRetired}; queries that began before still have them.
  ///
  /// @param created empty if nothing is left of them
  void replace(List<Block> parents, Optional<BlockMeta> created) throws IOException {
    List<Block> opened = open(created.stream().toList());
    synchronized (this) {
      retire(parents);
      blocks.addAll(opened);
      blocks.sort(BY_TIME);
    }
  }

  private synchronized void retire(List<Block> gone) {
    blocks.removeAll(gone);
    for (Block block : gone) {
      block.close();
      retired.add(block.directory());
    }
  }

  /// Has the `meta.json` of a block tell something else of its compaction.
  ///
  /// @return what takes the place of the block
  Block rewrite(Block block, BlockMeta.Compaction compaction) throws IOException {
    MetaFile.write(disk, block.directory(), block.meta().withCompaction(compaction));
    Block reopened = Block.open(disk, block.directory());
    synchronized (this) {
      blocks.set(blocks.indexOf(block), reopened);
    }
    block.close();
    return reopened;
  }

  /// Deletes new blocks that are not to be published, in this order, and stops at one that cannot
  /// be deleted.
  ///
  /// @param cause told which that is
  void discard(List<BlockMeta> created, Exception cause) {
    for (BlockMeta meta : created) {
      try {
        directory.delete(dataDirectory.resolve(meta.ulid().toString()));
      } catch (IOException | RuntimeException e) {
        cause.addSuppressed(e);
        return;
      }
    }
  }

  /// Drops the blocks that are too old.
  ///
  /// @param retention milliseconds; 0 keeps all
  /// @return how many went
  int deleteExpired(long retention) throws IOException {
    List<Block> gone;
    synchronized (this) {
      Set<BlockMeta> expired = new HashSet<>(Retention.expired(metas(), retention));
      gone = blocks.stream().filter(block -> expired.contains(block.meta())).toList();
      retire(gone);
    }
    for (Block block : gone) {
      LOG.log(Level.INFO, "deleting expired block block={0}", block.meta().ulid());
    }
    deleteRetired();
    return gone.size();
  }

  /// Deletes the blocks that were dropped. One that cannot be deleted keeps none of the others, and
  /// is left for the next time.
  void deleteRetired() throws IOException {
    List<Path> doomed;
    synchronized (this) {
      doomed = List.copyOf(retired);
    }
    IOException failure = null;
    for (Path block : doomed) {
      try {
        directory.delete(block);
        synchronized (this) {
          retired.remove(block);
        }
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  synchronized List<BlockMeta> metas() {
    return blocks.stream().map(Block::meta).toList();
  }

  synchronized long sizeBytes() {
    return blocks.stream().mapToLong(Block::sizeBytes).sum();
  }

  /// Bytes of these blocks.
  synchronized long sizeBytes(List<BlockMeta> metas) {
    return blocks.stream()
        .filter(block -> metas.contains(block.meta()))
        .mapToLong(Block::sizeBytes)
        .sum();
  }

  synchronized long symbolTableBytes() {
    return blocks.stream().mapToLong(Block::symbolTableBytes).sum();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      blocks.forEach(Block::close);
      blocks.clear();
    }
  }
}
