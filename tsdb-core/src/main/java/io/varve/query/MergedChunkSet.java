package io.varve.query;

import io.varve.ChunkSeriesSet;
import io.varve.block.RunSamples;
import io.varve.block.StoredChunk;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkRun;
import io.varve.model.Labels;

/// Series with their chunks. A chunk that is wanted whole and overlaps no other is passed on as it
/// is stored; the samples of others, and of those in encodings newer than Prometheus 2.42, are
/// encoded anew. Confined to one thread.
final class MergedChunkSet implements ChunkSeriesSet {
  private final MergedSeries series;
  private final long mint;
  private final long maxt;
  private final RunSamples run;

  /// The samples of {@link #run} in chunks, in encodings that every reader knows.
  private final ChunkRun encoded = new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM);

  private final ChunkBuffer chunk = new ChunkBuffer();

  private int nextChunk;

  /// Whether {@link #encoded} may have another chunk.
  private boolean encoding;

  /// Whether the first chunk of the present series was found by {@link #next()} and is still to be
  /// handed out.
  private boolean chunkWaits;

  private long chunkMinTime;
  private long chunkMaxTime;

  MergedChunkSet(MergedSeries series, long mint, long maxt) {
    this.series = series;
    this.mint = mint;
    this.maxt = maxt;
    this.run = new RunSamples(mint, maxt);
  }

  @Override
  public boolean next() {
    while (series.next()) {
      nextChunk = 0;
      encoding = false;
      if (advance()) {
        chunkWaits = true;
        return true;
      }
    }
    return false;
  }

  @Override
  public Labels labels() {
    return series.labels();
  }

  @Override
  public boolean nextChunk() {
    if (chunkWaits) {
      chunkWaits = false;
      return true;
    }
    return advance();
  }

  private boolean advance() {
    SeriesChunks chunks = series.chunks();
    while (true) {
      if (encoding && nextEncoded()) {
        return true;
      }
      if (nextChunk == chunks.size()) {
        return false;
      }
      int from = nextChunk;
      nextChunk = chunks.runEnd(from);
      if (nextChunk == from + 1 && copied(chunks.get(from))) {
        return true;
      }
      chunks.open(from, nextChunk, run);
      encoded.reset(run);
      encoding = true;
    }
  }

  /// Takes a stored chunk as it is, if all of it is wanted and every reader knows its encoding.
  private boolean copied(StoredChunk stored) {
    if (!stored.whole(mint, maxt)) {
      return false;
    }
    stored.read(chunk);
    chunkMinTime = stored.mint();
    chunkMaxTime = stored.maxt();
    return encoded.writes(chunk.encoding());
  }

  private boolean nextEncoded() {
    encoding = encoded.next();
    if (encoding) {
      ChunkEncoder made = encoded.chunk();
      made.copyTo(chunk);
      chunkMinTime = made.minTime();
      chunkMaxTime = made.lastTime();
    }
    return encoding;
  }

  @Override
  public long chunkMinTime() {
    return chunkMinTime;
  }

  @Override
  public long chunkMaxTime() {
    return chunkMaxTime;
  }

  @Override
  public ChunkBuffer chunk() {
    return chunk;
  }
}
