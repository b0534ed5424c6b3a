package io.varve.db;

import io.varve.block.BlockView;
import io.varve.block.Intervals;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.io.CorruptionException;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/// What of the head is to become a block, less the chunks that are damaged: these look empty. One
/// of them would otherwise keep the head from ever being cut, and the log with it, until the disk
/// is full. Confined to one thread.
final class SoundChunks implements BlockView {
  private static final Logger LOG = System.getLogger(SoundChunks.class.getName());

  private final BlockView head;

  /// What was found, as a chunk may be read more than once.
  private final Set<String> damages = new HashSet<>();

  SoundChunks(BlockView head) {
    this.head = head;
  }

  /// Says what was left out, once the block is there.
  void report() {
    if (!damages.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "left damaged chunks of the head out of a block, their samples are lost"
              + " count={0} first={1}",
          damages.size(),
          damages.iterator().next());
    }
  }

  @Override
  public long minTime() {
    return head.minTime();
  }

  @Override
  public long maxTime() {
    return head.maxTime();
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    return new Cursor(head.select(matchers, mint, maxt));
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    return head.series(matchers);
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    return head.labelNames(matchers);
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    return head.labelValues(name, matchers);
  }

  private final class Cursor implements SeriesCursor {
    private final SeriesCursor series;

    Cursor(SeriesCursor series) {
      this.series = series;
    }

    @Override
    public boolean next() {
      return series.next();
    }

    @Override
    public Labels labels() {
      return series.labels();
    }

    @Override
    public int chunkCount() {
      return series.chunkCount();
    }

    @Override
    public long chunkMinTime(int index) {
      return series.chunkMinTime(index);
    }

    @Override
    public long chunkMaxTime(int index) {
      return series.chunkMaxTime(index);
    }

    @Override
    public void readChunk(int index, ChunkBuffer target) {
      try {
        series.readChunk(index, target);
      } catch (CorruptionException e) {
        damages.add(String.valueOf(e.getMessage()));
        byte[] empty = target.prepare(ChunkEncoding.XOR, Short.BYTES);
        empty[0] = 0;
        empty[1] = 0;
      }
    }

    @Override
    public Intervals deleted() {
      return series.deleted();
    }

    @Override
    public void close() {
      series.close();
    }
  }
}
