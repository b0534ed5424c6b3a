package io.varve.wal;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// Makes segments durable: finished ones in the background, the open one when asked.
///
/// After a failed sync Linux takes pages it could not write for clean, so a second sync of the same
/// file may succeed without them. A segment whose sync failed is therefore *lost*: what it holds is
/// readable now, but not proven to be on stable storage, and it is never synced again. The log goes
/// on in another segment, and what the lost one holds is written to a new file, which is synced and
/// takes its place. Syncs fail as long as there is a lost segment. It ends when the segment is
/// replaced; or deleted, which follows a checkpoint that has read what is still needed and written
/// it anew.
///
/// Thread-safe. Its lock is held during syncs, that of the log is not; who shares a sync is up to
/// {@link SyncGroup}.
final class SegmentSync implements Closeable {
  private static final System.Logger LOG = System.getLogger(SegmentSync.class.getName());

  /// The log as far as it matters here.
  interface Log {
    /// The open segment.
    SegmentFile openSegment();

    /// Finishes the open segment if it is lost, and goes on in another.
    void leaveLostSegment() throws IOException;
  }

  private final Log log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Executor background;

  /// Segments that are written to the end, open, to be synced and closed.
  private final ConcurrentLinkedQueue<SegmentFile> finished = new ConcurrentLinkedQueue<>();

  /// Whether a background sync has been asked for and not begun.
  private final AtomicBoolean requested = new AtomicBoolean();

  /// The lost segments, each with the fault.
  private final ConcurrentSkipListMap<Integer, IOException> lost = new ConcurrentSkipListMap<>();

  /// Those of them that are written to the end, open, to be replaced.
  private final List<SegmentFile> toReplace = new ArrayList<>();

  /// Whether all was synced, or lost for good, when the log was closed.
  private boolean closed;

  /// Segments below this one are deleted, or about to be.
  private int first;

  private final LongAdder fsyncs = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /// @param log its lock is taken with the one of this held
  SegmentSync(Log log, Executor background) {
    this.log = log;
    this.background = background;
  }

  /// Takes over a segment that is written to the end.
  void finish(SegmentFile segment) {
    finished.add(segment);
  }

  /// Sees to it that finished segments get synced. Not to be called with the log's lock held: the
  /// executor may do it here and now.
  void start() {
    if (!finished.isEmpty() && requested.compareAndSet(false, true)) {
      background.execute(this::syncInBackground);
    }
  }

  private void syncInBackground() {
    lock.lock();
    try {
      requested.set(false);
      var ignored = syncFinished();
      replaceLost();
    } catch (IOException e) {
      LOG.log(ERROR, "Finished WAL segments stay open and unsynced until the next sync error=" + e);
    } finally {
      lock.unlock();
    }
  }

  /// Makes durable all that is logged when this begins.
  void sync() throws IOException {
    lock.lock();
    try {
      if (!closed) {
        syncLog();
      }
      requireNoneLost();
    } finally {
      lock.unlock();
    }
  }

  private void syncLog() throws IOException {
    // In this order: what is finished later than this moment holds nothing that has to be synced.
    SegmentFile open = log.openSegment();
    int synced = syncFinished();
    if (synced < open.number() && !isLost(open.number())) {
      sync(open);
    }
    if (isAnyLost()) {
      mend();
    }
  }

  /// Has lost segments replaced, the open one too.
  private void mend() throws IOException {
    try {
      log.leaveLostSegment();
    } catch (IOException e) {
      LOG.log(ERROR, "The WAL cannot leave a segment that failed to sync error=" + e);
    }
    var ignored = syncFinished();
    replaceLost();
  }

  /// Syncs and closes what is finished.
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      var ignored = syncFinished();
      replaceLost();
      closed = true;
      requireNoneLost();
    } finally {
      for (SegmentFile segment : toReplace) {
        segment.close();
      }
      lock.unlock();
    }
  }

  private void requireNoneLost() throws IOException {
    var fault = lost.firstEntry();
    if (fault != null) {
      throw new IOException(
          "WAL segments " + lost.keySet() + " failed to sync and may not be on stable storage",
          fault.getValue());
    }
  }

  /// @return number of the last segment synced, -1 if none was finished
  private int syncFinished() throws IOException {
    int synced = -1;
    for (SegmentFile segment; (segment = finished.peek()) != null; ) {
      if (!isLost(segment.number())) {
        sync(segment);
      }
      finished.remove();
      synced = segment.number();
      if (isLost(synced)) {
        toReplace.add(segment);
      } else {
        segment.close();
      }
    }
    return synced;
  }

  private void replaceLost() throws IOException {
    for (SegmentFile segment : List.copyOf(toReplace)) {
      if (segment.number() < first || replace(segment)) {
        lost.remove(segment.number());
        toReplace.remove(segment);
        segment.close();
      }
    }
  }

  private static boolean replace(SegmentFile segment) {
    try {
      segment.replace();
      LOG.log(
          WARNING, "WAL segment was written anew after a failed sync segment=" + segment.number());
      return true;
    } catch (IOException e) {
      LOG.log(
          ERROR, "WAL segment cannot be written anew segment=" + segment.number() + " error=" + e);
      return false;
    }
  }

  /// Syncs a segment; if that fails, it is lost. A thread that is interrupted syncs nothing and
  /// loses nothing.
  private void sync(SegmentFile segment) throws IOException {
    long start = System.nanoTime();
    try {
      segment.sync();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      lose(segment.number(), e);
    }
    fsyncs.increment();
    nanos.add(System.nanoTime() - start);
  }

  /// Notes that a segment failed to sync. Needs no lock.
  void lose(int segment, IOException fault) {
    failures.increment();
    lost.put(segment, fault);
    LOG.log(ERROR, "WAL segment failed to sync segment=" + segment + " error=" + fault);
  }

  boolean isLost(int segment) {
    return lost.containsKey(segment);
  }

  boolean isAnyLost() {
    return !lost.isEmpty();
  }

  /// Segments below this one are about to be deleted: what is needed of them is elsewhere.
  void forgetBelow(int segment) {
    lock.lock();
    try {
      first = Math.max(first, segment);
      lost.headMap(segment).clear();
    } finally {
      lock.unlock();
    }
  }

  long fsyncs() {
    return fsyncs.sum();
  }

  long nanos() {
    return nanos.sum();
  }

  long failures() {
    return failures.sum();
  }
}
