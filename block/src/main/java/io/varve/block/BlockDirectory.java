package io.varve.block;

import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The blocks in a data directory. Thread-safe, holds nothing open.
public final class BlockDirectory {
  /// What {@link #list} found.
  ///
  /// @param blocks in ascending order of their start, then of their names
  /// @param unreadable directories named like blocks whose `meta.json` cannot be read
  public record Listing(List<Entry> blocks, List<Unreadable> unreadable) {}

  /// A block that has a readable `meta.json`.
  public record Entry(Path directory, BlockMeta meta) {}

  /// A directory named like a block which is none; it is left alone.
  public record Unreadable(Path directory, Exception cause) {}

  public BlockDirectory(Disk disk, Path dataDirectory) {}

  /// Removes what unfinished creations and deletions left behind. Not for read-only use.
  ///
  /// @return the names removed
  public List<String> removeLeftovers() throws IOException {
    throw new UnsupportedOperationException();
  }

  public Listing list() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Deletes a block, open or not: first it loses its name, then its files go.
  public void delete(Path block) throws IOException {
    throw new UnsupportedOperationException();
  }
}
