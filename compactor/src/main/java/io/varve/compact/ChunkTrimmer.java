package io.varve.compact;

import io.varve.block.Intervals;
import io.varve.block.LiveSamples;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import java.io.IOException;

/// Writes of the chunks of a series what lies within a range of time and is not deleted. Chunks of
/// which that is all are copied as they are, which is what happens to all but a few when the head
/// becomes a block; others, and those in encodings that are not to be written, are decoded and
/// encoded anew. Confined to one thread.
final class ChunkTrimmer {
  private final ChunkOutput output;
  private final long mint;
  private final long maxt;

  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkCursor cursor = new ChunkCursor();
  private final LiveSamples live;

  /// @param mint first instant, inclusive
  /// @param maxt last instant, inclusive
  ChunkTrimmer(ChunkOutput output, long mint, long maxt) {
    this.output = output;
    this.mint = mint;
    this.maxt = maxt;
    this.live = new LiveSamples(mint, maxt);
  }

  /// Writes the chunks of the present series of {@code series}.
  void writeChunks(SeriesCursor series) throws IOException {
    Intervals deleted = series.deleted();
    for (int i = 0; i < series.chunkCount(); i++) {
      series.readChunk(i, chunk);
      long first = series.chunkMinTime(i);
      long last = series.chunkMaxTime(i);
      if (last == Long.MAX_VALUE) {
        last = lastTime(series);
      }
      boolean whole = mint <= first && last <= maxt && !deleted.overlaps(first, last);
      if (whole && output.copies(chunk.encoding())) {
        output.copy(chunk, series.origin(), first, last);
      } else {
        live.open(chunk, series.origin(), deleted, true);
        output.encode(live);
      }
    }
  }

  /// The time of the newest sample of a chunk that was still growing when it was copied.
  private long lastTime(SeriesCursor series) {
    cursor.reset(chunk, series.origin(), 0);
    long last = Long.MIN_VALUE;
    while (cursor.next()) {
      last = cursor.timestamp();
    }
    return last;
  }
}
