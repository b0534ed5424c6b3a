package io.varve.check;

import io.varve.check.DataDirectory.Numbered;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.model.NativeHistogram;
import io.varve.wal.ChunkSnapshotHandler;
import io.varve.wal.ChunkSnapshotReader;
import io.varve.wal.ChunkSnapshotRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Checks snapshots of the head's open chunks, up to the first damage in each: nobody uses one that
/// is damaged.
final class SnapshotCheck {
  private final Verification verification;
  private final DataDirectory data;

  SnapshotCheck(Verification verification, DataDirectory data) {
    this.verification = verification;
    this.data = data;
  }

  /// @return the references of the series in the snapshots
  Set<Long> run() throws IOException {
    var series = new HashSet<Long>();
    List<ChunkSnapshotRef> snapshots = data.snapshots();
    List<Numbered> segments = DataDirectory.segments(data.disk(), data.wal());
    for (ChunkSnapshotRef snapshot : snapshots) {
      Path directory = snapshot.directory();
      long size = Verification.size(data.disk(), directory);
      Content content =
          verification.steadily(
              () -> verification.namesIn(directory),
              held -> {
                var read = new Content(directory);
                read(data.disk(), snapshot, read).ifPresent(held.findings()::add);
                return read;
              });
      if (!snapshot.equals(snapshots.getLast())) {
        verification.note(directory, "a newer snapshot stands for it");
      } else if (segments.isEmpty()
          || segments.getLast().number() < snapshot.position().segment()) {
        verification.note(directory, "is ahead of the log, so the next start does not use it");
      }
      verification.records += content.series.size();
      verification.chunks += content.chunks;
      verification.samples += content.samples;
      verification.progress(size);
      series.addAll(content.series);
    }
    return series;
  }

  /// The first damage in a snapshot.
  static Optional<Finding> damage(Disk disk, ChunkSnapshotRef snapshot) throws IOException {
    return read(disk, snapshot, new Content(snapshot.directory()));
  }

  private static Optional<Finding> read(Disk disk, ChunkSnapshotRef snapshot, Content content)
      throws IOException {
    try {
      ChunkSnapshotReader.read(disk, snapshot, content);
      return Optional.empty();
    } catch (CorruptionException e) {
      return Optional.of(new Finding(Path.of(e.file()), e.offset(), -1, e.what()));
    }
  }

  /// Decodes the chunks.
  private static final class Content implements ChunkSnapshotHandler {
    private final Path directory;
    private final ChunkBuffer buffer = new ChunkBuffer();
    private final ChunkCursor cursor = new ChunkCursor();
    private final Set<Long> series = new HashSet<>();
    private long chunks;
    private long samples;

    Content(Path directory) {
      this.directory = directory;
    }

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      series.add(ref);
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
      chunk(encoding, mint, maxt, buf, offset, length);
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
      chunk(encoding, mint, maxt, buf, offset, length);
    }

    private void chunk(int encoding, long mint, long maxt, byte[] buf, int offset, int length) {
      System.arraycopy(buf, offset, buffer.prepare((byte) encoding, length), 0, length);
      cursor.reset(buffer, directory, 0);
      long last = Long.MIN_VALUE;
      int count = 0;
      for (; cursor.next(); count++) {
        long t = cursor.timestamp();
        if (count == 0 ? t != mint : t <= last) {
          throw damage("a chunk from %d has a sample at %d after %d".formatted(mint, t, last));
        }
        last = t;
      }
      if (count == 0 || count != cursor.sampleCount() || last != maxt) {
        throw damage(
            "a chunk of %d samples up to %d has %d up to %d"
                .formatted(cursor.sampleCount(), maxt, count, last));
      }
      chunks++;
      samples += count;
    }

    private CorruptionException damage(String what) {
      return new CorruptionException(directory, -1, what);
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {}

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}
  }
}
