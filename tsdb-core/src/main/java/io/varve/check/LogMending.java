package io.varve.check;

import io.varve.check.RepairAction.Kind;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.SalvagedLog;
import io.varve.wal.WalSalvage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Mends a log in the way in which an opening does it, by {@link WalSalvage}. Confined to one
/// thread.
final class LogMending {
  private final DataDirectory data;
  private final Disk disk;
  private final Quarantine quarantine;

  LogMending(DataDirectory data, Quarantine quarantine) {
    this.data = data;
    this.disk = data.disk();
    this.quarantine = quarantine;
  }

  void run() throws IOException {
    for (Path log : List.of(data.wal(), data.wbl())) {
      List<Finding> findings = findings(log);
      if (!findings.isEmpty()) {
        mend(log);
        if (!quarantine.rehearsal()) {
          findings(log).forEach(left -> quarantine.tell(Kind.LEFT, left.file(), left.what()));
        }
      }
    }
  }

  private List<Finding> findings(Path log) throws IOException {
    var findings = new ArrayList<Finding>();
    if (DataDirectory.isDirectory(disk, log)) {
      LogCheck.verify(data, log, findings::add, series -> {});
    }
    return findings;
  }

  private void mend(Path log) throws IOException {
    SalvagedLog planned = WalSalvage.rehearse(disk, log, quarantine.place());
    if (planned.isSound()) {
      return;
    }
    for (ChunkSnapshotRef snapshot : data.snapshots()) {
      quarantine.move(
          snapshot.directory(),
          "names a place in the log, which will be another; the log has all of it");
    }
    SalvagedLog done =
        quarantine.rehearsal() ? planned : WalSalvage.salvage(disk, log, quarantine.place());
    for (SalvagedLog.Change change : done.changes()) {
      quarantine.tell(kind(change), change.path(), change.target(), change.why());
    }
  }

  private static Kind kind(SalvagedLog.Change change) {
    return switch (change.kind()) {
      case MOVED -> Kind.MOVED;
      case REWRITTEN -> Kind.REWRITTEN;
      case RENUMBERED -> Kind.RENAMED;
    };
  }
}
