package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.OutOfOrderStats;
import io.varve.VarveOptions;
import io.varve.block.BlockView;
import io.varve.head.Head.Rejected;
import io.varve.head.HistogramSamples.Batch;
import io.varve.model.NativeHistogram;
import io.varve.wal.Wal;
import io.varve.wal.WalStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The part of the head that takes samples out of order: those older than the newest of their
/// series, or than what the head takes in order, but within a window before the newest of all.
///
/// ```
/// late samples --> buffer of the series --32--> chunks in chunks_head --> blocks of their own
///              \-> WBL
/// ```
///
/// *Order.* A marker in the log speaks of all that was logged before it of a series, so samples are
/// put into buffers and logged under one lock, which only commits with samples out of order take.
/// The log is written under it: the write is short, the sync is not waited for.
///
/// Thread-safe; the order of its locks is in the description of this package.
public final class OutOfOrderHead implements AutoCloseable {
  private static final WalStats NO_LOG = new WalStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);

  private final OutOfOrderView.Source source;
  private final Chunking chunking;
  private final HeadCounters counters;
  private final Isolation isolation;
  private volatile long window;

  /// Samples are inserted and logged, and the range of times changes, under this.
  private final ReentrantLock lock = new ReentrantLock();

  /// Series that have samples out of order. Changed under the monitor of the series.
  private final Set<MemSeries> series = ConcurrentHashMap.newKeySet();

  private volatile long minTime = Long.MAX_VALUE;
  private volatile long maxTime = Long.MIN_VALUE;
  private volatile @Nullable OutOfOrderLog log;
  private volatile long unknownRefs;

  OutOfOrderHead(
      VarveOptions options,
      OutOfOrderView.Source source,
      HeadCounters counters,
      Isolation isolation) {
    this.source = source;
    this.chunking = source.chunking();
    this.counters = counters;
    this.isolation = isolation;
    this.window = options.outOfOrderWindow().toMillis();
  }

  /// How much older than the newest sample of all one may be from now on, milliseconds; 0 ends
  /// taking any. What is there stays.
  public void setWindow(long window) {
    this.window = window;
  }

  /// How far back an appender may go that begins now.
  ///
  /// @param minTime from when on its samples may be in order, milliseconds
  /// @param newest time of the newest sample of all, milliseconds
  AppendBounds bounds(long minTime, long newest) {
    return AppendBounds.of(minTime, newest, window);
  }

  /// From now on commits are logged.
  void startLogging(VarveOptions options, Path directory, HeadLog headLog) throws IOException {
    var started = new OutOfOrderLog(options, directory, headLog, chunking.files());
    started.openIfPresent();
    log = started;
  }

  /// Its log, to be synced, no more; null as long as there is none.
  @Nullable Wal wal() {
    OutOfOrderLog to = log;
    return to == null ? null : to.wal();
  }

  /// Whether it has no samples.
  boolean isEmpty() {
    return series.isEmpty();
  }

  // --- appending

  /// Applies samples out of order, then logs them.
  ///
  /// @return how many were taken
  /// @throws IOException if they could not be logged. If that was so before this commit, it was not
  ///   applied; otherwise it was, and is logged with the next
  long commit(Samples late, Rejected rejected, Commit commit) throws IOException {
    OutOfOrderLog to = log;
    if (to == null) {
      throw new UnsupportedOperationException("the store is open for reading only");
    }
    lock.lock();
    try {
      to.write();
      var insertion = new Insertion(to, rejected, commit.id());
      for (Batch batch : late.histograms.batches(late.series, late.size)) {
        insertion.insert(late, batch);
      }
      to.write();
      return insertion.taken;
    } finally {
      lock.unlock();
    }
  }

  /// What a commit does.
  private final class Insertion {
    private final OutOfOrderLog to;
    private final Rejected rejected;
    private final long commit;
    private long taken;

    Insertion(OutOfOrderLog to, Rejected rejected, long commit) {
      this.to = to;
      this.rejected = rejected;
      this.commit = commit;
    }

    void insert(Samples late, Batch batch) {
      for (int i = batch.fromFloat(); i < batch.toFloat(); i++) {
        insert(late.series[i], late.start(i), late.times[i], late.valueBits[i], null);
      }
      HistogramSamples from = late.histograms;
      for (int i = batch.from(); i < batch.to(); i++) {
        insert(from.series[i], from.starts[i], from.times[i], 0, from.values[i]);
      }
    }

    private void insert(
        MemSeries owner, long start, long t, long bits, @Nullable NativeHistogram histogram) {
      long[] closed = OutOfOrderHead.this.makeRoom(owner);
      if (closed.length > 0) {
        to.addMarker(owner, closed);
      }
      if (OutOfOrderHead.this.insert(owner, start, t, bits, histogram, commit)) {
        to.add(owner, start, t, bits, histogram);
        count(histogram == null);
      } else {
        rejected.accept(AppendOutcome.DUPLICATE, owner, t);
      }
    }

    private void count(boolean isFloat) {
      taken++;
      (isFloat ? counters.samplesAppended : counters.histogramsAppended).increment();
      (isFloat ? counters.outOfOrderSamples : counters.outOfOrderHistograms).increment();
    }
  }

  /// Makes chunks of a full buffer.
  ///
  /// @return their references; none if the buffer was not full
  long[] makeRoom(MemSeries owner) {
    synchronized (owner) {
      OutOfOrderChunks own = owner.outOfOrder;
      return own != null && own.isFull() ? close(owner, own) : new long[0];
    }
  }

  /// Under the monitor of the series.
  private long[] close(MemSeries owner, OutOfOrderChunks own) {
    long[] closed = own.close(owner.id(), chunking, isolation.state());
    // The buffer was counted as one.
    for (int i = 1; i < closed.length; i++) {
      chunking.files().countStarted();
    }
    return closed;
  }

  /// Adds a sample to the buffer of a series, where there is room, which everybody sees.
  ///
  /// @return false if there is one with its time
  boolean insert(
      MemSeries owner, long start, long t, long bits, @Nullable NativeHistogram histogram) {
    return insert(owner, start, t, bits, histogram, Commit.NONE.id());
  }

  private boolean insert(
      MemSeries owner,
      long start,
      long t,
      long bits,
      @Nullable NativeHistogram histogram,
      long commit) {
    boolean inserted;
    synchronized (owner) {
      OutOfOrderChunks own = ofSeries(owner);
      if (!own.hasBuffer()) {
        chunking.files().countStarted();
      }
      inserted = own.insert(start, t, bits, histogram, commit);
    }
    extendTimes(t, t);
    return inserted;
  }

  /// Under the monitor of the series.
  private OutOfOrderChunks ofSeries(MemSeries owner) {
    OutOfOrderChunks own = owner.outOfOrder;
    if (own == null) {
      own = new OutOfOrderChunks();
      owner.outOfOrder = own;
      series.add(owner);
    }
    return own;
  }

  private void extendTimes(long oldest, long newest) {
    lock.lock();
    try {
      minTime = Math.min(minTime, oldest);
      maxTime = Math.max(maxTime, newest);
    } finally {
      lock.unlock();
    }
  }

  // --- replaying

  /// Takes over a chunk of the chunk files.
  void adopt(MemSeries owner, long ref, long mint, long maxt) {
    if (mint > maxt) {
      return;
    }
    synchronized (owner) {
      ofSeries(owner).add(ref, mint, maxt);
      chunking.files().countStarted();
    }
    extendTimes(mint, maxt);
  }

  /// Forgets the chunks of a series that was evicted from the head: they are in blocks.
  void forget(MemSeries owner) {
    synchronized (owner) {
      owner.outOfOrder = null;
      series.remove(owner);
    }
  }

  /// Notes what the replay could not place.
  void replayed(long unknownRefs) {
    this.unknownRefs = unknownRefs;
  }

  /// Makes chunks of the buffers of some series and logs that it did: the log as it is would have
  /// the next replay do so again.
  void closeBuffers(Iterable<MemSeries> owners) throws IOException {
    lock.lock();
    try {
      OutOfOrderLog to = log;
      for (MemSeries owner : owners) {
        long[] closed;
        synchronized (owner) {
          OutOfOrderChunks own = owner.outOfOrder;
          closed = own == null ? new long[0] : close(owner, own);
        }
        if (to != null && closed.length > 0) {
          to.addMarker(owner, closed);
        }
      }
      if (to != null) {
        to.write();
      }
    } finally {
      lock.unlock();
    }
  }

  // --- reading

  /// Time of the oldest sample out of order that may be there, milliseconds; {@link Long#MAX_VALUE}
  /// if there is none.
  public long minTime() {
    return minTime;
  }

  /// Whether there may be any in a closed range of milliseconds.
  public boolean overlaps(long from, long to) {
    return minTime <= to && maxTime >= from;
  }

  /// What there is in a closed range of milliseconds, in chunks that may overlap.
  ///
  /// @param afterChunk reference of the last chunk that is in a block already
  public BlockView view(long from, long to, long afterChunk) {
    return view(from, to, afterChunk, Horizon.ALL);
  }

  /// What a query sees of it.
  ///
  /// @param afterChunk reference of the last chunk that is in a block already
  public BlockView view(long from, long to, long afterChunk, Horizon horizon) {
    return view(new OutOfOrderView.Range(from, to, afterChunk, Long.MAX_VALUE, horizon));
  }

  /// What of a cut is in a closed range of milliseconds.
  ///
  /// @param afterChunk reference of the last chunk of the cut before
  public BlockView view(long from, long to, long afterChunk, OutOfOrderCut cut) {
    return view(new OutOfOrderView.Range(from, to, afterChunk, cut.lastChunk(), Horizon.ALL));
  }

  private BlockView view(OutOfOrderView.Range range) {
    return new OutOfOrderView(source, range);
  }

  // --- cutting blocks

  /// Makes chunks of all buffers, which are then to become blocks. No marker is logged of them:
  /// their samples are in segments that go when the blocks are there.
  ///
  /// @return what is to become blocks, or empty if there is nothing
  public Optional<OutOfOrderCut> cut() throws IOException {
    OutOfOrderLog from = log;
    if (from == null || series.isEmpty()) {
      return Optional.empty();
    }
    int segment;
    lock.lock();
    try {
      from.write();
      segment = from.nextSegment();
    } finally {
      lock.unlock();
    }
    long last = 0;
    for (MemSeries owner : series) {
      synchronized (owner) {
        OutOfOrderChunks own = owner.outOfOrder;
        if (own != null) {
          close(owner, own);
          last = Math.max(last, own.lastChunk());
        }
      }
    }
    chunking.files().flush();
    return Optional.of(new OutOfOrderCut(last, segment, ranges(last)));
  }

  /// Looks at each series once more: it may have got a chunk after its turn and before the last
  /// one.
  private SortedSet<Long> ranges(long last) {
    var ranges = new OutOfOrderCut.Ranges(chunking);
    for (MemSeries owner : series) {
      var chunks = new OutOfOrderChunks();
      synchronized (owner) {
        OutOfOrderChunks own = owner.outOfOrder;
        if (own != null) {
          own.forEach(0, last, chunks::add);
        }
      }
      chunks.forEach(0, last, ranges::add);
    }
    return ranges.starts();
  }

  /// Drops what was cut and is in blocks now. No reader may be using it any more.
  void drop(OutOfOrderCut cut) throws IOException {
    for (MemSeries owner : List.copyOf(series)) {
      synchronized (owner) {
        OutOfOrderChunks own = owner.outOfOrder;
        if (own != null) {
          counters.chunksRemoved.add(own.drop(cut.lastChunk()));
          if (own.isEmpty()) {
            owner.outOfOrder = null;
            series.remove(owner);
          }
        }
      }
    }
    lock.lock();
    try {
      resetTimes();
      OutOfOrderLog from = log;
      if (from != null) {
        from.deleteSegmentsBelow(cut.segment());
      }
    } finally {
      lock.unlock();
    }
  }

  private void resetTimes() {
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (MemSeries owner : series) {
      synchronized (owner) {
        OutOfOrderChunks own = owner.outOfOrder;
        if (own != null) {
          oldest = Math.min(oldest, own.minTime());
          newest = Math.max(newest, own.maxTime());
        }
      }
    }
    minTime = oldest;
    maxTime = newest;
  }

  // --- figures

  OutOfOrderStats stats() {
    OutOfOrderLog to = log;
    WalStats wbl = to == null ? NO_LOG : to.stats().orElse(NO_LOG);
    try {
      return new OutOfOrderStats(
          minTime,
          maxTime,
          counters.outOfOrderSamples.sum(),
          counters.outOfOrderHistograms.sum(),
          wbl.currentSegment(),
          to == null ? 0 : to.sizeOnDisk(),
          wbl.pageFlushes(),
          wbl.fsyncs(),
          wbl.fsyncNanos(),
          wbl.writesFailed(),
          wbl.truncations(),
          unknownRefs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      OutOfOrderLog to = log;
      if (to != null) {
        to.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
