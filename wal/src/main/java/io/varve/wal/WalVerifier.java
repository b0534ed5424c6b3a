package io.varve.wal;

import io.varve.io.Decompressor;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.wal.Segments.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/// Reads a log from end to end and reports what is wrong with it, without changing anything. It
/// goes on behind damage, unlike a replay: in the file, at the first record that starts in the page
/// after it. A log that is being written to may be verified, up to what is there.
///
/// A torn tail is no damage and not reported, see {@link WalFormat}; the summary tells of it.
///
/// Confined to one thread.
public final class WalVerifier {
  private final Disk disk;
  private final Consumer<Finding> findings;
  private final Decompressor decompressor = new Decompressor();
  private final VerifiedRecords records;
  private boolean tornTail;

  /// What a log holds.
  ///
  /// @param records readable records
  /// @param series entries of series
  /// @param samples samples and histograms
  /// @param unknownRefs samples, exemplars and other entries of series that have no record
  /// @param unknownRecords records of types that Varve does not know
  /// @param tornTail whether the log ends inside a record, as its writer leaves it when it dies;
  ///   the next opening cuts that off
  public record Summary(
      long records,
      long series,
      long samples,
      long unknownRefs,
      long unknownRecords,
      boolean tornTail) {}

  private WalVerifier(Disk disk, Consumer<Finding> findings) {
    this.disk = disk;
    this.findings = findings;
    this.records = new VerifiedRecords(findings);
  }

  /// Verifies a write-ahead log with its checkpoints, or a single checkpoint.
  ///
  /// @param directory that of the log, or of a checkpoint in it
  public static Summary verify(Disk disk, Path directory, Consumer<Finding> findings)
      throws IOException {
    return verify(disk, directory, findings, ref -> {});
  }

  /// As {@link #verify(Disk, Path, Consumer)}.
  ///
  /// @param series takes the reference of each series that has a record, after the findings
  public static Summary verify(
      Disk disk, Path directory, Consumer<Finding> findings, LongConsumer series)
      throws IOException {
    var verifier = new WalVerifier(disk, findings);
    verifier.log(directory);
    Summary summary = verifier.end(directory);
    verifier.records.forEachSeries(series);
    return summary;
  }

  /// Verifies a log of out-of-order samples, whose series are in the write-ahead log.
  ///
  /// @param wal directory of that one; what is wrong in it is not reported, and it may be missing
  public static Summary verifyWbl(Disk disk, Path directory, Path wal, Consumer<Finding> findings)
      throws IOException {
    var verifier = new WalVerifier(disk, findings);
    if (disk.stat(wal).isPresent()) {
      var other = new WalVerifier(disk, finding -> {});
      other.log(wal);
      verifier.records.know(other.records);
    }
    verifier.log(directory);
    return verifier.end(directory);
  }

  private Summary end(Path directory) {
    return records.end(directory, tornTail);
  }

  private void log(Path directory) throws IOException {
    int checkpoint = -1;
    for (CheckpointRef each : Checkpoint.list(disk, directory)) {
      segments(each.directory(), -1, false);
      checkpoint = each.index();
    }
    segments(directory, checkpoint, !isCheckpoint(directory));
  }

  private static boolean isCheckpoint(Path directory) {
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return name != null && name.toString().startsWith(WalFormat.CHECKPOINT_PREFIX);
  }

  /// @param before number of the last segment that a checkpoint stands for, -1 if there is none
  /// @param live whether the last one may be torn
  private void segments(Path directory, int before, boolean live) throws IOException {
    List<Segment> segments = Segments.listed(disk, directory);
    int previous = before;
    for (Segment segment : segments) {
      if (previous >= 0 && segment.number() > previous + 1) {
        String missing = "segments " + (previous + 1) + " to " + (segment.number() - 1);
        findings.accept(new Finding(directory, -1, -1, missing + " are missing"));
      }
      // Of those in the checkpoint, series may be gone for good.
      records.matchRefs(segment.number() > before);
      boolean torn = segment(segment.file());
      if (torn && live && segment.equals(segments.getLast())) {
        tornTail = true;
      } else if (torn) {
        report(segment.file(), records.offset(), -1, "the last record is torn");
      }
      previous = Math.max(before, segment.number());
    }
  }

  /// Whether the segment ends inside a record, which is then the one at hand.
  private boolean segment(Path file) throws IOException {
    try (var scan = new SegmentScan(disk, file, decompressor, records)) {
      while (scan.next()) {
        records.count();
      }
      SegmentReader in = scan.segment();
      records.record(file, in.recordStart(), in.recordEnd());
      return in.torn();
    }
  }

  private void report(Path file, long offset, long length, String what) {
    findings.accept(new Finding(file, offset, length, what));
  }
}
