package io.varve.compact;

import io.varve.block.BlockWriter;
import io.varve.block.ChunkHeader;
import io.varve.block.Intervals;
import io.varve.block.LiveSamples;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkRun;
import java.io.IOException;

/// Writes of the chunks of a series what lies within a range of time and is not deleted. Chunks of
/// which that is all are copied as they are, which is what happens to all but a few when the head
/// becomes a block; others, and those in encodings that are not to be written, are decoded and
/// encoded anew. Confined to one thread.
final class ChunkTrimmer {
  private final BlockWriter block;
  private final ChunkRun encoded;
  private final long mint;
  private final long maxt;

  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkCursor cursor = new ChunkCursor();
  private final LiveSamples live;

  /// @param block takes the chunks; stays the caller's
  /// @param encoded encodes anew
  /// @param mint first instant, inclusive
  /// @param maxt last instant, inclusive
  ChunkTrimmer(BlockWriter block, ChunkRun encoded, long mint, long maxt) {
    this.block = block;
    this.encoded = encoded;
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
      if (whole && encoded.writes(chunk.encoding())) {
        copy(series, first, last);
      } else {
        live.open(chunk, series.labels(), deleted, true);
        encodeAnew();
      }
    }
  }

  /// The time of the newest sample of a chunk that was still growing when it was copied.
  private long lastTime(SeriesCursor series) {
    cursor.reset(chunk, series.labels(), 0);
    long last = Long.MIN_VALUE;
    while (cursor.next()) {
      last = cursor.timestamp();
    }
    return last;
  }

  private void copy(SeriesCursor series, long first, long last) throws IOException {
    int samples = ChunkHeader.sampleCount(chunk, series.labels(), 0);
    if (samples > 0) {
      block.addChunk(first, last, chunk.encoding(), chunk.bytes(), 0, chunk.length(), samples);
    }
  }

  private void encodeAnew() throws IOException {
    encoded.reset(live);
    while (encoded.next()) {
      ChunkEncoder made = encoded.chunk();
      block.addChunk(
          made.minTime(),
          made.lastTime(),
          made.encoding(),
          made.bytes(),
          0,
          made.length(),
          made.sampleCount());
    }
  }
}
