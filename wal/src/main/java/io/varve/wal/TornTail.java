package io.varve.wal;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;

/// Cuts the end of a segment. Static and stateless.
final class TornTail {
  private TornTail() {}

  /// Cuts the last record off a segment if it is torn. It was never acknowledged, so nothing is set
  /// aside. For the last segment of a log before another follows: torn is what only the last may
  /// be.
  ///
  /// @throws CorruptionException if the segment is damaged
  static void cutOff(Disk disk, Path segment) throws IOException {
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
