package io.varve.index;

import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;

/// Writes the index file of a block, see {@link IndexFormat}. First all symbols, then all series,
/// then {@link #finish()}.
public final class IndexWriter implements AutoCloseable {
  public IndexWriter(Disk disk, Path file) throws IOException {}

  /// Adds a symbol: a name or value that the series will use. In ascending byte order, each once.
  public void addSymbol(String symbol) {
    throw new UnsupportedOperationException();
  }

  /// As {@link #addSymbol(String)}, of UTF-8 bytes.
  public void addSymbol(byte[] symbol) {
    throw new UnsupportedOperationException();
  }

  /// Adds a series, in ascending order of labels.
  ///
  /// @return the id of the series, its reference in postings
  public long addSeries(Labels labels, ChunkList chunks) throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Writes what follows the series and syncs the file; the directory is left to the caller.
  public void finish() throws IOException {}

  /// Without {@link #finish()} before it: gives up and leaves an unreadable file.
  @Override
  public void close() throws IOException {}
}
