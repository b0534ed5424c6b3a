package io.varve.check;

import io.varve.block.Ulid;
import io.varve.head.HeadSnapshotVerifier;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What work leaves that does not come to its end. The next start of a server removes it; while one
/// runs, it may be work in progress.
final class Leftovers {
  private static final List<String> OF_BLOCKS =
      List.of(".tmp-for-creation", ".tmp-for-deletion", ".tmp");
  private static final String TEMPORARY = ".tmp";

  private Leftovers() {}

  static List<Path> in(DataDirectory data) throws IOException {
    var found = new ArrayList<Path>();
    Disk disk = data.disk();
    add(disk, data.path(), Leftovers::isBlock, found);
    add(disk, data.path(), temporary("chunk_snapshot."), found);
    add(disk, data.path(), HeadSnapshotVerifier.TEMPORARY_NAME::equals, found);
    add(disk, data.wal(), temporary("checkpoint."), found);
    for (Path block : data.blocks()) {
      add(disk, block, List.of("meta.json.tmp", "tombstones.tmp")::contains, found);
    }
    return found;
  }

  private static void add(Disk disk, Path directory, Predicate<String> is, List<Path> found)
      throws IOException {
    Verification.names(disk, directory).stream()
        .filter(is)
        .map(directory::resolve)
        .forEach(found::add);
  }

  private static boolean isBlock(String name) {
    return name.length() > Ulid.TEXT_LENGTH
        && Ulid.parse(name.substring(0, Ulid.TEXT_LENGTH)).isPresent()
        && OF_BLOCKS.contains(name.substring(Ulid.TEXT_LENGTH));
  }

  private static Predicate<String> temporary(String prefix) {
    return name -> name.startsWith(prefix) && name.endsWith(TEMPORARY);
  }
}
