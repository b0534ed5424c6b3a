package io.varve.wal;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.FileStat;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// A log being written: the write-ahead log, or in a directory of its own the log of out-of-order
/// samples (WBL), which has no checkpoints. A batch that {@link #log} has taken survives the death
/// of the process; it survives the loss of power once a {@link #sync} after it has returned, or its
/// segment was finished and synced in the background.
///
/// *Failures.* A batch is logged whole or not at all, unless the process dies while it is being
/// logged: then its first records may stay. When a write fails, what the batch left behind is cut
/// off before anything else is logged, and the next batch starts a fresh segment; until that works,
/// {@link #log} fails. So a disk that is full for a while loses the batches it refused, and nothing
/// else. After a failed sync what may be missing is logged again, and {@link #sync} fails only if
/// that fails, too: see {@link SegmentSync}.
///
/// *Locks.* `lock` guards the writer and what is to be cut. {@link SegmentSync} has a lock of its
/// own, taken before this one and never while this one is held: appenders do not wait for syncs
/// they did not ask for.
///
/// Thread-safe.
public final class Wal implements AutoCloseable {
  private final Disk disk;
  private final Path directory;
  private final int segmentSize;
  private final Compression compression;
  private final ReentrantLock lock = new ReentrantLock();
  private final SegmentWriter writer;
  private final SegmentSync syncs;
  private final SyncGroup group;

  /// What failed batches left behind, the newest segment first. As long as there is anything,
  /// nothing is written.
  private final ArrayDeque<Cut> cuts = new ArrayDeque<>();

  /// The segments that the present batch has got to, and what the first of them held before.
  private final List<SegmentFile> touched = new ArrayList<>();

  private SegmentFile.Written before = SegmentFile.Written.NOTHING;

  private boolean failed;
  private boolean closed;
  private volatile int first;
  private volatile int last;
  private final AtomicLong batches = new AtomicLong();

  private final LongAdder bytesSaved = new LongAdder();
  private final LongAdder writesFailed = new LongAdder();
  private final LongAdder truncations = new LongAdder();
  private final LongAdder truncationsFailed = new LongAdder();

  /// @param length bytes of the segment that stay
  private record Cut(int segment, long length) {}

  private Wal(
      Disk disk,
      Path directory,
      int segmentSize,
      Compression compression,
      Executor background,
      int first,
      SegmentFile segment) {
    this.disk = disk;
    this.directory = directory;
    this.segmentSize = segmentSize;
    this.compression = compression;
    this.syncs = new SegmentSync(new Syncable(), background);
    this.group = new SyncGroup(batches::get, syncs::sync);
    this.writer = new SegmentWriter(segment);
    this.first = first;
    this.last = segment.number();
  }

  /// Opens a log for writing, with a short-lived thread for the sync of each finished segment.
  ///
  /// @see #open(Disk, Path, int, Compression, Executor)
  public static Wal open(Disk disk, Path directory, int segmentBytes, Compression compression)
      throws IOException {
    return open(
        disk,
        directory,
        segmentBytes,
        compression,
        task -> Thread.ofPlatform().daemon().name("varve-wal-sync").start(task));
  }

  /// Opens a log for writing: creates the directory if need be, removes unfinished checkpoints,
  /// cuts off the last record if it is torn, and starts a new segment. The caller has read the log
  /// before and had it repaired if necessary, and sees to it that nobody else writes to it.
  ///
  /// @param segmentBytes largest size of a segment, a multiple of 32 KiB
  /// @param background syncs finished segments
  /// @throws CorruptionException if the last segment is damaged, or the segments are not
  ///   consecutive
  public static Wal open(
      Disk disk, Path directory, int segmentBytes, Compression compression, Executor background)
      throws IOException {
    if (segmentBytes <= 0 || segmentBytes % WalFormat.PAGE_SIZE != 0) {
      throw new IllegalArgumentException("no multiple of 32 KiB: " + segmentBytes);
    }
    createDirectory(disk, directory);
    Checkpoint.deleteTemporary(disk, directory);
    int checkpoint = Checkpoint.latest(disk, directory).map(CheckpointRef::index).orElse(-1);
    Segments present = Segments.in(disk, directory, checkpoint);
    Segments.deleteBelow(disk, directory, present.first());
    if (present.last() < checkpoint) {
      // All of them are in the checkpoint, and a number after its own would leave a gap.
      Segments.deleteBelow(disk, directory, checkpoint);
      present = Segments.in(disk, directory);
    } else if (!present.isEmpty()) {
      TornTail.cutOff(disk, present.list().getLast().file());
    }
    int next = Math.max(present.last(), checkpoint) + 1;
    SegmentFile segment = SegmentFile.create(disk, directory, next);
    int first = present.isEmpty() ? next : present.first();
    var wal = new Wal(disk, directory, segmentBytes, compression, background, first, segment);
    try {
      wal.syncFormer(present);
      return wal;
    } catch (IOException e) {
      try (wal) {
        throw e;
      }
    }
  }

  /// Has the segments synced that are there: a process that died may have left some of them written
  /// only. If one lost its end with the power while later ones stay, the log would end there.
  private void syncFormer(Segments former) throws IOException {
    for (Segments.Segment segment : former.list()) {
      syncs.finish(SegmentFile.open(disk, segment));
    }
    syncs.start();
  }

  private static void createDirectory(Disk disk, Path directory) throws IOException {
    if (disk.stat(directory).isPresent()) {
      return;
    }
    disk.createDirectories(directory);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      disk.syncDirectory(parent);
    }
  }

  /// Logs the records of a batch in their order, without records of other batches in between, and
  /// leaves the batch as it is.
  ///
  /// @throws IOException if the batch was not logged; a later one may be
  public void log(RecordBatch batch) throws IOException {
    if (batch.isEmpty()) {
      return;
    }
    int saved = batch.encode(compression);
    lock.lock();
    try {
      requireOpen();
      append(batch);
      batches.incrementAndGet();
    } finally {
      lock.unlock();
    }
    bytesSaved.add(saved);
    syncs.start();
  }

  private void append(RecordBatch batch) throws IOException {
    try {
      leaveFailedSegment();
    } catch (IOException e) {
      writesFailed.increment();
      throw e;
    }
    int segment = last;
    long length = writer.position();
    touched.clear();
    touched.add(writer.segment());
    before = writer.segment().written();
    try {
      for (int i = 0; i < batch.records(); i++) {
        append(batch, i);
      }
      writer.flush();
    } catch (IOException | RuntimeException | Error e) {
      writesFailed.increment();
      rollBack(segment, length, e);
      throw e;
    }
  }

  private void append(RecordBatch batch, int record) throws IOException {
    int from = batch.encodedStart(record);
    int to = batch.encodedEnd(record);
    if (to - from > WalFormat.room(writer.position(), segmentSize) && writer.position() > 0) {
      finishSegment();
    }
    writer.add(batch.encoded(), from, to, batch.encodedFlags(record));
  }

  private void finishSegment() throws IOException {
    writer.fillPage();
    writer.flush();
    startSegment();
  }

  private void startSegment() throws IOException {
    SegmentFile next = SegmentFile.create(disk, directory, last + 1);
    syncs.finish(writer.segment());
    writer.start(next);
    last = next.number();
    touched.add(next);
  }

  /// Forgets what was written since the log ended in this segment with this length.
  private void rollBack(int segment, long length, Throwable cause) {
    for (int number = segment; number <= last; number++) {
      cuts.push(new Cut(number, number == segment ? length : 0));
    }
    touched.forEach(
        each -> each.cutBack(each.number() == segment ? before : SegmentFile.Written.NOTHING));
    writer.rewind(cuts.element().length());
    failed = true;
    try {
      cut();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// A segment that is cut and cannot be synced is as one whose sync failed otherwise: trying again
  /// would prove nothing.
  private void cut() throws IOException {
    for (Cut cut; (cut = cuts.peek()) != null; cuts.remove()) {
      try {
        TornTail.cut(disk, WalFormat.segment(directory, cut.segment), cut.length);
      } catch (TornTail.UnsyncedException e) {
        syncs.lose(cut.segment, e);
      }
    }
  }

  /// Goes on in a fresh segment if a write to this one failed, or a sync: then it is lost and
  /// should not take more with it. An empty one is good enough, so that a full disk does not fill
  /// with them.
  private void leaveFailedSegment() throws IOException {
    if (failed) {
      cut();
      if (writer.position() > 0 || syncs.isLost(last)) {
        startSegment();
      }
      failed = false;
    } else if (syncs.isLost(last)) {
      finishSegment();
    }
  }

  /// Finishes the open segment, which is then synced in the background, and starts the next.
  ///
  /// @return number of the new segment: all that was logged before is in those below
  public int nextSegment() throws IOException {
    int next;
    lock.lock();
    try {
      requireOpen();
      leaveFailedSegment();
      finishSegment();
      next = last;
    } finally {
      lock.unlock();
    }
    syncs.start();
    return next;
  }

  /// Returns when all that was logged before the call is on stable storage. Calls of several
  /// threads at a time share syncs, and others log meanwhile, see {@link SyncGroup}.
  ///
  /// @throws IOException if it may not be
  public void sync() throws IOException {
    group.await(batches.get());
  }

  /// Whether there is nothing to {@link #sync}.
  public boolean isSynced() {
    return group.isDone() && !syncs.isAnyLost();
  }

  /// Whether a sync has failed, and what may be missing could not be logged again.
  public boolean isDoubtful() {
    return syncs.isAnyLost();
  }

  /// Logs again what may be missing after a failed sync, as each {@link #sync} does that has
  /// something to do.
  ///
  /// @throws IOException if it cannot be
  public void mend() throws IOException {
    if (isDoubtful()) {
      syncs.sync();
    }
  }

  /// What {@link SegmentSync} sees of it.
  private final class Syncable implements SegmentSync.Log {
    @Override
    public SegmentFile openSegment() {
      lock.lock();
      try {
        return writer.segment();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void leaveLostSegment() throws IOException {
      lock.lock();
      try {
        if (!closed && syncs.isLost(last)) {
          leaveFailedSegment();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the log is closed");
    }
  }

  /// Where the log ends now: what is logged later is behind it.
  public WalPosition position() {
    lock.lock();
    try {
      requireOpen();
      return new WalPosition(last, writer.position());
    } finally {
      lock.unlock();
    }
  }

  /// Bytes logged since it was opened, those of batches that failed included.
  public long logged() {
    return writer.partBytes.sum();
  }

  public Path directory() {
    return directory;
  }

  /// Number of the first segment that has not been deleted.
  public int firstSegment() {
    return first;
  }

  /// Number of the segment being written.
  public int lastSegment() {
    return last;
  }

  /// Deletes the segments below {@code segment}, except the one being written. For use after a
  /// checkpoint of them.
  public void deleteSegmentsBelow(int segment) throws IOException {
    truncations.increment();
    int end = Math.min(segment, last);
    syncs.forgetBelow(end);
    try {
      Segments.deleteBelow(disk, directory, end);
    } catch (IOException e) {
      truncationsFailed.increment();
      throw e;
    }
    first = Math.max(first, end);
  }

  /// Size of all files of the log, checkpoints included, in bytes.
  public long sizeOnDisk() throws IOException {
    return size(directory);
  }

  private long size(Path path) throws IOException {
    Optional<FileStat> stat = disk.stat(path);
    if (stat.isEmpty() || !stat.get().directory()) {
      return stat.map(FileStat::size).orElse(0L);
    }
    long size = 0;
    try {
      for (String name : disk.list(path)) {
        size += size(path.resolve(name));
      }
    } catch (NoSuchFileException e) {
      return 0; // an old checkpoint, deleted in between
    }
    return size;
  }

  public WalStats stats() {
    return new WalStats(
        writer.flushes.sum(),
        writer.completedPages.sum(),
        writer.parts.sum(),
        writer.partBytes.sum(),
        bytesSaved.sum(),
        syncs.fsyncs(),
        syncs.nanos(),
        syncs.failures(),
        writesFailed.sum(),
        truncations.sum(),
        truncationsFailed.sum(),
        last);
  }

  /// Finishes the open segment and syncs all that is not synced yet.
  ///
  /// @throws IOException if something of what was logged may not be on stable storage; the log is
  ///   closed nevertheless
  @Override
  public void close() throws IOException {
    if (isFirstClose()) {
      try (syncs) {
        finish();
      }
      group.finish();
    }
  }

  private boolean isFirstClose() {
    lock.lock();
    try {
      boolean firstTime = !closed;
      closed = true;
      return firstTime;
    } finally {
      lock.unlock();
    }
  }

  private void finish() throws IOException {
    lock.lock();
    try {
      cut();
      writer.fillPage();
      writer.flush();
    } finally {
      // Not before: a background sync that is under way would close it.
      syncs.finish(writer.segment());
      lock.unlock();
    }
  }
}
