package io.varve.head;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.model.NativeHistogram;
import io.varve.wal.Checkpoint;
import io.varve.wal.CheckpointRef;
import io.varve.wal.ChunkSnapshotHandler;
import io.varve.wal.ChunkSnapshotReader;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.ChunkSnapshots;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Gives a replay what a snapshot of Prometheus has, as if the log said so: series, the samples of
/// their open chunks, deletions and exemplars. The log is then replayed from where the snapshot was
/// made; full chunks are in the chunk files, which therefore must be sound.
///
/// Confined to one thread.
final class ChunkSnapshotReplay implements ChunkSnapshotHandler {
  private final HeadReplay replay;
  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkCursor cursor = new ChunkCursor();

  private ChunkSnapshotReplay(HeadReplay replay) {
    this.replay = replay;
  }

  /// The newest snapshot, if the log goes on where it ends: it still has that segment, and the
  /// record there begins where the snapshot says. Where a checkpoint has come so far, another
  /// program went on for long without the snapshot, and references may mean other series now.
  static Optional<ChunkSnapshotRef> usable(Disk disk, Path dataDirectory, Path log)
      throws IOException {
    Optional<ChunkSnapshotRef> latest = ChunkSnapshots.latest(disk, dataDirectory);
    if (latest.isEmpty() || disk.stat(log).isEmpty()) {
      return Optional.empty();
    }
    int segment = latest.get().position().segment();
    int checkpoint = Checkpoint.latest(disk, log).map(CheckpointRef::index).orElse(-1);
    return checkpoint < segment && goesOn(disk, log, latest.get()) ? latest : Optional.empty();
  }

  private static boolean goesOn(Disk disk, Path log, ChunkSnapshotRef snapshot) throws IOException {
    Path segment = log.resolve("%08d".formatted(snapshot.position().segment()));
    boolean reaches =
        disk.stat(segment).filter(stat -> stat.size() >= snapshot.position().offset()).isPresent();
    if (!reaches) {
      return false;
    }
    try (WalReader in = WalReader.openFrom(disk, log, snapshot.position())) {
      var ignored = in.next();
      return true;
    } catch (CorruptionException e) {
      return false;
    }
  }

  /// Reads a snapshot.
  ///
  /// @throws CorruptionException if it is damaged; the replay is not to be used then
  static void read(Disk disk, ChunkSnapshotRef snapshot, HeadReplay replay) throws IOException {
    ChunkSnapshotReader.read(disk, snapshot, new ChunkSnapshotReplay(replay));
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    replay.series(ref, buf, offset, length);
  }

  @Override
  public void floatChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      long lastValueBits) {
    samples(ref, encoding, buf, offset, length);
  }

  @Override
  public void histogramChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      NativeHistogram last) {
    samples(ref, encoding, buf, offset, length);
  }

  private void samples(long ref, int encoding, byte[] buf, int offset, int length) {
    System.arraycopy(buf, offset, chunk.prepare((byte) encoding, length), 0, length);
    cursor.reset(chunk, "chunk of series " + ref, 0);
    while (cursor.next()) {
      long t = cursor.timestamp();
      long start = cursor.startTimestamp();
      switch (cursor.kind()) {
        case FLOAT -> replay.sample(ref, t, start, Double.doubleToRawLongBits(cursor.value()));
        case HISTOGRAM -> replay.histogram(ref, t, start, cursor.histogram());
        case FLOAT_HISTOGRAM -> replay.floatHistogram(ref, t, start, cursor.floatHistogram());
      }
    }
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    replay.tombstone(ref, mint, maxt);
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    replay.exemplar(ref, t, valueBits, buf, offset, length);
  }
}
