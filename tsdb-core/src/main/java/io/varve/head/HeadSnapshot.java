package io.varve.head;

import io.varve.SnapshotStats;
import io.varve.VarveOptions;
import io.varve.io.Disk;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The snapshot of a head in a data directory, see {@link HeadSnapshotFormat}: made when the head
/// is closed, used when it is opened, gone before anything is written.
///
/// Nothing depends on it: whatever is wrong with it, the log has all that it has. So no failure
/// here is one of opening or closing a store, but that a snapshot cannot be deleted. Confined to
/// one thread at a time.
final class HeadSnapshot {
  private static final Logger LOG = System.getLogger(HeadSnapshot.class.getName());

  private final VarveOptions options;
  private final Disk disk;
  private final Path dataDirectory;
  private final Path path;
  private boolean used;
  private long errors;

  HeadSnapshot(Path dataDirectory, VarveOptions options) {
    this.options = options;
    this.disk = options.disk();
    this.dataDirectory = dataDirectory;
    this.path = dataDirectory.resolve(HeadSnapshotFormat.FILE_NAME);
  }

  /// A head from a snapshot.
  ///
  /// @param kept what the log keeps records of, by reference
  record Restored(Head head, Map<Long, HeadLog.Kept> kept) {}

  /// Makes a head of the snapshot.
  ///
  /// @param minValidTime samples before this are in blocks, milliseconds
  /// @param writable whether the head is to be written to
  /// @param status is told whether there are samples out of order, before they are read
  /// @return empty if there is no snapshot, or none that is of use
  Optional<Restored> restore(long minValidTime, boolean writable, ReplayStatus status) {
    try {
      if (!options.headSnapshot() || disk.stat(path).isEmpty()) {
        return Optional.empty();
      }
      Optional<Restored> restored = read(minValidTime, writable, status);
      used = restored.isPresent();
      return restored;
    } catch (IOException | RuntimeException e) {
      errors++;
      status.expectOutOfOrder(true);
      LOG.log(
          Level.WARNING, "the head snapshot is of no use, replaying the log: {0}", e.toString());
      return Optional.empty();
    }
  }

  private Optional<Restored> read(long minValidTime, boolean writable, ReplayStatus status)
      throws IOException {
    try (var in = SnapshotFrameReader.open(disk, path)) {
      HeadSnapshotReader.State state = HeadSnapshotReader.readState(in);
      List<FilePrint> files = FilePrint.ofHead(disk, dataDirectory);
      Path directory = dataDirectory.resolve("chunks_head");
      var chunks =
          HeadChunks.open(disk, directory, HeadChunkLoader.numbers(disk, directory), writable);
      boolean done = false;
      try {
        String difference = difference(state, files, minValidTime, Chunking.of(options, chunks));
        if (difference != null) {
          LOG.log(
              Level.INFO,
              "the head snapshot is out of date, replaying the log: {0} changed",
              difference);
          return Optional.empty();
        }
        status.expectOutOfOrder(state.outOfOrder());
        var head = new Head(options, state.minValidTime(), chunks);
        head.noteEndOfBlocks(minValidTime);
        var parser = new SnapshotParser(in, path, state.maxTime());
        var restored = new Restored(head, new HeadSnapshotReader(head, parser).read(state));
        done = true;
        return Optional.of(restored);
      } finally {
        if (!done) {
          chunks.close();
        }
      }
    }
  }

  /// What is other than it was, or null.
  private @Nullable String difference(
      HeadSnapshotReader.State state, List<FilePrint> files, long minValidTime, Chunking chunking) {
    Optional<String> file = FilePrint.firstDifference(state.files(), files);
    if (file.isPresent()) {
      return file.get();
    }
    if (state.endOfBlocks() != minValidTime || state.minValidTime() < minValidTime) {
      return "the end of the blocks";
    }
    if (state.maxExemplars() < options.maxExemplars()) {
      return "the number of exemplars";
    }
    boolean same =
        state.range() == chunking.range()
            && state.options() == HeadSnapshotWriter.options(chunking);
    return same ? null : "how chunks are made";
  }

  /// Deletes the snapshot, and what there may be of one that was not finished.
  void discard() throws IOException {
    boolean any = false;
    for (String name : List.of(HeadSnapshotFormat.FILE_NAME, HeadSnapshotFormat.TEMPORARY_NAME)) {
      Path file = dataDirectory.resolve(name);
      if (disk.stat(file).isPresent()) {
        disk.delete(file);
        any = true;
      }
    }
    if (any) {
      disk.syncDirectory(dataDirectory);
    }
  }

  /// Writes the snapshot of a head whose logs are closed.
  void write(Head head) {
    long start = System.nanoTime();
    try {
      if (!head.chunking().files().settle()) {
        LOG.log(Level.INFO, "no head snapshot: some full chunks are not in their files");
        return;
      }
      long bytes = write(head, FilePrint.ofHead(disk, dataDirectory));
      LOG.log(
          Level.INFO,
          "wrote head snapshot series={0,number,#} bytes={1,number,#} millis={2,number,#}",
          head.series().count(),
          bytes,
          (System.nanoTime() - start) / 1_000_000);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the head snapshot could not be written", e);
    }
  }

  private long write(Head head, List<FilePrint> files) throws IOException {
    discard();
    Path temporary = dataDirectory.resolve(HeadSnapshotFormat.TEMPORARY_NAME);
    try {
      long bytes;
      try (var out = new SnapshotFrameWriter(disk, temporary)) {
        new HeadSnapshotWriter(head, out).write(files);
        out.sync();
        bytes = out.length();
      }
      disk.rename(temporary, path);
      disk.syncDirectory(dataDirectory);
      return bytes;
    } catch (IOException | RuntimeException e) {
      try {
        disk.deleteRecursively(temporary);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /// Counts a snapshot that was of no use.
  void countError() {
    errors++;
  }

  /// Notes that another snapshot was of use.
  void noteUsed() {
    used = true;
  }

  SnapshotStats stats() {
    return new SnapshotStats(used, errors);
  }
}
