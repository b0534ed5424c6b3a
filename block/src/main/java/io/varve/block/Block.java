package io.varve.block;

import io.varve.io.Disk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/// A block on disk, open for reading. Thread-safe.
///
/// Its files stay mapped until it was closed by its owner and released by everyone who acquired it.
public final class Block implements BlockView, AutoCloseable {
  private Block() {}

  /// Opens the block in {@code directory}.
  ///
  /// @throws io.varve.io.CorruptionException if a file does not keep its format
  public static Block open(Disk disk, Path directory) throws IOException {
    throw new UnsupportedOperationException();
  }

  public BlockMeta meta() {
    throw new UnsupportedOperationException();
  }

  public Path directory() {
    throw new UnsupportedOperationException();
  }

  /// Pins the block, to be undone by {@link #release()}.
  ///
  /// @return false if it is closed
  public boolean tryAcquire() {
    throw new UnsupportedOperationException();
  }

  /// Undoes one successful {@link #tryAcquire()}.
  public void release() {
    throw new UnsupportedOperationException();
  }

  /// Bytes of all files of the block.
  public long sizeBytes() {
    throw new UnsupportedOperationException();
  }

  /// Bytes of heap that the symbol table takes.
  public long symbolTableBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long minTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public long maxTime() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    throw new UnsupportedOperationException();
  }

  /// No new pins; unmaps with the last release.
  @Override
  public void close() {}
}
