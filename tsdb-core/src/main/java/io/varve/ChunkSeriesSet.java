package io.varve;

import io.varve.chunk.ChunkBuffer;
import io.varve.model.Labels;

/// Walks the series a query selected, in the order of their labels, and for each the chunks that
/// hold its samples within the range of the querier: disjoint, in ascending order of time, free of
/// deleted samples and of samples outside the range. A stored chunk that already is all that comes
/// as it is, not decoded; others are cut and encoded anew.
///
/// Starts before the first. Confined to one thread; valid until its {@link Querier} is closed.
public interface ChunkSeriesSet {
  /// Moves to the next series that has samples.
  boolean next();

  Labels labels();

  /// Moves to the next chunk of the present series.
  boolean nextChunk();

  /// Time of the first sample of the present chunk, milliseconds since the epoch.
  long chunkMinTime();

  /// Time of the last sample of the present chunk, milliseconds since the epoch.
  long chunkMaxTime();

  /// The present chunk. Valid until {@link #nextChunk()} or {@link #next()} is called.
  ChunkBuffer chunk();
}
