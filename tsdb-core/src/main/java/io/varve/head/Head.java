package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult.Rejection;
import io.varve.Limits;
import io.varve.SnapshotStats;
import io.varve.VarveOptions;
import io.varve.WriteStats;
import io.varve.WritesSuspendedException;
import io.varve.block.BlockView;
import io.varve.block.Intervals;
import io.varve.chunk.FloatCutting;
import io.varve.head.HistogramSamples.Batch;
import io.varve.model.Exemplar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The newest samples, in memory and in the log. Thread-safe; the order of its locks is in the
/// description of this package.
///
/// A series is created when it is first appended to, in memory only. The first commit that has a
/// sample of it logs its record ahead of the samples, under the lock of {@link HeadLog}, whichever
/// appender created it: so the log has one record per series, before any of its samples, which
/// replay (ours and Prometheus') counts on.
public final class Head implements AutoCloseable {
  private static final int POOLED_SAMPLES = 64;
  private static final long EMPTY_MIN = Long.MAX_VALUE;
  private static final long EMPTY_MAX = Long.MIN_VALUE;

  private final long chunkRange;
  private final Chunking chunking;
  private final boolean keepsStarts;
  private final boolean keepsCustomBuckets;
  private final boolean logsEvictions;

  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final HeadCounters counters = new HeadCounters();
  private final HeadSeries allSeries;
  private final Map<MemSeries, Intervals> deleted = new ConcurrentHashMap<>();
  private final OutOfOrderHead outOfOrder;
  private final StaleSeries stale = new StaleSeries(this);
  private final Durability durability;
  private final LongAdder suspended = new LongAdder();
  private final LowerBounds appenders = new LowerBounds();
  private final Isolation isolation = new Isolation();
  private final BlockingQueue<Samples> pool = new ArrayBlockingQueue<>(POOLED_SAMPLES);

  private final ExemplarStorage exemplars;
  private final HeadMetadata metadata = new HeadMetadata();
  private final AtomicLong minTime = new AtomicLong(EMPTY_MIN);
  private final AtomicLong maxTime = new AtomicLong(EMPTY_MAX);
  private volatile long minValidTime;
  private volatile long endOfBlocks;
  private volatile Runnable onCompactable = () -> {};
  private HeadCounters.Replay replay = new HeadCounters.Replay(0, 0, 0);
  private @Nullable HeadLog log;
  private @Nullable DiskReserve reserve;
  private @Nullable HeadSnapshot snapshot;
  private boolean snapshotAtClose;

  /// @param minValidTime samples before this are in blocks, milliseconds
  Head(VarveOptions options, long minValidTime, HeadChunks chunks) {
    this.allSeries = new HeadSeries(options, counters);
    this.chunkRange = options.blockRange().toMillis();
    this.minValidTime = minValidTime;
    this.endOfBlocks = minValidTime;
    this.chunking = Chunking.of(options, chunks);
    this.exemplars = new ExemplarStorage(options.maxExemplars());
    var source = new OutOfOrderView.Source(allSeries, chunking, this::deletedOf);
    this.outOfOrder = new OutOfOrderHead(options, source, counters, isolation);
    this.durability = new Durability(options, outOfOrder::wal);
    this.keepsStarts = options.startTimestamps();
    this.keepsCustomBuckets = options.compatibility().customBuckets();
    this.logsEvictions = options.compatibility().staleSeriesBlocks();
  }

  /// Opens the head of a data directory and replays its log.
  ///
  /// @param minValidTime samples before this are in blocks, milliseconds
  /// @param writable whether the log is to be continued; otherwise nothing is written or mended
  public static Head open(Path directory, VarveOptions options, long minValidTime, boolean writable)
      throws IOException {
    return open(directory, options, minValidTime, writable, new ReplayStatus());
  }

  /// As {@link #open(Path, VarveOptions, long, boolean)}.
  ///
  /// @param status is told how far the replay is
  public static Head open(
      Path directory,
      VarveOptions options,
      long minValidTime,
      boolean writable,
      ReplayStatus status)
      throws IOException {
    return new HeadOpener(directory, options, minValidTime, writable, status).open();
  }

  /// Has {@code action} run after commits that leave the head with a whole block range to cut off.
  public void onCompactable(Runnable action) {
    onCompactable = action;
  }

  /// Notes how the replay went.
  void replayed(HeadCounters.Replay replay) {
    this.replay = replay;
  }

  /// Notes what became of the snapshot it may be from.
  ///
  /// @param atClose whether to write one when it is closed
  void usedSnapshot(HeadSnapshot snapshot, boolean atClose) {
    this.snapshot = snapshot;
    this.snapshotAtClose = atClose;
  }

  /// From now on commits are logged.
  ///
  /// @param reserve what has to stay free for that
  void startLogging(HeadLog log, DiskReserve reserve) {
    this.log = log;
    this.reserve = reserve;
    durability.startLogging(log.wal());
  }

  // --- appending

  /// A new batch of samples.
  public Appender appender() {
    Samples samples = pool.poll();
    return new HeadAppender(this, samples == null ? new Samples() : samples);
  }

  void recycle(Samples samples) {
    if (samples.worthKeeping()) {
      var ignored = pool.offer(samples);
    }
  }

  /// Registers an appender whose first sample is at {@code timestamp}.
  ///
  /// @return time of the oldest sample it may add, milliseconds
  long enter(long timestamp) {
    if (minTime.get() == EMPTY_MIN && timestamp >= minValidTime) {
      minTime.compareAndSet(EMPTY_MIN, timestamp);
      maxTime.compareAndSet(EMPTY_MAX, timestamp);
    }
    return appenders.enter(this::appendableMinTime);
  }

  /// How far back an appender may go that was told that time.
  AppendBounds bounds(long minTime) {
    return outOfOrder.bounds(minTime, Math.max(maxTime.get(), minValidTime));
  }

  /// A head keeps taking samples that are up to half a block range behind its newest.
  private long appendableMinTime() {
    long newest = maxTime.get();
    return newest == EMPTY_MAX ? minValidTime : Math.max(minValidTime, newest - chunkRange / 2);
  }

  void leave(long bound) {
    appenders.leave(bound);
  }

  /// All its series.
  HeadSeries series() {
    return allSeries;
  }

  /// See {@link io.varve.Varve#setLimits}.
  public void setLimits(Limits limits) {
    allSeries.admission().setLimits(limits);
  }

  public ExemplarStorage exemplars() {
    return exemplars;
  }

  public HeadMetadata metadata() {
    return metadata;
  }

  /// Its samples that came out of order.
  public OutOfOrderHead outOfOrder() {
    return outOfOrder;
  }

  boolean keepsStarts() {
    return keepsStarts;
  }

  boolean keepsCustomBuckets() {
    return keepsCustomBuckets;
  }

  /// Receives samples that were not taken, and those that were there already.
  interface Rejected {
    void accept(AppendOutcome outcome, MemSeries series, long timestamp);
  }

  /// When commits become durable.
  public Durability durability() {
    return durability;
  }

  /// See {@link io.varve.Varve#setDiskReserve}.
  public void setDiskReserve(long bytes) {
    if (reserve != null) {
      reserve.set(bytes);
    }
  }

  /// @throws WritesSuspendedException if commits would be refused now
  public void requireWritable() {
    try {
      if (reserve != null) {
        reserve.requireSpace();
      }
      durability.requireSound();
    } catch (WritesSuspendedException e) {
      suspended.increment();
      throw e;
    }
  }

  /// Logs samples, applies them, and makes them durable if that is to be done at once.
  ///
  /// Of one series, in the same order: a replay has them in the order of the log, and would leave
  /// out one that is logged behind a newer one, though it was taken. So a commit that meets another
  /// with samples of the same series does its work alone, with the gate closed.
  ///
  /// @param bounds of the appender
  /// @return how many were taken
  /// @throws IOException if they could not be logged; then none is applied, unless it was only
  ///   those out of order that could not: everything else is then, see {@link
  ///   OutOfOrderHead#commit}
  long commit(Samples samples, AppendBounds bounds, Rejected rejected) throws IOException {
    HeadLog to = log;
    if (to == null) {
      throw new UnsupportedOperationException("the store is open for reading only");
    }
    requireWritable();
    try {
      Done done = logAndApply(to, samples, bounds, rejected);
      durability.committed(done.outOfOrder);
      return done.taken;
    } catch (IOException e) {
      if (reserve != null) {
        reserve.suspect();
      }
      throw e;
    }
  }

  /// What a commit did.
  ///
  /// @param taken how many samples were taken
  /// @param outOfOrder whether there were samples out of order
  private record Done(long taken, boolean outOfOrder) {}

  private Done logAndApply(HeadLog to, Samples samples, AppendBounds bounds, Rejected rejected)
      throws IOException {
    boolean applied = false;
    gate.readLock().lock();
    try {
      boolean logged = prepare(samples);
      if (samples.beginCommit()) {
        Done done = logAndApply(samples, logged, to, bounds, rejected);
        applied = true;
        return done;
      }
    } finally {
      if (!applied) {
        samples.cancelCommit();
      }
      gate.readLock().unlock();
    }
    gate.writeLock().lock();
    try {
      return logAndApply(samples, prepare(samples), to, bounds, rejected);
    } finally {
      gate.writeLock().unlock();
    }
  }

  /// @return whether the records of all series are logged
  private boolean prepare(Samples samples) {
    samples.annotations.chooseSeries(allSeries, metadata);
    return samples.resolve(allSeries);
  }

  private Done logAndApply(
      Samples samples, boolean logged, HeadLog to, AppendBounds bounds, Rejected rejected)
      throws IOException {
    List<Batch> batches = samples.histograms.batches(samples.series, samples.size);
    if (logged) {
      to.log(samples, batches);
    } else {
      to.logWithSeries(samples, batches);
    }
    Done done;
    try (Commit commit = isolation.begin()) {
      var applied = new AppliedSamples(bounds, rejected, chunking, commit);
      batches.forEach(batch -> applied.apply(samples, batch));
      samples.annotations.apply(exemplars, metadata);
      done = finish(applied, rejected, commit);
    }
    if (compactable()) {
      onCompactable.run();
    }
    return done;
  }

  /// @throws IOException if samples out of order could not be logged
  private Done finish(AppliedSamples applied, Rejected rejected, Commit commit) throws IOException {
    extendTimes(applied.oldest(), applied.newest());
    counters.samplesAppended.add(applied.floats());
    counters.histogramsAppended.add(applied.histograms());
    long taken = applied.floats() + applied.histograms();
    Samples late = applied.outOfOrder();
    return late == null
        ? new Done(taken, false)
        : new Done(taken + outOfOrder.commit(late, rejected, commit), true);
  }

  void extendTimes(long oldest, long newest) {
    if (oldest < minTime.get()) {
      minTime.accumulateAndGet(oldest, Math::min);
    }
    if (newest > maxTime.get()) {
      maxTime.accumulateAndGet(newest, Math::max);
    }
  }

  void countRejections(List<Rejection> rejections) {
    for (Rejection rejection : rejections) {
      counters.rejected(rejection.outcome(), rejection.count());
    }
  }

  // --- replaying

  /// Samples before this are in blocks, milliseconds.
  long minValidTime() {
    return minValidTime;
  }

  /// Adds an exemplar; those whose sample would be too old are left out, as by Prometheus.
  void replayExemplar(MemSeries series, Exemplar exemplar) {
    if (exemplar.timestamp() >= minValidTime) {
      var ignored = exemplars.add(series.labels(), exemplar);
    }
  }

  /// Hides a closed span of a series.
  void replayDeletion(MemSeries series, long mint, long maxt) {
    deleted.merge(series, Intervals.EMPTY.add(mint, maxt), (old, more) -> old.add(mint, maxt));
  }

  /// Lets go of a series that was evicted to blocks: labels no longer find it. To be told in {@link
  /// #forgetEvicted}.
  void replayEviction(MemSeries series) {
    drop(series);
    outOfOrder.forget(series);
    deleted.remove(series);
  }

  /// Has matchers no longer find series that were evicted.
  void forgetEvicted(Collection<MemSeries> evicted) {
    if (!evicted.isEmpty()) {
      evicted.forEach(gone -> allSeries.ended().put(gone.hash, gone.lastTime()));
      allSeries.forget(evicted);
      metadata.forget(evicted);
      allSeries.dropRemoved();
    }
  }

  // --- snapshots

  /// Says where the blocks end that a snapshot is to go with, milliseconds.
  public void noteEndOfBlocks(long end) {
    endOfBlocks = end;
  }

  long endOfBlocks() {
    return endOfBlocks;
  }

  /// Series that left it whose records the log keeps, by reference.
  Map<Long, HeadLog.Kept> keptRecords() {
    return log == null ? Map.of() : log.keptRecords();
  }

  void forEachDeleted(BiConsumer<MemSeries, Intervals> action) {
    deleted.forEach(action);
  }

  // --- reading

  /// Tells which commits a query sees.
  public Isolation isolation() {
    return isolation;
  }

  /// Returns when the commits have ended that have begun by now. Others wait for it meanwhile.
  @SuppressWarnings("LockNotBeforeTry") // nothing is done while it is held
  public void awaitCommits() {
    gate.writeLock().lock();
    gate.writeLock().unlock();
  }

  /// The part of the head in a closed range of milliseconds, with what is being committed.
  public BlockView view(long from, long to) {
    return view(from, to, Horizon.ALL);
  }

  /// The part of the head in a closed range of milliseconds.
  ///
  /// @param horizon which commits are to be seen
  public BlockView view(long from, long to, Horizon horizon) {
    return new HeadView(this, from, to, horizon);
  }

  Chunking chunking() {
    return chunking;
  }

  Intervals deletedOf(MemSeries series) {
    return deleted.isEmpty() ? Intervals.EMPTY : deleted.getOrDefault(series, Intervals.EMPTY);
  }

  /// Time of the oldest sample that may be there, milliseconds; {@link Long#MAX_VALUE} while empty.
  public long minTime() {
    return minTime.get();
  }

  /// Time of the newest sample, milliseconds; {@link Long#MIN_VALUE} while empty.
  public long maxTime() {
    return maxTime.get();
  }

  // --- cutting blocks

  /// Whether it spans so much that its oldest block range can become a block: one and a half.
  public boolean compactable() {
    long oldest = minTime.get();
    long newest = maxTime.get();
    return oldest != EMPTY_MIN && newest != EMPTY_MAX && newest - oldest > chunkRange / 2 * 3;
  }

  /// Whether it is about to be {@link #compactable}: ten minutes before, for blocks of two hours.
  public boolean compactableSoon() {
    long oldest = minTime.get();
    long newest = maxTime.get();
    return newest > oldest && newest - oldest > chunkRange / 2 * 3 - chunkRange / 12;
  }

  /// End of the oldest block range, milliseconds, exclusive.
  public long firstRangeEnd() {
    return FloatCutting.endOf(minTime.get(), chunkRange);
  }

  /// Whether no appender may still add samples before {@code end}: each was told when it began how
  /// far back it may go, and those that begin now may not go back that far.
  public boolean closedBefore(long end) {
    return appenders.noneBelow(end);
  }

  /// Drops the samples before {@code mint}, which are in a block now, and the series that have no
  /// other. No reader may be using that range any more.
  ///
  /// @param mint milliseconds
  public void truncate(long mint) throws IOException {
    minValidTime = Math.max(minValidTime, mint);
    // They still know series that go now.
    pool.clear();
    var sweep = new TruncationSweep(this, counters, mint);
    sweep.run();
    allSeries.ended().dropBefore(mint);
    long oldest = Math.min(mint, outOfOrder.minTime());
    deleted.values().removeIf(spans -> spans.maxt(spans.size() - 1) < oldest);
    // The oldest sample left may be long after mint; the head then begins there, unless an appender
    // may still bring older ones.
    long begin = Math.max(mint, Math.min(sweep.oldest(), appendableMinTime()));
    minTime.accumulateAndGet(begin, (old, cut) -> old == EMPTY_MIN ? old : Math.max(old, cut));
    sweep.deleteFiles();
    counters.truncations.increment();
  }

  /// Drops what was cut and is in blocks now, and the series that have nothing else. No reader may
  /// be using it any more.
  public void truncateOutOfOrder(OutOfOrderCut cut) throws IOException {
    outOfOrder.drop(cut);
    var sweep = new TruncationSweep(this, counters, minValidTime);
    sweep.run();
    sweep.deleteFiles();
  }

  /// Marks series as removed.
  interface Removal {
    /// @return those it marked
    List<MemSeries> run() throws IOException;
  }

  /// A short turn with the gate closed, so that commits wait little.
  ///
  /// @return how many series went
  int removeSome(Removal removal) throws IOException {
    List<MemSeries> gone;
    gate.writeLock().lock();
    try {
      gone = removal.run();
    } finally {
      gate.writeLock().unlock();
    }
    allSeries.forget(gone);
    gone.forEach(deleted::remove);
    metadata.forget(gone);
    if (log != null) {
      log.keepRecords(gone.stream().collect(Collectors.toMap(MemSeries::id, MemSeries::lastTime)));
    }
    return gone.size();
  }

  /// Marks a series as removed and lets go of what it has.
  void drop(MemSeries series) {
    series.leave(chunking);
    counters.chunksRemoved.add(series.truncate(Long.MAX_VALUE).dropped());
  }

  /// Logs that series leave the head with samples that the log has, for those who understand it. To
  /// be called with the gate closed: so it comes after all samples of these series, and before the
  /// record of one that comes back.
  void logEvictions(List<MemSeries> gone) throws IOException {
    if (log != null && logsEvictions && !gone.isEmpty()) {
      log.logEvictions(gone);
    }
  }

  /// Its series that have ended.
  public StaleSeries stale() {
    return stale;
  }

  /// Makes a checkpoint of the older part of the log and deletes that part.
  ///
  /// @param mint samples before this are in blocks, milliseconds
  public void truncateLog(long mint) throws IOException {
    if (log != null) {
      var live = new SeriesById();
      allSeries.forEach(each -> live.put(each.id(), each));
      log.truncate(mint, live);
    }
  }

  /// What happened so far.
  public HeadStats stats() {
    return counters.stats(
        chunking.files(),
        appenders.size(),
        allSeries.admission().refusals(),
        replay,
        outOfOrder.stats(),
        snapshot == null ? SnapshotStats.NONE : snapshot.stats(),
        stale.count());
  }

  /// What the log did so far, or empty if nothing is logged.
  public Optional<LogStats> logStats() {
    return Optional.ofNullable(log).map(HeadLog::stats);
  }

  /// What keeps samples safe, and what keeps them out.
  public WriteStats writeStats() {
    DiskReserve of = reserve;
    return new WriteStats(
        durability.fsyncsFailed(),
        durability.isDoubtful(),
        of == null ? 0 : of.reserve(),
        of == null ? -1 : of.free(),
        of != null && of.isTouched(),
        suspended.sum());
  }

  @Override
  public void close() throws IOException {
    try {
      closeLogs();
      if (snapshot != null && snapshotAtClose) {
        snapshotAtClose = false;
        snapshot.write(this);
      }
    } finally {
      chunking.files().close();
    }
  }

  /// With the gate closed: what was logged is applied then, and nothing is logged later.
  private void closeLogs() throws IOException {
    gate.writeLock().lock();
    try {
      if (log != null) {
        log.close();
      }
    } finally {
      try {
        outOfOrder.close();
      } finally {
        gate.writeLock().unlock();
      }
    }
  }
}
