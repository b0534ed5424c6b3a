package io.varve.block;

import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Writes one block. Confined to one thread.
///
/// Order of calls: all symbols, then for each series in the order of labels {@link #startSeries},
/// its chunks in the order of time, {@link #endSeries}; then {@link #finish}. The block appears
/// under its name only with the last.
public final class BlockWriter implements AutoCloseable {
  private BlockWriter() {}

  /// Starts a block in {@code dataDirectory}.
  public static BlockWriter create(Disk disk, Path dataDirectory, Ulid ulid) throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Adds a label name or value that series use, each once, in ascending UTF-8 byte order.
  public void addSymbol(String symbol) throws IOException {
    throw new UnsupportedOperationException();
  }

  public void startSeries(Labels labels) {
    throw new UnsupportedOperationException();
  }

  /// @param mint time of the first sample, milliseconds since the epoch
  /// @param maxt time of the last sample, milliseconds since the epoch
  public void addChunk(
      long mint, long maxt, byte encoding, byte[] bytes, int offset, int length, int numSamples)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Ends the present series; one without a chunk is left out.
  public void endSeries() throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Makes the block appear, durably.
  ///
  /// @param minTime first instant, inclusive
  /// @param maxTime end, exclusive
  /// @return empty, and there is no block, if it would have no sample
  public Optional<BlockMeta> finish(long minTime, long maxTime, BlockMeta.Compaction compaction)
      throws IOException {
    throw new UnsupportedOperationException();
  }

  /// Gives up, unless finished, and removes what was written.
  @Override
  public void close() throws IOException {}
}
