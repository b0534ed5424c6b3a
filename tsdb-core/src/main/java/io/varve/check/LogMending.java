package io.varve.check;

import io.varve.check.DataDirectory.Numbered;
import io.varve.check.RepairAction.Kind;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.wal.CheckpointRef;
import io.varve.wal.RecordDecoder;
import io.varve.wal.WalReader;
import io.varve.wal.WalRepair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Mends a log: what is damaged and not needed is moved; what follows a gap is moved, since no
/// reader goes past it; at the first damaged record the log is cut.
///
/// A damaged checkpoint is cut too, but the log after it stays: its samples are right, save that
/// those of series whose record was lost cannot be shown. Confined to one thread.
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
        mend(log, findings);
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

  private void mend(Path log, List<Finding> findings) throws IOException {
    List<Numbered> checkpoints = DataDirectory.checkpoints(disk, log);
    int covered = checkpoints.isEmpty() ? -1 : checkpoints.getLast().number();
    for (Numbered checkpoint : checkpoints) {
      if (checkpoint.number() == covered) {
        mendSequence(checkpoint.path(), -1);
        cut(checkpoint.path(), () -> WalReader.open(disk, ref(checkpoint)));
      } else if (findings.stream().anyMatch(finding -> concerns(finding, checkpoint.path()))) {
        quarantine.move(checkpoint.path(), "is damaged; a newer checkpoint stands for it");
      }
    }
    moveCovered(log, covered, findings);
    mendSequence(log, covered);
    cut(log, () -> WalReader.openAfter(disk, log, covered));
  }

  private static CheckpointRef ref(Numbered checkpoint) {
    return new CheckpointRef(checkpoint.path(), checkpoint.number());
  }

  private static boolean concerns(Finding finding, Path path) {
    return finding.file().startsWith(path);
  }

  /// Moves the segments that a checkpoint stands for, if one of them is damaged or missing.
  private void moveCovered(Path log, int covered, List<Finding> findings) throws IOException {
    List<Numbered> segments = segments(log, -1, covered);
    boolean damaged =
        LogCheck.gap(DataDirectory.segments(disk, log), covered).isPresent()
            || segments.stream()
                .anyMatch(segment ->
                    findings.stream().anyMatch(finding -> concerns(finding, segment.path())));
    for (Numbered segment : damaged ? segments : List.<Numbered>of()) {
      quarantine.move(segment.path(), "is damaged or has a gap; a checkpoint stands for it");
    }
  }

  /// The segments with numbers above {@code after}, up to {@code last}.
  private List<Numbered> segments(Path log, int after, int last) throws IOException {
    return DataDirectory.segments(disk, log).stream()
        .filter(segment -> segment.number() > after && segment.number() <= last)
        .toList();
  }

  /// Moves what follows the first gap after the segments that a checkpoint stands for.
  private void mendSequence(Path directory, int covered) throws IOException {
    int expected = covered < 0 ? -1 : covered + 1;
    boolean gap = false;
    for (Numbered segment : segments(directory, covered, Integer.MAX_VALUE)) {
      gap |= expected >= 0 && segment.number() != expected;
      if (gap) {
        quarantine.move(segment.path(), "segment " + expected + " before it is missing");
      } else {
        expected = segment.number() + 1;
      }
    }
  }

  private interface Opening {
    WalReader open() throws IOException;
  }

  /// A record that cannot be read.
  private record Damage(int segment, long offset, String what) {}

  /// Ends a log at the first damaged record.
  private void cut(Path directory, Opening opening) throws IOException {
    Optional<Damage> found = damage(opening);
    if (found.isEmpty()) {
      return;
    }
    Damage damage = found.get();
    List<Numbered> segments = segments(directory, damage.segment - 1, damage.segment);
    Path segment = segments.getFirst().path();
    String why = "at offset " + damage.offset + ": " + damage.what;
    if (quarantine.rehearsal()) {
      quarantine.tell(Kind.CUT, segment, why);
      return;
    }
    var report = WalRepair.repair(disk, directory, damage.segment, damage.offset);
    String moved =
        "; %d bytes moved, %d later segments among them"
            .formatted(report.bytesSetAside(), report.segmentsSetAside());
    Path target = directory.resolveSibling(report.directory().getFileName());
    quarantine.tell(Kind.CUT, segment, target, why + moved);
  }

  private Optional<Damage> damage(Opening opening) throws IOException {
    WalReader reader;
    try {
      reader = opening.open();
    } catch (CorruptionException e) {
      // A gap, which a rehearsal leaves: what is before it is not looked at then.
      return Optional.empty();
    }
    try (reader) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), IgnoredRecords.INSTANCE);
      }
      return Optional.empty();
    } catch (CorruptionException e) {
      return Optional.of(new Damage(reader.segment(), reader.offset(), e.what()));
    }
  }
}
