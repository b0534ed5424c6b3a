package io.varve.head;

import io.varve.VarveOptions;
import io.varve.head.HeadChunkLoader.HeadChunkRef;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.FileStat;
import io.varve.wal.Checkpoint;
import io.varve.wal.CheckpointRef;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.ChunkSnapshots;
import io.varve.wal.Wal;
import io.varve.wal.WalPosition;
import io.varve.wal.WalReadAhead;
import io.varve.wal.WalReader;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Opens a head: full chunks from the chunk files, everything else from the log (newest checkpoint,
/// then the segments after it), then a new segment for what comes. Used once.
final class HeadOpener {
  private static final Logger LOG = System.getLogger(HeadOpener.class.getName());

  private final VarveOptions options;
  private final Disk disk;
  private final Path dataDirectory;
  private final Path walDirectory;
  private final Path wblDirectory;
  private final Path chunkDirectory;
  private final long minValidTime;
  private final boolean writable;
  private final ReplayStatus status;
  private final Function<Head, ReplayWorkers> workers;

  private final HeadSnapshot snapshot;

  private long corruptions;

  HeadOpener(
      Path directory,
      VarveOptions options,
      long minValidTime,
      boolean writable,
      ReplayStatus status) {
    this(directory, options, minValidTime, writable, status, ReplayWorkers::new);
  }

  /// @param workers makes what applies the log
  HeadOpener(
      Path directory,
      VarveOptions options,
      long minValidTime,
      boolean writable,
      ReplayStatus status,
      Function<Head, ReplayWorkers> workers) {
    this.status = status;
    this.workers = workers;
    this.options = options;
    this.snapshot = new HeadSnapshot(directory, options);
    this.disk = options.disk();
    this.dataDirectory = directory;
    this.walDirectory = directory.resolve("wal");
    this.wblDirectory = directory.resolve("wbl");
    this.chunkDirectory = directory.resolve("chunks_head");
    this.minValidTime = minValidTime;
    this.writable = writable;
  }

  /// From the snapshot if there is one of use, otherwise from the log.
  Head open() throws IOException {
    long start = System.nanoTime();
    Optional<HeadSnapshot.Restored> restored = snapshot.restore(minValidTime, writable, status);
    if (writable) {
      try {
        snapshot.discard();
      } catch (IOException e) {
        if (restored.isPresent()) {
          restored.get().head().chunking().files().close();
        }
        throw e;
      }
    }
    Head head = restored.isPresent() ? goOn(restored.get(), start) : replay();
    head.usedSnapshot(snapshot, writable && options.headSnapshot());
    return head;
  }

  private Head goOn(HeadSnapshot.Restored restored, long start) throws IOException {
    Head head = restored.head();
    try {
      long millis = (System.nanoTime() - start) / 1_000_000;
      head.replayed(new HeadCounters.Replay(millis, 0, 0));
      if (writable) {
        startLogging(head).restoreKept(restored.kept());
      }
      status.end();
      return head;
    } catch (IOException | RuntimeException e) {
      try (Closeable _ = head::close) {
        throw e;
      }
    }
  }

  /// A log in which damage is found is salvaged, and then read from its start: so what the head has
  /// is what the log has from then on, and what a Prometheus would have.
  private Head replay() throws IOException {
    try {
      return replayOnce();
    } catch (CorruptionException e) {
      if (!writable) {
        throw e;
      }
      LOG.log(Level.WARNING, "damaged log record: {0}", e.getMessage());
      corruptions += LogSalvage.salvage(disk, dataDirectory);
      return replayOnce();
    }
  }

  private Head replayOnce() throws IOException {
    long start = System.nanoTime();
    HeadChunkLoader.Loaded loaded = HeadChunkLoader.load(disk, chunkDirectory, writable);
    status.expectOutOfOrder(hasOutOfOrder(loaded.chunks()));
    var chunks = HeadChunks.open(disk, chunkDirectory, loaded.files(), writable);
    Closeable opened = chunks::close;
    try {
      Replayed replayed = replay(loaded, chunks);
      Head head = replayed.head;
      opened = head::close;
      HeadReplay replay = replayed.log;
      var outOfOrder = new OutOfOrderReplay(head, replay);
      replayOutOfOrder(outOfOrder);
      report(replay, outOfOrder);
      long millis = (System.nanoTime() - start) / 1_000_000;
      head.replayed(new HeadCounters.Replay(millis, replay.unknownRefs(), corruptions));
      head.outOfOrder().replayed(outOfOrder.unknownRefs());
      if (writable) {
        startLogging(head).keepRecords(replay.formerRefs());
        closeBuffers(head, outOfOrder);
      }
      status.end();
      return head;
    } catch (IOException | RuntimeException e) {
      try (Closeable _ = opened) {
        throw e;
      }
    }
  }

  private boolean hasOutOfOrder(List<HeadChunkRef> chunks) throws IOException {
    for (HeadChunkRef chunk : chunks) {
      if (chunk.outOfOrder()) {
        return true;
      }
    }
    if (disk.stat(wblDirectory).isPresent()) {
      for (String name : disk.list(wblDirectory)) {
        if (disk.stat(wblDirectory.resolve(name)).map(FileStat::size).orElse(0L) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  /// Snapshots of Prometheus go first: all that they have is in the log, and a later Prometheus
  /// would take one for the state of a log that has gone on without it.
  private HeadLog startLogging(Head head) throws IOException {
    if (ChunkSnapshots.latest(disk, dataDirectory).isPresent()) {
      ChunkSnapshots.deleteAll(disk, dataDirectory);
    }
    Wal wal =
        Wal.open(
            disk,
            walDirectory,
            options.walSegmentBytes(),
            options.walCompression(),
            options.background());
    var log = new HeadLog(options, walDirectory, wal);
    head.startLogging(log, new DiskReserve(options, dataDirectory, head.durability()::logged));
    head.outOfOrder().startLogging(options, wblDirectory, log);
    return log;
  }

  private static void closeBuffers(Head head, OutOfOrderReplay outOfOrder) {
    try {
      head.outOfOrder().closeBuffers(outOfOrder.unmarked());
    } catch (IOException e) {
      // They are logged with what comes next; until then a replay does this work again.
      LOG.log(Level.WARNING, "markers of samples out of order could not be logged", e);
    }
  }

  /// A head and what filled it from the log.
  private record Replayed(Head head, HeadReplay log) {}

  private Replayed replay(HeadChunkLoader.Loaded loaded, HeadChunks chunks) throws IOException {
    Optional<ChunkSnapshotRef> begin = chunkSnapshot(loaded);
    if (begin.isPresent()) {
      var head = new Head(options, minValidTime, chunks);
      try (var replay = new HeadReplay(head, loaded.chunks(), workers.apply(head))) {
        if (read(begin.get(), replay)) {
          replayLogFrom(begin.get().position(), replay);
          replay.finish();
          return new Replayed(head, replay);
        }
      }
    }
    var head = new Head(options, minValidTime, chunks);
    try (var replay = new HeadReplay(head, loaded.chunks(), workers.apply(head))) {
      replayLog(replay);
      replay.finish();
      return new Replayed(head, replay);
    }
  }

  private void replayLog(HeadReplay replay) throws IOException {
    if (disk.stat(walDirectory).isEmpty()) {
      return;
    }
    Optional<CheckpointRef> checkpoint = Checkpoint.latest(disk, walDirectory);
    int after = checkpoint.map(CheckpointRef::index).orElse(-1);
    try (WalReader in = WalReader.openAfter(disk, walDirectory, after)) {
      status.begin(in.firstSegment(), in.lastSegment());
      if (checkpoint.isPresent()) {
        try (WalReader before = WalReader.open(disk, checkpoint.get());
            var ahead = new WalReadAhead(before)) {
          replay.replay(ahead);
        }
      }
      replayLog(in, replay);
    }
  }

  private void replayLogFrom(WalPosition position, HeadReplay replay) throws IOException {
    try (WalReader in = WalReader.openFrom(disk, walDirectory, position)) {
      status.begin(in.firstSegment(), in.lastSegment());
      replayLog(in, replay);
    }
  }

  private void replayLog(WalReader in, HeadReplay replay) throws IOException {
    try (var ahead = new WalReadAhead(in)) {
      replay.replay(ahead, status);
    }
  }

  /// A snapshot of Prometheus to begin with.
  private Optional<ChunkSnapshotRef> chunkSnapshot(HeadChunkLoader.Loaded loaded)
      throws IOException {
    return options.headSnapshot() && loaded.damage().isEmpty()
        ? ChunkSnapshotReplay.usable(disk, dataDirectory, walDirectory)
        : Optional.empty();
  }

  /// @return whether it is sound
  private boolean read(ChunkSnapshotRef chunkSnapshot, HeadReplay replay) throws IOException {
    try {
      ChunkSnapshotReplay.read(disk, chunkSnapshot, replay);
      snapshot.noteUsed();
      return true;
    } catch (CorruptionException e) {
      snapshot.countError();
      LOG.log(
          Level.WARNING, "a chunk snapshot is of no use, replaying the log: {0}", e.getMessage());
      return false;
    }
  }

  private void replayOutOfOrder(OutOfOrderReplay replay) throws IOException {
    if (disk.stat(wblDirectory).isEmpty()) {
      return;
    }
    readOutOfOrder(replay::scan);
    readOutOfOrder(replay::replay);
  }

  private interface Reading {
    void read(WalReader in) throws IOException;
  }

  private void readOutOfOrder(Reading reading) throws IOException {
    try (WalReader in = WalReader.open(disk, wblDirectory)) {
      reading.read(in);
    }
  }

  private static void report(HeadReplay replay, OutOfOrderReplay outOfOrder) {
    if (outOfOrder.unknownRefs() > 0) {
      LOG.log(
          Level.WARNING,
          "the log of samples out of order has some of series that are not known count={0}",
          outOfOrder.unknownRefs());
    }
    if (replay.unknownRefs() > 0) {
      LOG.log(
          Level.WARNING,
          "the log has samples of series it does not define count={0}",
          replay.unknownRefs());
    }
    if (replay.malformedSeries() > 0) {
      LOG.log(
          Level.WARNING,
          "the log has series with malformed labels, left out count={0}",
          replay.malformedSeries());
    }
    if (!replay.unread().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "the log has entries of kinds that this version does not read, left out countByKind={0}",
          replay.unread());
    }
    if (!replay.unknownTypes().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "the log has records of types that this version does not read, left out countByType={0}",
          replay.unknownTypes());
    }
  }
}
