package io.varve.head;

import io.varve.block.Intervals;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks the samples out of order of selected series. What a series holds is captured when it is
/// reached; the buffer is copied under its monitor and encoded outside. Chunks with the same first
/// time come in the order in which they were made. Confined to one thread.
final class OutOfOrderCursor implements SeriesCursor {
  private static final Comparator<Piece> BY_TIME = Comparator.comparingLong(Piece::mint);

  private final OutOfOrderView.Source source;
  private final List<MemSeries> series;
  private final OutOfOrderView.Range range;
  private final List<Piece> pieces = new ArrayList<>();
  private final List<PartlySeen> partlySeen = new ArrayList<>();
  private int next;

  /// A chunk.
  ///
  /// @param ref where it is in the chunk files, unless it is in memory
  private record Piece(long ref, long mint, long maxt, @Nullable ChunkBuffer inMemory) {}

  /// A chunk in the chunk files.
  ///
  /// @param commits of its samples
  @SuppressWarnings("ArrayRecordComponent") // lent for a moment
  private record PartlySeen(long ref, long[] commits) {
    /// The samples that are seen, null if there is none.
    @Nullable OutOfOrderBuffer seen(Chunking chunking, Horizon horizon) {
      var chunk = new ChunkBuffer();
      chunking.files().read(ref, chunk);
      var cursor = new ChunkCursor();
      cursor.reset(chunk, "an out-of-order chunk", 0);
      var samples = new OutOfOrderBuffer();
      for (int i = 0; i < commits.length && cursor.next(); i++) {
        if (horizon.sees(commits[i])) {
          samples.insert(cursor);
        }
      }
      return samples.size() == 0 ? null : samples;
    }
  }

  /// @param series in the order of their labels
  OutOfOrderCursor(
      OutOfOrderView.Source source, List<MemSeries> series, OutOfOrderView.Range range) {
    this.source = source;
    this.series = series;
    this.range = range;
  }

  @Override
  public boolean next() {
    while (next < series.size()) {
      capture(series.get(next++));
      if (!pieces.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private void capture(MemSeries owner) {
    pieces.clear();
    partlySeen.clear();
    OutOfOrderBuffer buffer = null;
    synchronized (owner) {
      OutOfOrderChunks own = owner.outOfOrder;
      if (own != null) {
        own.forEach(
            range.afterChunk(),
            range.lastChunk(),
            (ref, mint, maxt) -> addInFile(ref, mint, maxt, own.commits(ref)));
        buffer =
            range.withBuffer()
                ? own.copyOfBuffer(range.mint(), range.maxt(), range.horizon())
                : null;
      }
    }
    partlySeen.forEach(chunk -> addEncoded(chunk.seen(source.chunking(), range.horizon())));
    addEncoded(buffer);
    pieces.sort(BY_TIME);
  }

  private void addInFile(long ref, long mint, long maxt, long @Nullable [] commits) {
    if (!range.overlaps(mint, maxt)) {
      return;
    }
    if (commits == null || Arrays.stream(commits).allMatch(range.horizon()::sees)) {
      pieces.add(new Piece(ref, mint, maxt, null));
    } else if (commits.length > 1) {
      partlySeen.add(new PartlySeen(ref, commits));
    }
  }

  private void addEncoded(@Nullable OutOfOrderBuffer buffer) {
    if (buffer == null) {
      return;
    }
    OutOfOrderEncoding.encode(
        buffer,
        source.chunking(),
        chunk -> {
          long mint = chunk.minTime();
          long maxt = chunk.lastTime();
          if (range.overlaps(mint, maxt)) {
            var copy = new ChunkBuffer();
            chunk.copyTo(copy);
            pieces.add(new Piece(0, mint, maxt, copy));
          }
        });
  }

  @Override
  public Labels labels() {
    return series.get(next - 1).labels();
  }

  @Override
  public int chunkCount() {
    return pieces.size();
  }

  @Override
  public long chunkMinTime(int index) {
    return pieces.get(index).mint;
  }

  @Override
  public long chunkMaxTime(int index) {
    return pieces.get(index).maxt;
  }

  @Override
  public void readChunk(int index, ChunkBuffer target) {
    Piece piece = pieces.get(index);
    ChunkBuffer inMemory = piece.inMemory;
    if (inMemory == null) {
      source.chunking().files().read(piece.ref, target);
    } else {
      inMemory.copyTo(target);
    }
  }

  @Override
  public Intervals deleted() {
    return source.deleted().apply(series.get(next - 1));
  }
}
