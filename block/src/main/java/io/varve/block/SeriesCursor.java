package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.model.Labels;

/// Walks series in the order of their labels. Starts before the first. For the present series it
/// tells the chunks that overlap the range asked for, in ascending order of time, and reads them on
/// demand.
///
/// Confined to one thread. Reading may throw {@link io.varve.io.CorruptionException}.
public interface SeriesCursor extends AutoCloseable {
  boolean next();

  Labels labels();

  /// What the chunks of the present series belong to, for messages: its labels, or more.
  default Object origin() {
    return labels();
  }

  /// Chunks of the present series that overlap the range; at least 1.
  int chunkCount();

  /// Time of the first sample in chunk {@code index}, milliseconds since the epoch.
  long chunkMinTime(int index);

  /// Time of the last sample in chunk {@code index}, milliseconds since the epoch.
  ///
  /// For the chunk of the head that is still growing this is {@link Long#MAX_VALUE}: only the copy
  /// made by {@link #readChunk} knows.
  long chunkMaxTime(int index);

  /// Copies the payload of chunk {@code index}. The copy is checked against the chunk's checksum
  /// where it has one.
  void readChunk(int index, ChunkBuffer target);

  /// Deleted spans of the present series; samples within are to be skipped.
  Intervals deleted();

  @Override
  default void close() {}
}
