package io.varve.wal;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
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

  /// Cuts a segment to a length, durably.
  static void cut(Disk disk, Path segment, long length) throws IOException {
    try (DiskFile file = disk.openForWrite(segment)) {
      if (file.size() > length) {
        file.truncate(length);
      }
      file.sync();
    }
  }
}
