package io.varve.block;

import io.varve.chunk.ChunkBuffer;

/// A chunk of a series at its source. Valid until the source moves on.
///
/// @param index among the chunks of the source's present series
/// @param mint time of its first sample, milliseconds since the epoch
/// @param maxt time of its last sample, see {@link SeriesCursor#chunkMaxTime}
public record StoredChunk(SeriesCursor source, int index, long mint, long maxt) {
  /// Chunk {@code index} of the present series of {@code source}.
  public static StoredChunk of(SeriesCursor source, int index) {
    return new StoredChunk(source, index, source.chunkMinTime(index), source.chunkMaxTime(index));
  }

  /// Copies the payload.
  public void read(ChunkBuffer target) {
    source.readChunk(index, target);
  }

  /// What it belongs to, for messages.
  public Object origin() {
    return source.origin();
  }

  /// What is deleted of its series at its source.
  public Intervals deleted() {
    return source.deleted();
  }

  /// Whether all of its samples lie in `[from, to]` and none is deleted.
  public boolean whole(long from, long to) {
    return mint >= from && maxt <= to && !deleted().overlaps(mint, maxt);
  }
}
