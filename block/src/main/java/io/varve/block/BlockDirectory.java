package io.varve.block;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.FileStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The blocks in a data directory: the directories in it that are named by a ULID. All other names
/// are left alone. Thread-safe, holds nothing open.
public final class BlockDirectory {
  private static final String FOR_DELETION = ".tmp-for-deletion";

  /// Endings of what a crash leaves; the last is that of Prometheus before 2.21.
  private static final List<String> LEFTOVERS =
      List.of(AtomicDirectory.SUFFIX, FOR_DELETION, ".tmp");

  private final Disk disk;
  private final Path dataDirectory;

  public BlockDirectory(Disk disk, Path dataDirectory) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
  }

  /// What {@link #list} found.
  ///
  /// @param blocks in ascending order of their start, then of their names
  /// @param unreadable in ascending order of their names
  public record Listing(List<Entry> blocks, List<Unreadable> unreadable) {
    public Listing {
      blocks = List.copyOf(blocks);
      unreadable = List.copyOf(unreadable);
    }
  }

  /// A block that has a readable `meta.json`.
  public record Entry(Path directory, BlockMeta meta) {}

  /// A directory named like a block whose `meta.json` is missing or broken. Prometheus passes it
  /// over, and so does Varve: it is no block, and nothing but a person may remove it.
  ///
  /// @param cause a {@link CorruptionException} or an {@link IOException}
  public record Unreadable(Path directory, Exception cause) {}

  /// Lists the blocks without opening them.
  public Listing list() throws IOException {
    var blocks = new ArrayList<Entry>();
    var unreadable = new ArrayList<Unreadable>();
    for (String name : disk.list(dataDirectory)) {
      Path directory = dataDirectory.resolve(name);
      if (Ulid.parse(name).isEmpty() || !isDirectory(directory)) {
        continue;
      }
      try {
        blocks.add(new Entry(directory, MetaFile.read(disk, directory)));
      } catch (CorruptionException | IOException e) {
        unreadable.add(new Unreadable(directory, e));
      }
    }
    blocks.sort(
        Comparator.comparingLong((Entry entry) -> entry.meta().minTime())
            .thenComparing(entry -> entry.meta().ulid()));
    return new Listing(blocks, unreadable);
  }

  /// Removes blocks whose creation or deletion was interrupted. To be called before blocks are
  /// written or deleted, and not when only reading.
  ///
  /// @return what was removed
  public List<Path> removeLeftovers() throws IOException {
    var removed = new ArrayList<Path>();
    for (String name : disk.list(dataDirectory)) {
      Path directory = dataDirectory.resolve(name);
      if (isLeftover(name) && isDirectory(directory)) {
        disk.deleteRecursively(directory);
        removed.add(directory);
      }
    }
    return removed;
  }

  private static boolean isLeftover(String name) {
    return name.length() > Ulid.TEXT_LENGTH
        && Ulid.parse(name.substring(0, Ulid.TEXT_LENGTH)).isPresent()
        && LEFTOVERS.contains(name.substring(Ulid.TEXT_LENGTH));
  }

  /// Deletes a block, which may be open still: first, durably, its name, so that a crash leaves a
  /// leftover and not half a block; then its files. May be called again after it failed.
  public void delete(Path block) throws IOException {
    Path doomed = block.resolveSibling(block.getFileName() + FOR_DELETION);
    if (isDirectory(block) || !isDirectory(doomed)) {
      disk.deleteRecursively(doomed);
      disk.rename(block, doomed);
    }
    disk.syncDirectory(dataDirectory);
    disk.deleteRecursively(doomed);
  }

  private boolean isDirectory(Path path) throws IOException {
    return disk.stat(path).filter(FileStat::directory).isPresent();
  }
}
