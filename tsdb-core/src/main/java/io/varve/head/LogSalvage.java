package io.varve.head;

import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.QuarantineDirectory;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.ChunkSnapshots;
import io.varve.wal.SalvagedLog;
import io.varve.wal.WalSalvage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes valid logs of the damaged ones of a data directory, and says so. Static and stateless.
final class LogSalvage {
  private static final Logger LOG = System.getLogger(LogSalvage.class.getName());

  private LogSalvage() {}

  /// Mends both logs, which nobody writes to.
  ///
  /// @return how many places were damaged
  static long salvage(Disk disk, Path dataDirectory) throws IOException {
    var quarantine = QuarantineDirectory.in(disk, dataDirectory);
    moveSnapshots(disk, dataDirectory, quarantine);
    long damages = 0;
    for (String name : List.of("wal", "wbl")) {
      damages += report(WalSalvage.salvage(disk, dataDirectory.resolve(name), quarantine));
    }
    return damages;
  }

  /// Mends what is finished of a log that is being written.
  ///
  /// @param end number of the segment that is written
  /// @return how many places were damaged
  static long salvageBelow(Disk disk, Path log, int end) throws IOException {
    var quarantine = QuarantineDirectory.in(disk, log.resolveSibling(""));
    return report(WalSalvage.salvageBelow(disk, log, quarantine, end));
  }

  /// They name a place in the log at which to go on, which will be another one. The log has all of
  /// what they have.
  private static void moveSnapshots(Disk disk, Path dataDirectory, QuarantineDirectory quarantine)
      throws IOException {
    Optional<ChunkSnapshotRef> snapshot = ChunkSnapshots.latest(disk, dataDirectory);
    while (snapshot.isPresent()) {
      var ignored = quarantine.move(snapshot.get().directory());
      snapshot = ChunkSnapshots.latest(disk, dataDirectory);
    }
  }

  private static long report(SalvagedLog log) {
    for (Finding damage : log.damages()) {
      LOG.log(
          Level.WARNING,
          "damage in the log file={0} offset={1,number,#} bytes={2,number,#} what={3}",
          damage.file(),
          damage.offset(),
          damage.length(),
          damage.what());
    }
    for (SalvagedLog.Change change : log.changes()) {
      LOG.log(
          Level.WARNING,
          "salvaged the log {0} path={1} original={2} why={3}",
          change.kind(),
          change.path(),
          change.target(),
          change.why());
    }
    return log.damages().size();
  }
}
