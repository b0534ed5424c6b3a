package io.varve.db;

import io.varve.Appender;
import io.varve.ExemplarSeries;
import io.varve.FloatEncoding;
import io.varve.Limits;
import io.varve.Querier;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.VarveStats;
import io.varve.block.BlockMeta;
import io.varve.block.BlockView;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkRun;
import io.varve.compact.BlockCut;
import io.varve.head.Head;
import io.varve.head.Horizon;
import io.varve.head.LowerBounds;
import io.varve.head.OutOfOrderCut;
import io.varve.index.IndexLayout;
import io.varve.io.DirectoryLock;
import io.varve.io.Disk;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.query.MergedView;
import io.varve.query.ViewQuerier;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A store: head and blocks in one directory. Thread-safe.
public final class Db implements Varve {
  private static final Logger LOG = System.getLogger(Db.class.getName());
  private static final String LOCK_FILE = "lock";

  private final VarveOptions options;
  private volatile Duration retention;
  private final @Nullable DirectoryLock lock;
  private final OpenBlocks blocks;
  private final Head head;
  private final BlockCut blockCut;
  private final StaleCompaction staleSeries;
  private final Maintenance maintenance = new Maintenance(this::doMaintain);

  /// One at a time cuts blocks and drops old ones.
  private final ReentrantLock maintaining = new ReentrantLock();

  /// Times from which open queriers read the head.
  private final LowerBounds headReaders = new LowerBounds();

  /// Chunks after which open queriers read samples out of order from the head.
  private final LowerBounds outOfOrderReaders = new LowerBounds();

  /// The samples out of order that were in the head and are in blocks now. Changes together with
  /// the list of blocks.
  private volatile OutOfOrderCut outOfOrderInBlocks = OutOfOrderCut.NONE;

  /// Those that are no longer in the head. Guarded by {@link #maintaining}.
  private OutOfOrderCut outOfOrderDropped = OutOfOrderCut.NONE;

  /// Whether the head was cut and what follows upon it is not done. Guarded by {@link
  /// #maintaining}.
  private boolean headWasCut;

  private final AtomicBoolean closed = new AtomicBoolean();
  private final LongAdder compactions = new LongAdder();
  private final LongAdder compactionsFailed = new LongAdder();
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
    this.blockCut =
        new BlockCut(
            options.disk(),
            directory,
            new UlidFactory(options.clock(), options.random()),
            () -> chunkRun(options),
            options.labelIndices() ? IndexLayout.WITH_LABEL_INDICES : IndexLayout.CURRENT);
    this.staleSeries = new StaleCompaction(options, head, blocks, blockCut);
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
    return head.appender();
  }

  @Override
  public Querier querier(long mint, long maxt) {
    checkOpen();
    checkRange(mint, maxt);
    var reading = new HeadReading(mint, maxt);
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

  /// What a query reads of the head. It begins while blocks and what the head still has to tell
  /// cannot change: maintenance first publishes a block together with a change of the latter, then
  /// looks who began before.
  private final class HeadReading {
    private final long mint;
    private final long maxt;
    private long from;
    private long afterChunk;
    private long afterStep;
    private Horizon horizon = Horizon.ALL;

    HeadReading(long mint, long maxt) {
      this.mint = mint;
      this.maxt = maxt;
    }

    /// @param headStart when the head takes over from blocks, milliseconds
    void begin(long headStart) {
      from = Math.max(mint, headStart);
      if (from <= maxt) {
        var ignored = headReaders.enter(() -> from);
      }
      afterChunk = outOfOrderReaders.enter(() -> outOfOrderInBlocks.lastChunk());
      afterStep = staleSeries.enter();
      // Not before: a block must have no sample that is hidden in the head.
      horizon = head.isolation().open();
    }

    void addViews(List<BlockView> views) {
      if (from <= maxt) {
        views.add(head.view(from, maxt, horizon));
      }
      if (head.outOfOrder().overlaps(mint, maxt)) {
        views.add(head.outOfOrder().view(mint, maxt, afterChunk, horizon));
      }
    }

    void end() {
      if (from <= maxt) {
        headReaders.leave(from);
      }
      outOfOrderReaders.leave(afterChunk);
      staleSeries.leave(afterStep);
      head.isolation().close(horizon);
    }
  }

  @Override
  public void setOutOfOrderWindow(Duration window) {
    checkOpen();
    head.outOfOrder().setWindow(options.withOutOfOrderWindow(window).outOfOrderWindow().toMillis());
  }

  @Override
  public void setStaleSeriesCompactionThreshold(double threshold) {
    staleSeries.setThreshold(
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
        cutBlocks();
      }
    } finally {
      maintaining.unlock();
    }
  }

  private void deleteExpired() throws IOException {
    timeRetentions.add(blocks.deleteExpired(retention.toMillis()));
  }

  /// Turns full block ranges of the head into blocks, oldest first.
  private void cutBlocks() throws IOException {
    staleSeries.dropInBlocks();
    truncateOutOfOrder();
    headWasCut |= truncateHead();
    while (head.compactable() && cutBlock()) {
      headWasCut |= truncateHead();
    }
    if (headWasCut) {
      // Before the log is cut: samples out of order need the records of their series there.
      cutOutOfOrder();
      head.truncateLog(blocks.headStart());
      headWasCut = false;
    }
    staleSeries.compactIfDue();
  }

  /// Turns all samples out of order into blocks, one for each block range.
  private void cutOutOfOrder() throws IOException {
    Optional<OutOfOrderCut> found = head.outOfOrder().cut();
    if (found.isEmpty()) {
      return;
    }
    OutOfOrderCut cut = found.get();
    long before = outOfOrderInBlocks.lastChunk();
    var made = new ArrayList<BlockMeta>();
    try {
      for (long begin : cut.ranges()) {
        long end = begin + options.blockRange().toMillis();
        BlockView view = head.outOfOrder().view(begin, end - 1, before, cut);
        var merged = new MergedView(view, () -> chunkRun(options));
        blockCut.writeOutOfOrder(merged, begin, end).ifPresent(made::add);
      }
      // Whoever sees the blocks is to see all of the commits that samples in them are of.
      head.awaitCommits();
      blocks.publish(made, Long.MIN_VALUE, () -> outOfOrderInBlocks = cut);
    } catch (IOException | RuntimeException e) {
      compactionsFailed.increment();
      blocks.discard(made, e);
      throw e;
    }
    compactions.add(made.size());
    LOG.log(
        Level.INFO,
        "cut blocks from samples out of order blocks={0}",
        made.stream().map(meta -> meta.ulid().toString()).toList());
    truncateOutOfOrder();
  }

  /// Drops from the head what of the samples out of order is in blocks, unless a query that began
  /// earlier may still read it there.
  private void truncateOutOfOrder() throws IOException {
    OutOfOrderCut cut = outOfOrderInBlocks;
    if (!cut.equals(outOfOrderDropped)
        && outOfOrderReaders.noneBelow(cut.lastChunk())
        && staleSeries.isSettled()) {
      head.truncateOutOfOrder(cut);
      outOfOrderDropped = cut;
    }
  }

  /// Cuts the oldest range.
  ///
  /// @return false if it has to wait: for an appender that may still add to it, or for queries that
  ///   read the range before it
  private boolean cutBlock() throws IOException {
    long begin = head.minTime();
    long end = head.firstRangeEnd();
    if (begin < blocks.headStart() || !head.closedBefore(end)) {
      return false;
    }
    Optional<BlockMeta> block = Optional.empty();
    try {
      block = blockCut.write(head.view(begin, end - 1), begin, end);
      blocks.publish(block.stream().toList(), end);
    } catch (IOException | RuntimeException e) {
      compactionsFailed.increment();
      blocks.discard(block.stream().toList(), e);
      throw e;
    }
    compactions.add(block.isPresent() ? 1 : 0);
    LOG.log(
        Level.INFO,
        "cut block from head block={0} mint={1,number,#} maxt={2,number,#}",
        block.map(meta -> meta.ulid().toString()).orElse("none"),
        begin,
        end);
    return true;
  }

  /// Drops from the head what is in blocks, unless a query that began earlier may still read it
  /// there.
  private boolean truncateHead() throws IOException {
    long end = blocks.headStart();
    if (head.minTime() >= end || !headReaders.noneBelow(end) || !staleSeries.isSettled()) {
      return false;
    }
    head.truncate(end);
    return true;
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
  public VarveStats stats() {
    return DbStats.of(this, head, blocks);
  }

  long compactions() {
    return compactions.sum();
  }

  long compactionsFailed() {
    return compactionsFailed.sum();
  }

  long timeRetentions() {
    return timeRetentions.sum();
  }

  StaleCompaction staleSeries() {
    return staleSeries;
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
