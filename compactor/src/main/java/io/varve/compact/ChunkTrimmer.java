package io.varve.compact;

import io.varve.block.BlockWriter;
import io.varve.block.ChunkHeader;
import io.varve.block.Intervals;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.FloatCutting;
import io.varve.chunk.XorDecoder;
import io.varve.chunk.XorEncoder;
import java.io.IOException;

/// Writes of the chunks of a series what lies within a range of time and is not deleted. Chunks of
/// which that is all are copied as they are, which is what happens to all but a few when the head
/// becomes a block; others are decoded and encoded anew. Confined to one thread.
final class ChunkTrimmer {
  private static final int BATCH = 256;

  private final BlockWriter block;
  private final long mint;
  private final long maxt;

  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkBuffer trimmed = new ChunkBuffer();
  private final XorDecoder decoder = new XorDecoder();
  private final XorEncoder encoder = new XorEncoder();
  private final long[] times = new long[BATCH];
  private final double[] values = new double[BATCH];

  /// @param block takes the chunks; stays the caller's
  /// @param mint first instant, inclusive
  /// @param maxt last instant, inclusive
  ChunkTrimmer(BlockWriter block, long mint, long maxt) {
    this.block = block;
    this.mint = mint;
    this.maxt = maxt;
  }

  /// Writes the chunks of the present series of {@code series}.
  void writeChunks(SeriesCursor series) throws IOException {
    for (int i = 0; i < series.chunkCount(); i++) {
      series.readChunk(i, chunk);
      long first = series.chunkMinTime(i);
      long last = series.chunkMaxTime(i);
      if (last == Long.MAX_VALUE) {
        last = lastTime(series);
      }
      if (mint <= first && last <= maxt && !series.deleted().overlaps(first, last)) {
        copy(series, first, last);
      } else {
        encodeAnew(series);
      }
    }
  }

  /// The time of the newest sample of a chunk that was still growing when it was copied.
  private long lastTime(SeriesCursor series) {
    decoder.reset(chunk, series.labels(), 0);
    long last = Long.MIN_VALUE;
    for (int n = decoder.decode(times, values); n > 0; n = decoder.decode(times, values)) {
      last = times[n - 1];
    }
    return last;
  }

  private void copy(SeriesCursor series, long first, long last) throws IOException {
    int samples = ChunkHeader.sampleCount(chunk, series.labels(), 0);
    if (samples > 0) {
      block.addChunk(first, last, chunk.encoding(), chunk.bytes(), 0, chunk.length(), samples);
    }
  }

  private void encodeAnew(SeriesCursor series) throws IOException {
    Intervals deleted = series.deleted();
    encoder.reset();
    decoder.reset(chunk, series.labels(), 0);
    for (int n = decoder.decode(times, values); n > 0; n = decoder.decode(times, values)) {
      for (int i = 0; i < n; i++) {
        if (mint <= times[i] && times[i] <= maxt && !deleted.contains(times[i])) {
          append(times[i], values[i]);
        }
      }
    }
    flush();
  }

  private void append(long t, double v) throws IOException {
    if (encoder.sampleCount() == FloatCutting.SAMPLES_PER_CHUNK) {
      flush();
    }
    encoder.append(t, v);
  }

  private void flush() throws IOException {
    int samples = encoder.sampleCount();
    if (samples > 0) {
      encoder.copyTo(trimmed);
      block.addChunk(
          encoder.minTime(),
          encoder.lastTime(),
          ChunkEncoding.XOR,
          trimmed.bytes(),
          0,
          trimmed.length(),
          samples);
      encoder.reset();
    }
  }
}
