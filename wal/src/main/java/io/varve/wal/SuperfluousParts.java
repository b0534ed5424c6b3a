package io.varve.wal;

import io.varve.io.Disk;
import io.varve.io.QuarantineDirectory;
import io.varve.wal.SalvagedLog.Change;
import io.varve.wal.SalvagedLog.Kind;
import io.varve.wal.Segments.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds what of a damaged log nobody needs, because other parts of it stand for it, and what is
/// left to be read. Used once, by one thread.
final class SuperfluousParts {
  private final Disk disk;
  private final Path log;
  private final long end;
  private final Damage damage;

  private final List<Change> moves = new ArrayList<>();
  private List<Segment> segments = List.of();
  private List<Segment> checkpointSegments = List.of();
  private int covered = -1;

  /// Whether some of the records of segments cannot be read.
  interface Damage {
    boolean isIn(List<Segment> segments) throws IOException;
  }

  /// @param end number of the first segment that is left as it is
  SuperfluousParts(Disk disk, Path log, long end, Damage damage) {
    this.end = end;
    this.disk = disk;
    this.log = log;
    this.damage = damage;
  }

  /// @return what is to be moved
  List<Change> find(QuarantineDirectory quarantine) throws IOException {
    List<Segment> present =
        Segments.listed(disk, log).stream().filter(each -> each.number() < end).toList();
    segments = withoutTwins(present, quarantine);
    List<CheckpointRef> checkpoints = Checkpoint.list(disk, log);
    boolean inUse = false;
    for (int i = checkpoints.size() - 1; i >= 0; i--) {
      CheckpointRef checkpoint = checkpoints.get(i);
      List<Segment> parts = Segments.listed(disk, checkpoint.directory());
      boolean isDamaged = hasGap(parts) || damage.isIn(parts);
      if (isDamaged && inUse) {
        move(checkpoint.directory(), "is damaged; a newer checkpoint stands for it", quarantine);
      } else if (isDamaged
          && isAllThere(checkpoint, i == 0 ? -1 : checkpoints.get(i - 1).index())) {
        move(checkpoint.directory(), "is damaged; what it was made from is there", quarantine);
      } else if (!inUse) {
        inUse = true;
        covered = checkpoint.index();
        checkpointSegments = withoutTwins(parts, quarantine);
      }
    }
    findCovered(quarantine);
    return moves;
  }

  /// The segments that the checkpoint stands for go all or not at all: without gaps.
  private void findCovered(QuarantineDirectory quarantine) throws IOException {
    List<Segment> old = segments.stream().filter(each -> each.number() <= covered).toList();
    segments = segments.stream().filter(each -> each.number() > covered).toList();
    boolean reachesOn = old.isEmpty() || segments.isEmpty() || old.getLast().number() == covered;
    if (!reachesOn || hasGap(old) || damage.isIn(old)) {
      for (Segment each : old) {
        move(each.file(), "is damaged or has a gap; a checkpoint stands for it", quarantine);
      }
    }
  }

  private void move(Path path, String why, QuarantineDirectory quarantine) {
    moves.add(new Change(Kind.MOVED, path, quarantine.target(path), why));
  }

  /// Whether the segments that a checkpoint was made from are there, or those after the one before.
  private boolean isAllThere(CheckpointRef checkpoint, int before) {
    var numbers = segments.stream().map(Segment::number).collect(Collectors.toSet());
    return IntStream.rangeClosed(before + 1, checkpoint.index()).allMatch(numbers::contains);
  }

  private static boolean hasGap(List<Segment> segments) {
    return !segments.isEmpty()
        && segments.getLast().number() - segments.getFirst().number() >= segments.size();
  }

  /// Of two names that stand for the same number, such as `7` and `00000007`, the later one stays,
  /// which has more digits and is the usual one.
  private List<Segment> withoutTwins(List<Segment> all, QuarantineDirectory quarantine) {
    var single = new ArrayList<Segment>();
    for (Segment segment : all) {
      Optional<Segment> twin =
          single.isEmpty() || single.getLast().number() != segment.number()
              ? Optional.empty()
              : Optional.of(single.removeLast());
      Segment stays = twin.filter(other -> digits(other) > digits(segment)).orElse(segment);
      Segment goes = twin.filter(other -> !other.equals(stays)).orElse(segment);
      single.add(stays);
      if (twin.isPresent()) {
        move(goes.file(), "another segment has its number", quarantine);
      }
    }
    return single;
  }

  private static int digits(Segment segment) {
    return segment.file().getFileName().toString().length();
  }

  /// Those that are left after the last that the checkpoint stands for.
  List<Segment> segments() {
    return segments;
  }

  /// Those of the checkpoint to be used, none if there is none.
  List<Segment> checkpointSegments() {
    return checkpointSegments;
  }

  /// Number of the last segment that it stands for, -1 if there is none.
  int covered() {
    return covered;
  }
}
