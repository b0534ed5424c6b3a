package io.varve.query;

import io.varve.block.BlockView;
import io.varve.block.Intervals;
import io.varve.block.RunSamples;
import io.varve.block.SeriesCursor;
import io.varve.block.StoredChunk;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkRun;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A view whose chunks may overlap, as one in which those of a series do not: what a block can be
/// cut from. Chunks that overlap are decoded, merged and encoded anew; the others stay as they are.
///
/// Thread-safe; valid as long as what it is made of.
public final class MergedView implements BlockView {
  private final BlockView source;
  private final Supplier<ChunkRun> encoders;

  /// @param encoders make what encodes merged chunks
  public MergedView(BlockView source, Supplier<ChunkRun> encoders) {
    this.source = source;
    this.encoders = encoders;
  }

  @Override
  public long minTime() {
    return source.minTime();
  }

  @Override
  public long maxTime() {
    return source.maxTime();
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    return new Cursor(source.select(matchers, mint, maxt), encoders.get(), mint, maxt);
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    return source.series(matchers);
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    return source.labelNames(matchers);
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    return source.labelValues(name, matchers);
  }

  /// Has the merged chunks of one series in memory at a time.
  private static final class Cursor implements SeriesCursor {
    private final SeriesCursor source;
    private final ChunkRun encoded;
    private final SeriesChunks chunks = new SeriesChunks();
    private final RunSamples run;
    private final List<Piece> pieces = new ArrayList<>();

    /// A chunk.
    ///
    /// @param index of the chunk at the source, unless it is a merged one
    private record Piece(int index, long mint, long maxt, @Nullable ChunkBuffer merged) {}

    Cursor(SeriesCursor source, ChunkRun encoded, long mint, long maxt) {
      this.source = source;
      this.encoded = encoded;
      this.run = new RunSamples(mint, maxt);
    }

    @Override
    public boolean next() {
      while (source.next()) {
        merge();
        if (!pieces.isEmpty()) {
          return true;
        }
      }
      return false;
    }

    private void merge() {
      pieces.clear();
      chunks.set(List.of(source));
      for (int from = 0, end; from < chunks.size(); from = end) {
        end = chunks.runEnd(from);
        if (end == from + 1) {
          StoredChunk whole = chunks.get(from);
          pieces.add(new Piece(whole.index(), whole.mint(), whole.maxt(), null));
        } else {
          chunks.open(from, end, run);
          encode();
        }
      }
    }

    private void encode() {
      encoded.reset(run);
      while (encoded.next()) {
        ChunkEncoder made = encoded.chunk();
        var copy = new ChunkBuffer();
        made.copyTo(copy);
        pieces.add(new Piece(-1, made.minTime(), made.lastTime(), copy));
      }
    }

    @Override
    public Labels labels() {
      return source.labels();
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
      ChunkBuffer merged = piece.merged;
      if (merged == null) {
        source.readChunk(piece.index, target);
      } else {
        merged.copyTo(target);
      }
    }

    @Override
    public Intervals deleted() {
      return source.deleted();
    }

    @Override
    public void close() {
      source.close();
    }
  }
}
