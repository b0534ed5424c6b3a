package io.varve.db;

import io.varve.block.Block;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.BlockRepair;
import io.varve.block.MetaFile;
import io.varve.block.UlidFactory;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  /// Empty if nothing must be changed.
  private final Optional<DamagedBlocks> damaged;

  /// Blocks of which reading found damage, each with that. Guarded by the monitor.
  private final Map<Block, CorruptionException> suspects = new LinkedHashMap<>();

  private volatile Runnable onDamage = () -> {};
  private final List<Block> blocks = new ArrayList<>();

  /// Of blocks that no query gets to see any more: what is still to be deleted.
  private final List<Path> retired = new ArrayList<>();

  private final LongAdder reloads = new LongAdder();
  private final LongAdder reloadsFailed = new LongAdder();
  private long headStart = Long.MIN_VALUE;
  private boolean closed;

  private OpenBlocks(Disk disk, Path dataDirectory, Optional<DamagedBlocks> damaged) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
    this.directory = new BlockDirectory(disk, dataDirectory);
    this.damaged = damaged;
  }

  /// Opens the blocks of a data directory for reading only.
  ///
  /// @throws CorruptionException if a block is damaged
  static OpenBlocks openReadOnly(Disk disk, Path dataDirectory) throws IOException {
    return open(new OpenBlocks(disk, dataDirectory, Optional.empty()));
  }

  /// Opens the blocks of a data directory. What unfinished work left behind is removed, damaged
  /// blocks are set aside.
  ///
  /// @param ulids names new blocks
  static OpenBlocks open(Disk disk, Path dataDirectory, UlidFactory ulids) throws IOException {
    var damaged = new DamagedBlocks(disk, dataDirectory, ulids);
    return open(new OpenBlocks(disk, dataDirectory, Optional.of(damaged)));
  }

  private static OpenBlocks open(OpenBlocks open) throws IOException {
    try {
      if (open.damaged.isPresent()) {
        for (Path leftover : open.directory.removeLeftovers()) {
          LOG.log(Level.INFO, "removed leftover of unfinished work path={0}", leftover);
        }
      }
      open.openAll(open.damaged.isPresent() ? 0 : LISTINGS);
      return open;
    } catch (IOException | RuntimeException e) {
      open.close();
      throw e;
    }
  }

  /// @param again how often, if blocks are gone before they are open: who has the store open may
  ///   replace them meanwhile
  private void openAll(int again) throws IOException {
    try {
      openListed();
    } catch (NoSuchFileException e) {
      if (again == 0) {
        throw e;
      }
      blocks.forEach(Block::close);
      blocks.clear();
      retired.clear();
      openAll(again - 1);
    }
  }

  private void openListed() throws IOException {
    BlockDirectory.Listing listing = directory.list();
    if (damaged.isPresent() && mendVersions(listing.unreadable())) {
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
    var entries = new ArrayList<>(listing.blocks());
    while (!openAll(entries)) {}
    blocks.sort(BY_TIME);
    headStart = endOfBlocks();
    Set<BlockMeta> superseded = superseded(entries);
    entries.stream()
        .filter(entry -> superseded.contains(entry.meta()))
        .forEach(entry -> retired.add(entry.directory()));
    if (damaged.isPresent()) {
      deleteSuperseded();
    }
  }

  /// Opens the blocks that were not opened yet.
  ///
  /// @param entries the blocks that there are; one that is damaged is taken out, and if another
  ///   takes its place, that is put in
  /// @return false if that has changed: there may be one of which a damaged block was made
  private boolean openAll(List<BlockDirectory.Entry> entries) throws IOException {
    Set<BlockMeta> superseded = superseded(entries);
    Set<BlockMeta> opened = new HashSet<>(metas());
    for (BlockDirectory.Entry entry : List.copyOf(entries)) {
      if (superseded.contains(entry.meta()) || opened.contains(entry.meta())) {
        continue;
      }
      try {
        blocks.add(openBlock(entry.directory()));
      } catch (CorruptionException | NoSuchFileException e) {
        if (damaged.isEmpty()) {
          throw e;
        }
        DamagedBlocks aside = damaged.get();
        Optional<BlockMeta> salvaged = aside.salvage(entry.directory());
        aside.setAside(entry.directory(), e, salvaged);
        entries.remove(entry);
        salvaged.ifPresent(meta -> entries.add(new BlockDirectory.Entry(path(meta), meta)));
        return false;
      }
    }
    return true;
  }

  private static Set<BlockMeta> superseded(List<BlockDirectory.Entry> entries) {
    List<BlockMeta> metas = entries.stream().map(BlockDirectory.Entry::meta).toList();
    return new HashSet<>(Retention.superseded(metas));
  }

  private Block openBlock(Path path) throws IOException {
    Block block = Block.open(disk, path);
    block.onDamage(damage -> suspect(block, damage));
    return block;
  }

  private Path path(BlockMeta meta) {
    return dataDirectory.resolve(meta.ulid().toString());
  }

  /// @param action run when reading has found a block damaged: {@link #mendSuspects} is to be
  ///   called then, by another thread
  void onDamage(Runnable action) {
    onDamage = action;
  }

  private void suspect(Block block, CorruptionException damage) {
    synchronized (this) {
      if (suspects.putIfAbsent(block, damage) != null || closed) {
        return;
      }
    }
    LOG.log(Level.ERROR, "a block is damaged: {0}", damage.getMessage());
    onDamage.run();
  }

  /// Sets blocks aside of which reading has found damage. What queries have of them they keep.
  void mendSuspects() throws IOException {
    if (damaged.isEmpty()) {
      return;
    }
    for (Map.Entry<Block, CorruptionException> suspect : suspects().entrySet()) {
      Block block = suspect.getKey();
      if (!DamagedBlocks.isDamaged(disk, block.directory())) {
        // Some read went wrong, and none does any more.
        forget(block);
        continue;
      }
      Optional<BlockMeta> salvaged = damaged.get().salvage(block.directory());
      Optional<Block> instead = Optional.empty();
      if (salvaged.isPresent()) {
        instead = Optional.of(openBlock(path(salvaged.get())));
      }
      if (putInPlace(block, instead)) {
        damaged.get().setAside(block.directory(), suspect.getValue(), salvaged);
        block.close();
      } else if (instead.isPresent()) {
        instead.get().close();
        directory.delete(instead.get().directory());
      }
    }
  }

  private synchronized void forget(Block suspect) {
    suspects.remove(suspect);
  }

  private synchronized Map<Block, CorruptionException> suspects() {
    return new LinkedHashMap<>(suspects);
  }

  /// @return false if the block is not among those in use any more
  private synchronized boolean putInPlace(Block block, Optional<Block> instead) {
    var ignored = suspects.remove(block);
    if (!blocks.remove(block)) {
      return false;
    }
    instead.ifPresent(blocks::add);
    blocks.sort(BY_TIME);
    return true;
  }

  /// Damaged blocks that were set aside.
  long damagedBlocks() {
    return damaged.map(DamagedBlocks::count).orElse(0L);
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
        opened.add(openBlock(path(meta)));
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
    Block reopened = openBlock(block.directory());
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
