package io.varve.wal;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.wal.Segments.Segment;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/// Ends a log at its last good record before a damaged one. What comes after damage cannot be used:
/// the series that its samples refer to may be what was lost.
///
/// Prometheus deletes the rest; here nothing is destroyed. Beside the directory of the log, a
/// directory of the same name with `.damaged-1` (or the next free number) appended takes the
/// damaged segment as it was found and all segments after it, under their own names. The segment in
/// the log is replaced by its good part.
///
/// A process that dies in the middle of a repair leaves a log that is still damaged, in the same
/// place and with fewer segments behind it, so the next one goes on: the last segments are moved
/// first, and the good part is complete and synced before it replaces the segment.
///
/// Static and stateless.
public final class WalRepair {
  private static final int COPY_SIZE = 1 << 20;

  private WalRepair() {}

  /// What a repair did.
  ///
  /// @param segment number of the damaged segment, now the last of the log
  /// @param offset its new length in bytes
  /// @param bytesSetAside bytes that the log lost
  /// @param segmentsSetAside number of whole segments after the damaged one that it lost
  /// @param directory where everything is that was set aside
  public record Report(
      int segment, long offset, long bytesSetAside, int segmentsSetAside, Path directory) {}

  /// Repairs a log that is not open for writing.
  ///
  /// @param segment number of the segment that holds the damaged record, from {@link
  ///   WalReader#segment}
  /// @param offset where the damaged record starts in it, from {@link WalReader#offset}
  public static Report repair(Disk disk, Path walDirectory, int segment, long offset)
      throws IOException {
    Segments segments = Segments.in(disk, walDirectory);
    Segment damaged = segments.range(segment, segment).getFirst();
    Path aside = createAside(disk, walDirectory);
    long bytes = size(disk, damaged) - offset;
    int moved = 0;
    for (int last = segments.last(); last > segment; last--, moved++) {
      Segment later = segments.range(last, last).getFirst();
      bytes += size(disk, later);
      disk.rename(later.file(), aside.resolve(later.file().getFileName()));
    }
    disk.syncDirectory(aside);
    disk.syncDirectory(walDirectory);
    replaceByGoodPart(disk, damaged.file(), offset, aside);
    disk.syncDirectory(walDirectory);
    return new Report(segment, offset, bytes, moved, aside);
  }

  private static long size(Disk disk, Segment segment) throws IOException {
    return disk.stat(segment.file()).orElseThrow().size();
  }

  private static Path createAside(Disk disk, Path walDirectory) throws IOException {
    Path log = walDirectory.toAbsolutePath();
    for (int n = 1; ; n++) {
      Path aside = log.resolveSibling(log.getFileName() + ".damaged-" + n);
      if (disk.stat(aside).isEmpty()) {
        disk.createDirectories(aside);
        disk.syncDirectory(aside.resolveSibling(""));
        return aside;
      }
    }
  }

  private static void replaceByGoodPart(Disk disk, Path damaged, long length, Path aside)
      throws IOException {
    Path good = damaged.resolveSibling(damaged.getFileName() + WalFormat.REPAIR_SUFFIX);
    disk.deleteRecursively(good);
    copy(disk, damaged, good, length);
    disk.link(damaged, aside.resolve(damaged.getFileName()));
    disk.syncDirectory(aside);
    disk.rename(good, damaged);
  }

  private static void copy(Disk disk, Path from, Path to, long length) throws IOException {
    byte[] piece = new byte[(int) Math.min(COPY_SIZE, length)];
    try (DiskFile in = disk.open(from);
        DiskFile out = disk.create(to)) {
      for (long at = 0; at < length; ) {
        int read = in.read(piece, 0, (int) Math.min(piece.length, length - at), at);
        if (read == 0) {
          throw new IOException(from + ": ends at " + at + ", before the good part's " + length);
        }
        out.write(piece, 0, read, at);
        at += read;
      }
      out.sync();
    }
  }

  /// Cuts the last record off a segment if it is torn. It was never acknowledged, so nothing is set
  /// aside. For the last segment of a log before another follows: torn is what only the last may
  /// be.
  ///
  /// @throws CorruptionException if the segment is damaged
  static void cutTornTail(Disk disk, Path segment) throws IOException {
    try (var reader = new SegmentReader(disk, segment)) {
      while (reader.next()) {}
      if (reader.torn()) {
        cut(disk, segment, reader.recordEnd());
      }
    }
  }

  /// A segment was cut, but could not be synced: what it holds may not be on stable storage.
  static final class UnsyncedException extends IOException {
    private static final long serialVersionUID = 1;

    UnsyncedException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Cuts a segment to a length, durably.
  ///
  /// @throws UnsyncedException if only the sync failed
  static void cut(Disk disk, Path segment, long length) throws IOException {
    try (DiskFile file = disk.openForWrite(segment)) {
      if (file.size() > length) {
        file.truncate(length);
      }
      sync(file);
    }
  }

  private static void sync(DiskFile file) throws IOException {
    try {
      file.sync();
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw new UnsyncedException(e);
    }
  }
}
