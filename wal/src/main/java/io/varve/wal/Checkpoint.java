package io.varve.wal;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.FileStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;

/// What is still needed of the segments of a log that are about to be deleted.
///
/// A checkpoint is a directory `checkpoint.N` in the directory of the log, where N is the number of
/// the last segment it stands for, in decimal with eight digits (a reader takes any). It holds
/// segments of its own from `00000000` on, as {@link WalFormat} has them. To replay a log is to
/// read its newest checkpoint and then the segments above N.
///
/// It is built in `checkpoint.N.tmp`, synced, and renamed. What is left of an unfinished one is
/// removed when the log is opened. Until older checkpoints and the segments up to N are deleted,
/// they are superfluous, not wrong.
///
/// Static and stateless.
public final class Checkpoint {
  private Checkpoint() {}

  /// The newest checkpoint of the log.
  public static Optional<CheckpointRef> latest(Disk disk, Path walDirectory) throws IOException {
    List<CheckpointRef> all = list(disk, walDirectory);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /// All checkpoints of the log, the newest last.
  static List<CheckpointRef> list(Disk disk, Path walDirectory) throws IOException {
    var checkpoints = new ArrayList<CheckpointRef>();
    for (String name : disk.list(walDirectory)) {
      if (name.startsWith(WalFormat.CHECKPOINT_PREFIX)) {
        Path path = walDirectory.resolve(name);
        int index = WalFormat.parse(name.substring(WalFormat.CHECKPOINT_PREFIX.length()));
        if (index >= 0 && disk.stat(path).filter(FileStat::directory).isPresent()) {
          checkpoints.add(new CheckpointRef(path, index));
        }
      }
    }
    checkpoints.sort(Comparator.comparingInt(CheckpointRef::index));
    return checkpoints;
  }

  /// Makes the checkpoint of the segments up to {@code last}, out of the newest checkpoint and the
  /// segments after it. Does nothing if that one already reaches so far.
  ///
  /// What is kept: series by {@code keepSeries}; samples, histograms and exemplars from {@code
  /// mint} on; tombstones of kept series that reach to {@code mint} or later; the newest metadata
  /// of each kept series. That is what Prometheus keeps, in the same order: record by record as
  /// they come, each as a record of its own type, and the metadata at the end (there in no order,
  /// here by ref). Records of unknown types are kept as they are, since nobody here can tell what
  /// is still needed of them; a reader that knows them ignores what is too old. Prometheus drops
  /// them.
  ///
  /// @param first first segment present; those already in the newest checkpoint are passed over
  /// @param last last segment to go in, finished and below the one being written
  /// @param keepSeries by ref
  /// @param mint milliseconds since the epoch
  /// @throws CorruptionException if a record is damaged, or a segment after the newest checkpoint
  ///   is missing; then no checkpoint is made
  public static CheckpointStats create(
      Disk disk,
      Path walDirectory,
      int first,
      int last,
      LongPredicate keepSeries,
      long mint,
      Compression compression)
      throws IOException {
    Optional<CheckpointRef> previous = latest(disk, walDirectory);
    int from = previous.map(p -> p.index() + 1).orElse(first);
    if (first > from) {
      throw new CorruptionException(
          walDirectory, -1, "segments " + from + " to " + (first - 1) + " are missing");
    }
    if (last < from) {
      return CheckpointStats.NONE;
    }
    if (last >= Segments.in(disk, walDirectory).last()) {
      throw new IllegalArgumentException("segment " + last + " is not finished");
    }
    deleteTemporary(disk, walDirectory);
    Path target = WalFormat.checkpoint(walDirectory, last);
    Path temporary = target.resolveSibling(target.getFileName() + WalFormat.TEMPORARY_SUFFIX);
    try {
      CheckpointStats stats;
      try (var writer = new CheckpointWriter(disk, temporary, compression, keepSeries, mint);
          WalReader reader = WalReader.open(disk, walDirectory, from, last)) {
        if (previous.isPresent()) {
          writer.addCheckpoint(disk, previous.get());
        }
        writer.addAll(reader);
        stats = writer.finish();
      }
      disk.rename(temporary, target);
      disk.syncDirectory(walDirectory);
      return stats;
    } catch (IOException | RuntimeException | Error e) {
      discard(disk, temporary, e);
      throw e;
    }
  }

  private static void discard(Disk disk, Path temporary, Throwable cause) {
    try {
      disk.deleteRecursively(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// Deletes the checkpoints of which the index is below {@code index}.
  public static void deleteBelow(Disk disk, Path walDirectory, int index) throws IOException {
    for (CheckpointRef checkpoint : list(disk, walDirectory)) {
      if (checkpoint.index() < index) {
        disk.deleteRecursively(checkpoint.directory());
      }
    }
    disk.syncDirectory(walDirectory);
  }

  /// Deletes what is left of checkpoints that were not finished.
  static void deleteTemporary(Disk disk, Path walDirectory) throws IOException {
    for (String name : disk.list(walDirectory)) {
      if (name.startsWith(WalFormat.CHECKPOINT_PREFIX)
          && name.endsWith(WalFormat.TEMPORARY_SUFFIX)) {
        disk.deleteRecursively(walDirectory.resolve(name));
      }
    }
  }
}
