package io.varve.head;

import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.FileStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// By what a file is known again, see {@link HeadSnapshotFormat}.
///
/// @param path in the data directory
/// @param length bytes
/// @param tail checksum of its end
record FilePrint(String path, long length, int tail) {
  /// Where the head has its files.
  private static final List<String> DIRECTORIES = List.of("chunks_head", "wal", "wbl");

  /// Those of all files that a head is made of.
  static List<FilePrint> ofHead(Disk disk, Path dataDirectory) throws IOException {
    var prints = new ArrayList<FilePrint>();
    for (String name : DIRECTORIES) {
      add(disk, dataDirectory.resolve(name), name, prints);
    }
    return prints;
  }

  private static void add(Disk disk, Path path, String name, List<FilePrint> to)
      throws IOException {
    Optional<FileStat> stat = disk.stat(path);
    if (stat.isEmpty()) {
      return;
    }
    if (stat.get().directory()) {
      for (String child : disk.list(path)) {
        add(disk, path.resolve(child), name + '/' + child, to);
      }
    } else {
      to.add(of(disk, path, name));
    }
  }

  private static FilePrint of(Disk disk, Path path, String name) throws IOException {
    try (DiskFile file = disk.open(path)) {
      long length = file.size();
      byte[] tail = new byte[(int) Math.min(length, HeadSnapshotFormat.TAIL_LENGTH)];
      int read = file.read(tail, 0, tail.length, length - tail.length);
      return new FilePrint(name, length, Crc32c.of(tail, 0, read));
    }
  }

  /// The first file that differs, or that only one of the lists has.
  static Optional<String> firstDifference(List<FilePrint> some, List<FilePrint> others) {
    for (int i = 0; i < Math.max(some.size(), others.size()); i++) {
      if (i >= some.size()) {
        return Optional.of(others.get(i).path);
      }
      if (i >= others.size() || !some.get(i).equals(others.get(i))) {
        return Optional.of(some.get(i).path);
      }
    }
    return Optional.empty();
  }
}
