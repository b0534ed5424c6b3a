package io.varve.query;

import io.varve.block.Intervals;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.XorCursor;

/// The samples of one chunk that lie in a range and are not deleted. Used again for chunk after
/// chunk. Confined to one thread.
final class ChunkSamples {
  private final long mint;
  private final long maxt;
  private final ChunkBuffer buffer = new ChunkBuffer();
  private final XorCursor cursor = new XorCursor();
  private Intervals deleted = Intervals.EMPTY;
  private long timestamp;

  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  ChunkSamples(long mint, long maxt) {
    this.mint = mint;
    this.maxt = maxt;
  }

  void open(SeriesChunks.Chunk chunk) {
    chunk.read(buffer);
    cursor.reset(buffer, "a chunk of " + chunk.source().labels(), 0);
    deleted = chunk.deleted();
  }

  boolean next() {
    while (cursor.next()) {
      long t = cursor.timestamp();
      if (t > maxt) {
        return false;
      }
      if (t >= mint && !deleted.contains(t)) {
        timestamp = t;
        return true;
      }
    }
    return false;
  }

  long timestamp() {
    return timestamp;
  }

  double value() {
    return cursor.value();
  }
}
