package io.varve.wal;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The segment files in a directory, as listed at one moment, in order. Immutable.
record Segments(Path directory, List<Segment> list) {
  /// @param file path, whatever number of digits its name has
  record Segment(int number, Path file) {}

  Segments {
    list = List.copyOf(list);
  }

  /// @throws CorruptionException if the numbers are not consecutive
  static Segments in(Disk disk, Path directory) throws IOException {
    return in(disk, directory, -1);
  }

  /// As {@link #in(Disk, Path)}, of a log that has a checkpoint: what is before a gap among the
  /// segments that this stands for, or right behind them, is left out. Nobody reads those; the file
  /// system may have put off some of their deletions, and Prometheus does not ask it not to.
  ///
  /// @param covered number of the last segment that the checkpoint stands for, -1 if there is none
  static Segments in(Disk disk, Path directory, int covered) throws IOException {
    List<Segment> segments = listed(disk, directory);
    int from = 0;
    for (int i = 1; i < segments.size() && segments.get(i).number <= covered + 1; i++) {
      if (segments.get(i).number != segments.get(i - 1).number + 1) {
        from = i;
      }
    }
    List<Segment> connected = segments.subList(from, segments.size());
    for (int i = 1; i < connected.size(); i++) {
      requireNext(directory, connected.get(i - 1).number, connected.get(i).number);
    }
    return new Segments(directory, connected);
  }

  /// The segment files by their numbers, whatever is missing between them.
  static List<Segment> listed(Disk disk, Path directory) throws IOException {
    var segments = new ArrayList<Segment>();
    for (String name : disk.list(directory)) {
      int number = WalFormat.parse(name);
      if (number >= 0) {
        segments.add(new Segment(number, directory.resolve(name)));
      }
    }
    segments.sort(Comparator.comparingInt(Segment::number));
    return segments;
  }

  private static void requireNext(Path directory, int number, int next) {
    if (next != number + 1) {
      throw new CorruptionException(
          directory, -1, "segments are not sequential: " + next + " follows " + number);
    }
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  /// Number of the first segment, -1 if there is none.
  int first() {
    return isEmpty() ? -1 : list.getFirst().number;
  }

  /// Number of the last segment, -1 if there is none.
  int last() {
    return isEmpty() ? -1 : list.getLast().number;
  }

  /// The segments from {@code first} to {@code last}, all of which must exist.
  List<Segment> range(int first, int last) {
    if (first > last) {
      return List.of();
    }
    if (first < first() || last > last()) {
      throw new CorruptionException(
          directory,
          -1,
          "segments "
              + first
              + " to "
              + last
              + " are needed, but those present are "
              + (isEmpty() ? "none" : first() + " to " + last()));
    }
    return list.subList(first - first(), last - first() + 1);
  }

  /// Deletes the segments below {@code end}, from the first one on. Each deletion is durable before
  /// the next: a file system may bring names back in any order, and a log with a gap is one that
  /// Prometheus refuses to open. So is, before all of them, the name of the checkpoint that stands
  /// for them.
  static void deleteBelow(Disk disk, Path directory, int end) throws IOException {
    for (Segment segment : listed(disk, directory)) {
      if (segment.number < end) {
        disk.syncDirectory(directory);
        disk.delete(segment.file);
      }
    }
    disk.syncDirectory(directory);
  }
}
