package io.varve.query;

import io.varve.block.RunSamples;
import io.varve.block.SeriesCursor;
import io.varve.block.StoredChunk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The chunks of one series from all its sources, in order of their first samples, those with the
/// same first time in the order of the sources. Consecutive chunks that overlap in time form a run;
/// nearly always a run is one chunk. Confined to one thread.
final class SeriesChunks {
  private static final Comparator<StoredChunk> BY_TIME =
      Comparator.comparingLong(StoredChunk::mint);

  private final List<StoredChunk> chunks = new ArrayList<>();

  void set(List<SeriesCursor> sources) {
    chunks.clear();
    long last = Long.MIN_VALUE;
    boolean sorted = true;
    for (SeriesCursor source : sources) {
      for (int i = 0; i < source.chunkCount(); i++) {
        StoredChunk chunk = StoredChunk.of(source, i);
        sorted &= chunk.mint() > last;
        last = chunk.mint();
        chunks.add(chunk);
      }
    }
    if (!sorted) {
      chunks.sort(BY_TIME);
    }
  }

  int size() {
    return chunks.size();
  }

  StoredChunk get(int index) {
    return chunks.get(index);
  }

  /// Whether the chunk before comes from the same source, or there is none.
  @SuppressWarnings("ReferenceEquality") // a cursor is equal to itself only
  private boolean followsItsSource(int index) {
    return index == 0 || chunks.get(index - 1).source() == chunks.get(index).source();
  }

  /// The index after the last chunk of the run that begins with chunk {@code from}.
  int runEnd(int from) {
    long end = chunks.get(from).maxt();
    int at = from + 1;
    while (at < chunks.size() && chunks.get(at).mint() <= end) {
      end = Math.max(end, chunks.get(at).maxt());
      at++;
    }
    return at;
  }

  /// Has a cursor start on the chunks from {@code from} to before {@code to}.
  void open(int from, int to, RunSamples run) {
    run.open(chunks.subList(from, to), followsItsSource(from));
  }

  /// Time of the last sample in the chunks from {@code from} to before {@code to}.
  long lastTime(int from, int to) {
    long last = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      last = Math.max(last, chunks.get(i).maxt());
    }
    return last;
  }
}
