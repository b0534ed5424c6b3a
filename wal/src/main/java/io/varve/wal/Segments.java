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
    List<Segment> segments = listed(disk, directory);
    for (int i = 1; i < segments.size(); i++) {
      requireNext(directory, segments.get(i - 1).number, segments.get(i).number);
    }
    return new Segments(directory, segments);
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

  /// Deletes those below {@code end}, from the first one on, so that those left are consecutive at
  /// any time.
  void deleteBelow(Disk disk, int end) throws IOException {
    for (Segment segment : list) {
      if (segment.number < end) {
        disk.delete(segment.file);
      }
    }
    disk.syncDirectory(directory);
  }
}
