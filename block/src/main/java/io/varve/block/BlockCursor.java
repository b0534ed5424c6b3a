package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.ChunkList;
import io.varve.index.Postings;
import io.varve.index.SeriesEntry;
import io.varve.model.Labels;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Walks series of a persisted block, see {@link Block#cursor}. Series of which no chunk is left,
/// by range or by deletion, are passed over. Confined to one thread; valid as long as the block is
/// pinned.
public final class BlockCursor implements SeriesCursor {
  private final Block block;
  private final Postings postings;
  private final long mint;
  private final long maxt;
  private final SeriesEntry entry = new SeriesEntry();
  private final Supplier<Boolean> advance = this::advance;

  /// Those of the entry's chunks that overlap the range and are not wholly deleted.
  private final ChunkList chunks = new ChunkList();

  private Intervals deleted = Intervals.EMPTY;
  private @Nullable PagesBehind pages;

  BlockCursor(Block block, Postings postings, long mint, long maxt) {
    this.block = block;
    this.postings = postings;
    this.mint = mint;
    this.maxt = maxt;
  }

  /// From now on pages of the files do not stay in memory behind this cursor: for one who reads all
  /// of a large block, once.
  public BlockCursor givingBackPages() {
    pages = block.pagesBehind();
    return this;
  }

  @Override
  public boolean next() {
    return block.guard(advance);
  }

  private boolean advance() {
    while (postings.next()) {
      block.readSeries(postings.ref(), entry);
      if (pages != null) {
        pages.passed(entry.offset(), entry.chunks());
      }
      deleted = block.tombstones().get(postings.ref());
      keepChunks(entry.chunks());
      if (!chunks.isEmpty()) {
        return true;
      }
    }
    if (pages != null) {
      pages.end();
    }
    return false;
  }

  private void keepChunks(ChunkList all) {
    chunks.clear();
    for (int i = 0; i < all.size(); i++) {
      long first = all.minTime(i);
      long last = all.maxTime(i);
      if (first <= maxt && mint <= last && !deleted.covers(first, last)) {
        chunks.add(all.ref(i), first, last);
      }
    }
  }

  @Override
  public Labels labels() {
    return block.guard(entry::labels);
  }

  /// The labels as ordinals of {@link Block#symbols()}, see {@link SeriesEntry#symbols()}. Lent
  /// until the next series.
  public int[] symbols() {
    return entry.symbols();
  }

  /// Number of symbols, two for each label.
  public int symbolCount() {
    return entry.symbolCount();
  }

  /// Itself, so that the text is made for those who read it only.
  @Override
  public Object origin() {
    return this;
  }

  @Override
  public String toString() {
    return block + ", series " + labels();
  }

  @Override
  public int chunkCount() {
    return chunks.size();
  }

  @Override
  public long chunkMinTime(int index) {
    return chunks.minTime(index);
  }

  @Override
  public long chunkMaxTime(int index) {
    return chunks.maxTime(index);
  }

  @Override
  public void readChunk(int index, ChunkBuffer target) {
    block.readChunk(chunks.ref(index), target);
  }

  @Override
  public Intervals deleted() {
    return deleted;
  }
}
