package io.varve.wal;

import io.varve.io.Decompressor;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.QuarantineDirectory;
import io.varve.wal.SalvagedLog.Change;
import io.varve.wal.SalvagedLog.Kind;
import io.varve.wal.Segments.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Makes a log of which something is damaged a valid one that holds everything that can be read,
/// for Varve as for Prometheus. Damage costs the records it touches, up to the next page that
/// starts one ({@link SegmentScan}); why the records behind it still mean what they meant, see
/// {@link RefMeanings}. (Prometheus deletes all that is behind the first damage.)
///
/// - A damaged segment, also one of the checkpoint in use, is replaced by one of the same number
///   that has the records that can be read, in their order.
/// - A checkpoint is not used if it is damaged and all that it was made from is still there.
/// - Where segments are missing, later ones move up, so that the numbers are consecutive.
/// - What a checkpoint stands for goes, if it is damaged or has gaps.
///
/// Nothing is destroyed: what is replaced or goes is found in the quarantine as it was. A record
/// that ends with the log is no damage, but what a process leaves that dies while it writes; the
/// next {@link Wal#open} cuts it off.
///
/// A process that dies in the midst of it leaves a log in which each segment is the old one or the
/// new one, and the next salvage goes on from there: each segment is complete and synced, and its
/// original durable in the quarantine, before it is replaced; the last one first, so that later
/// records are settled as long as the damage before them still shows.
///
/// Used once, by one thread, on segments that nobody else writes to.
public final class WalSalvage {
  private static final long ALL = Long.MAX_VALUE;

  private final Disk disk;
  private final Path log;
  private final QuarantineDirectory quarantine;
  private final boolean rehearsal;

  /// Segments from this number on are not looked at.
  private final long end;

  private final Decompressor decompressor = new Decompressor();

  private final List<Finding> damages = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();
  private final RefMeanings meanings = new RefMeanings(damages::add);
  private final Set<Segment> damaged = new HashSet<>();

  /// Where segments are missing: the one after them, and the number of the first of them.
  private final Map<Segment, Integer> behindGap = new HashMap<>();

  private WalSalvage(
      Disk disk, Path log, QuarantineDirectory quarantine, boolean rehearsal, long end) {
    this.end = end;
    this.disk = disk;
    this.log = log;
    this.quarantine = quarantine;
    this.rehearsal = rehearsal;
  }

  /// Mends a log.
  ///
  /// @param log directory of the log; there may be none
  /// @param quarantine takes what is replaced
  /// @throws IOException if something cannot be read or written; then it can be tried again
  public static SalvagedLog salvage(Disk disk, Path log, QuarantineDirectory quarantine)
      throws IOException {
    return new WalSalvage(disk, log, quarantine, false, ALL).run();
  }

  /// Mends the finished part of a log that is being written.
  ///
  /// @param end number of the segment that is written, or of one before
  public static SalvagedLog salvageBelow(
      Disk disk, Path log, QuarantineDirectory quarantine, int end) throws IOException {
    return new WalSalvage(disk, log, quarantine, false, end).run();
  }

  /// Tells what {@link #salvage} would do, and changes nothing.
  public static SalvagedLog rehearse(Disk disk, Path log, QuarantineDirectory quarantine)
      throws IOException {
    return new WalSalvage(disk, log, quarantine, true, ALL).run();
  }

  private SalvagedLog run() throws IOException {
    if (disk.stat(log).isPresent()) {
      var superfluous = new SuperfluousParts(disk, log, end, this::isDamaged);
      for (Change part : superfluous.find(quarantine)) {
        move(part);
      }
      mend(superfluous.checkpointSegments(), superfluous.segments(), superfluous.covered());
    }
    return new SalvagedLog(List.copyOf(changes), List.copyOf(damages), meanings.reused());
  }

  private void move(Change part) throws IOException {
    if (!rehearsal) {
      var ignored = quarantine.move(part.path());
    }
    changes.add(part);
  }

  private boolean isDamaged(List<Segment> segments) throws IOException {
    var found = new ArrayList<Finding>();
    var reading = new RefMeanings(found::add);
    for (Segment segment : segments) {
      read(segment, false, reading);
    }
    return !found.isEmpty();
  }

  /// @param covered number of the last segment that the checkpoint stands for, -1 if there is none
  private void mend(List<Segment> checkpoint, List<Segment> segments, int covered)
      throws IOException {
    look(checkpoint, -1, false);
    look(segments, covered, end == ALL);
    var all = new ArrayList<>(checkpoint);
    all.addAll(segments);
    List<Segment> rewritten = rewrite(all);
    for (Segment segment : rewritten.reversed()) {
      replace(segment);
    }
    moveUp(checkpoint, -1);
    if (end == ALL) {
      moveUp(segments, covered);
    }
  }

  /// Reads everything.
  ///
  /// @param live whether the last one may be torn
  private void look(List<Segment> segments, int before, boolean live) throws IOException {
    int previous = before;
    for (Segment segment : segments) {
      if (previous >= 0 && segment.number() > previous + 1) {
        behindGap.put(segment, previous + 1);
        noteGap(segment);
      }
      int sofar = damages.size();
      read(segment, live && segment.equals(segments.getLast()), meanings);
      if (damages.size() > sofar) {
        damaged.add(segment);
      }
      previous = segment.number();
    }
  }

  private void noteGap(Segment behind) {
    Integer first = behindGap.get(behind);
    if (first != null) {
      String missing = "segments %d to %d are missing".formatted(first, behind.number() - 1);
      meanings.damage(behind.file().resolveSibling(""), -1, 0, missing);
    }
  }

  /// @param mayBeTorn whether the end may be missing of its last record
  private void read(Segment segment, boolean mayBeTorn, RefMeanings reading) throws IOException {
    try (var scan = new SegmentScan(disk, segment.file(), decompressor, reading)) {
      while (scan.next()) {
        var ignored = reading.endRecord();
      }
      noteTorn(scan, mayBeTorn, reading);
    }
  }

  private static void noteTorn(SegmentScan scan, boolean mayBeTorn, RefMeanings reading)
      throws IOException {
    SegmentReader in = scan.segment();
    if (in.torn() && !mayBeTorn) {
      long start = in.recordStart();
      reading.damage(in.path(), start, in.size() - start, "the last record is torn");
    }
  }

  /// Writes the copies that are to take the places of segments.
  ///
  /// @return those segments
  private List<Segment> rewrite(List<Segment> all) throws IOException {
    if (damages.isEmpty() || rehearsal) {
      return all.stream().filter(damaged::contains).toList();
    }
    List<Finding> found = List.copyOf(damages);
    try {
      return copyAll(all);
    } catch (IOException e) {
      for (Segment segment : all) {
        SegmentFile.discardCopy(disk, segment, e);
      }
      throw e;
    } finally {
      damages.clear();
      damages.addAll(found);
    }
  }

  private List<Segment> copyAll(List<Segment> all) throws IOException {
    var copied = new ArrayList<Segment>();
    meanings.rewind();
    boolean behind = false;
    for (Segment segment : all) {
      noteGap(segment);
      behind |= damaged.contains(segment) || behindGap.containsKey(segment);
      if (damaged.contains(segment) || (behind && meanings.reused())) {
        copy(segment);
        copied.add(segment);
      }
    }
    return copied;
  }

  private void copy(Segment segment) throws IOException {
    try (var out = SegmentFile.createCopy(disk, segment);
        var scan = new SegmentScan(disk, segment.file(), decompressor, meanings)) {
      var writer = new SegmentWriter(out);
      while (scan.next()) {
        if (meanings.endRecord()) {
          scan.segment().copyTo(writer);
        }
      }
      writer.fillPage();
      writer.flush();
      out.sync();
    }
  }

  private void replace(Segment segment) throws IOException {
    Path kept = quarantine.target(segment.file());
    if (!rehearsal) {
      kept = quarantine.keep(segment.file());
      SegmentFile.replaceByCopy(disk, segment.file());
    }
    changes.add(new Change(Kind.REWRITTEN, segment.file(), kept, why(segment)));
  }

  private String why(Segment segment) {
    List<Finding> own =
        damages.stream().filter(damage -> damage.file().equals(segment.file())).toList();
    if (own.isEmpty()) {
      return "references were given twice, and damage before it may hide which is meant";
    }
    Finding first = own.getFirst();
    String others = own.size() == 1 ? "" : ", and %d more places".formatted(own.size() - 1);
    return "at offset %d: %s%s".formatted(first.offset(), first.what(), others);
  }

  /// Gives segments the numbers that are missing before them. Each renaming is durable before the
  /// next, so that none takes a name that another one could get back.
  private void moveUp(List<Segment> segments, int before) throws IOException {
    int number = before;
    for (Segment segment : segments) {
      number = number < 0 ? segment.number() : number + 1;
      if (number != segment.number()) {
        Path to = WalFormat.segment(segment.file().resolveSibling(""), number);
        if (!rehearsal) {
          disk.rename(segment.file(), to);
          disk.syncDirectory(to.resolveSibling(""));
        }
        changes.add(new Change(Kind.RENUMBERED, segment.file(), to, "those before are missing"));
      }
    }
  }
}
