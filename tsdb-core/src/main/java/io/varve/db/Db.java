package io.varve.db;

import io.varve.Appender;
import io.varve.ExemplarSeries;
import io.varve.FloatEncoding;
import io.varve.Limits;
import io.varve.Querier;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.VarveStats;
import io.varve.WalSync;
import io.varve.block.BlockMeta;
import io.varve.block.BlockView;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkRun;
import io.varve.compact.BlockOutput;
import io.varve.db.RunningMerge.HeadFirst;
import io.varve.head.Head;
import io.varve.index.IndexLayout;
import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.query.ViewQuerier;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store: head and blocks in one directory. Thread-safe.
public final class Db implements Varve {
  private static final Logger LOG = System.getLogger(Db.class.getName());
  static final String LOCK_FILE = "lock";

  private final VarveOptions options;
  private volatile Duration retention;
  private final @Nullable DirectoryLock lock;
  private final OpenBlocks blocks;
  private final Head head;
  private final HeadCompaction headCompaction;
  private final BlockCompaction blockCompaction;
  private final Maintenance maintenance = new Maintenance(this::doMaintain);

  /// One at a time cuts blocks, merges them and drops old ones.
  private final ReentrantLock maintaining = new ReentrantLock();

  private final AtomicBoolean closed = new AtomicBoolean();
  private final LongAdder timeRetentions = new LongAdder();

  private Db(
      Path directory,
      VarveOptions options,
      @Nullable DirectoryLock lock,
      OpenBlocks blocks,
      Head head) {
    this.options = options;
    this.retention = options.retention();
    this.lock = lock;
    this.blocks = blocks;
    this.head = head;
    BlockOutput output = output(directory, options);
    this.headCompaction = new HeadCompaction(options, head, blocks, output);
    this.blockCompaction =
        new BlockCompaction(
            options, blocks, output, new HeadFirst(head::compactable, headCompaction::run));
  }

  /// How blocks are written.
  static BlockOutput output(Path directory, VarveOptions options) {
    return new BlockOutput(
        options.disk(),
        directory,
        new UlidFactory(options.clock(), options.random()),
        () -> chunkRun(options),
        options.labelIndices() ? IndexLayout.WITH_LABEL_INDICES : IndexLayout.CURRENT);
  }

  private static ChunkRun chunkRun(VarveOptions options) {
    boolean xor2 = options.floatEncoding() == FloatEncoding.XOR2;
    return new ChunkRun(xor2, options.compatibility().newestChunkEncoding());
  }

  /// See {@link Varve#open}.
  public static Db open(Path directory, VarveOptions options) throws IOException {
    try (DbOpening opening = begin(directory, options)) {
      return opening.finish();
    }
  }

  /// See {@link Varve#begin}.
  public static DbOpening begin(Path directory, VarveOptions options) throws IOException {
    options.requireConsistent();
    Disk disk = options.disk();
    createDirectory(disk, directory);
    DirectoryLock lock = disk.lock(directory.resolve(LOCK_FILE));
    try {
      // A process that died may have left a block under a name that is not durable; the log must
      // not be cut on the strength of that.
      disk.syncDirectory(directory);
      var ulids = new UlidFactory(options.clock(), options.random());
      OpenBlocks blocks = OpenBlocks.open(disk, directory, ulids);
      return new DbOpening(directory, options, lock, blocks);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// A directory without a log may be one whose maker died before its name was durable.
  private static void createDirectory(Disk disk, Path directory) throws IOException {
    disk.createDurableDirectories(directory);
    Path parent = directory.toAbsolutePath().normalize().getParent();
    if (parent != null && disk.stat(directory.resolve("wal")).isEmpty()) {
      disk.syncDirectory(parent);
    }
  }

  /// A store of parts that it closes.
  static Db start(
      Path directory, VarveOptions options, DirectoryLock lock, OpenBlocks blocks, Head head) {
    var db = new Db(directory, options, lock, blocks, head);
    if (options.maintenance()) {
      head.onCompactable(db.maintenance::request);
      blocks.onDamage(db.maintenance::request);
      db.maintenance.start();
      db.maintenance.request();
    }
    return db;
  }

  /// See {@link Varve#openReadOnly}.
  public static Db openReadOnly(Path directory, VarveOptions options) throws IOException {
    OpenBlocks blocks = OpenBlocks.openReadOnly(options.disk(), directory);
    try {
      Head head = Head.open(directory, options, blocks.headStart(), false);
      return new Db(directory, options, null, blocks, head);
    } catch (IOException | RuntimeException e) {
      blocks.close();
      throw e;
    }
  }

  @Override
  public Appender appender() {
    checkOpen();
    if (lock == null) {
      throw new UnsupportedOperationException("the store is open for reading only");
    }
    head.requireWritable();
    return head.appender();
  }

  @Override
  public Querier querier(long mint, long maxt) {
    checkOpen();
    checkRange(mint, maxt);
    HeadCompaction.Reading reading = headCompaction.reading(mint, maxt);
    OpenBlocks.Pinned pinned = blocks.pin(mint, maxt, reading::begin);
    var views = new ArrayList<BlockView>(pinned.blocks());
    reading.addViews(views);
    return new ViewQuerier(
        views,
        mint,
        maxt,
        () -> {
          reading.end();
          pinned.release();
        });
  }

  @Override
  public void setOutOfOrderWindow(Duration window) {
    checkOpen();
    head.outOfOrder().setWindow(options.withOutOfOrderWindow(window).outOfOrderWindow().toMillis());
  }

  @Override
  public void setStaleSeriesCompactionThreshold(double threshold) {
    headCompaction
        .staleSeries()
        .setThreshold(
            options.withStaleSeriesCompactionThreshold(threshold).staleSeriesCompactionThreshold());
  }

  @Override
  public List<ExemplarSeries> exemplars(long mint, long maxt, List<List<Matcher>> selectors) {
    checkOpen();
    checkRange(mint, maxt);
    return head.exemplars().select(mint, maxt, selectors);
  }

  @Override
  public SortedMap<String, List<Metadata>> metadata() {
    checkOpen();
    return head.metadata().byFamily();
  }

  @Override
  public void resizeExemplars(int maxExemplars) {
    checkOpen();
    if (maxExemplars < 0) {
      throw new IllegalArgumentException("the number of exemplars is negative: " + maxExemplars);
    }
    head.exemplars().resize(maxExemplars);
  }

  @Override
  public List<BlockMeta> blocks() {
    return blocks.metas();
  }

  @Override
  public void maintain() throws IOException {
    checkOpen();
    doMaintain();
  }

  private void doMaintain() throws IOException {
    maintaining.lock();
    try {
      if (lock == null || closed.get()) {
        return;
      }
      // Whatever becomes of the cut: on a full disk this is what makes room.
      try (Closeable _ = this::deleteExpired;
          Closeable _ = blocks::mendSuspects) {
        headCompaction.run();
      }
      blockCompaction.run(retention);
    } finally {
      maintaining.unlock();
    }
  }

  private void deleteExpired() throws IOException {
    timeRetentions.add(blocks.deleteExpired(retention.toMillis()));
  }

  @Override
  public void setLimits(Limits limits) {
    checkOpen();
    head.setLimits(limits);
  }

  @Override
  public void setRetention(Duration retention) {
    checkOpen();
    if (retention.isNegative()) {
      throw new IllegalArgumentException("the retention is negative: " + retention);
    }
    this.retention = retention;
  }

  @Override
  public void setCompactionBytesPerSecond(long bytesPerSecond) {
    blockCompaction
        .pace()
        .setBytesPerSecond(
            options.withCompactionBytesPerSecond(bytesPerSecond).compactionBytesPerSecond());
  }

  @Override
  public void setCompactionPaused(boolean paused) {
    blockCompaction.pace().setPaused(paused);
    if (!paused && options.maintenance()) {
      maintenance.request();
    }
  }

  @Override
  public void setWalSync(WalSync walSync) {
    checkOpen();
    head.durability().setMode(options.withWalSync(walSync).walSync());
  }

  @Override
  public void setWalSyncInterval(Duration interval) {
    checkOpen();
    head.durability().setInterval(options.withWalSyncInterval(interval).walSyncInterval());
  }

  @Override
  public void setDiskReserve(long bytes) {
    checkOpen();
    head.setDiskReserve(options.withDiskReserve(bytes).diskReserve());
  }

  @Override
  public VarveStats stats() {
    return DbStats.of(this, head, blocks);
  }

  HeadCompaction headCompaction() {
    return headCompaction;
  }

  BlockCompaction blockCompaction() {
    return blockCompaction;
  }

  long timeRetentions() {
    return timeRetentions.sum();
  }

  boolean cleanStart() {
    return lock != null && !lock.replacedStaleFile();
  }

  static void checkRange(long mint, long maxt) {
    if (mint > maxt) {
      throw new IllegalArgumentException("the range begins at " + mint + ", after its end " + maxt);
    }
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the store is closed");
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    blockCompaction.pace().cancel();
    maintenance.close();
    // Others may be in maintain(): the head must not change any more.
    maintaining.lock();
    try (DirectoryLock last = lock;
        OpenBlocks second = blocks;
        Head first = head) {
      first.noteEndOfBlocks(blocks.endOfBlocks());
      LOG.log(Level.DEBUG, "closing {0} {1} {2}", last, second, first);
    } finally {
      maintaining.unlock();
    }
  }
}
