package io.varve.query;

import io.varve.ChunkSeriesSet;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.FloatCutting;
import io.varve.chunk.XorEncoder;
import io.varve.model.Labels;

/// Series with their chunks. A chunk that is wanted whole and overlaps no other is passed on as it
/// is stored; the samples of others are encoded anew. Confined to one thread.
final class MergedChunkSet implements ChunkSeriesSet {
  private final MergedSeries series;
  private final long mint;
  private final long maxt;
  private final RunSamples run;
  private final XorEncoder encoder = new XorEncoder();
  private final ChunkBuffer chunk = new ChunkBuffer();

  private int nextChunk;

  /// Whether {@link #run} stands on a sample that is not encoded yet.
  private boolean sampleWaits;

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
      sampleWaits = false;
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
    while (!sampleWaits && nextChunk < chunks.size()) {
      int from = nextChunk;
      nextChunk = chunks.runEnd(from);
      SeriesChunks.Chunk first = chunks.get(from);
      if (nextChunk == from + 1 && first.whole(mint, maxt)) {
        first.read(chunk);
        chunkMinTime = first.mint();
        chunkMaxTime = first.maxt();
        return true;
      }
      run.open(chunks, from, nextChunk);
      sampleWaits = run.next();
    }
    return sampleWaits && encode();
  }

  /// Fills a chunk from the run.
  private boolean encode() {
    encoder.reset();
    chunkMinTime = run.timestamp();
    do {
      chunkMaxTime = run.timestamp();
      encoder.append(chunkMaxTime, run.value());
      sampleWaits = run.next();
    } while (sampleWaits && encoder.sampleCount() < FloatCutting.SAMPLES_PER_CHUNK);
    encoder.copyTo(chunk);
    return true;
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
