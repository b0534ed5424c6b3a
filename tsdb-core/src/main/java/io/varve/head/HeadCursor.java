package io.varve.head;

import io.varve.block.Intervals;
import io.varve.block.SeriesCursor;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoder;
import io.varve.model.Labels;
import java.util.Arrays;
import java.util.List;

/// Walks selected series of the head. What a series holds is captured when it is reached. Confined
/// to one thread.
final class HeadCursor implements SeriesCursor {
  private final List<MemSeries> series;
  private final Head head;
  private final long mint;
  private final long maxt;
  private final Horizon horizon;
  private final Chunks chunks = new Chunks();
  private int next;

  /// @param series in the order of their labels
  /// @param horizon which commits are to be seen
  HeadCursor(Head head, List<MemSeries> series, long mint, long maxt, Horizon horizon) {
    this.series = series;
    this.head = head;
    this.mint = mint;
    this.maxt = maxt;
    this.horizon = horizon;
  }

  /// The chunks of one series as they were at one moment.
  static final class Chunks {
    private long[] refs = new long[MemSeries.CLOSED_STRIDE * 16];
    private int length;
    private boolean hasOpen;
    private long openMinTime;
    private long openMaxTime;
    private byte openEncoding;
    private byte[] openBytes = {};
    private int openLength;
    private Intervals hidden = Intervals.EMPTY;

    /// @param hidden what of the next ones is not to be seen
    void clear(Intervals hidden) {
      this.hidden = hidden;
      length = 0;
      hasOpen = false;
    }

    void addClosed(long ref, long mint, long maxt) {
      if (length == refs.length) {
        refs = Arrays.copyOf(refs, 2 * length);
      }
      refs[length++] = ref;
      refs[length++] = mint;
      refs[length++] = maxt;
    }

    void setOpen(ChunkEncoder encoder, long maxt) {
      hasOpen = true;
      openEncoding = encoder.encoding();
      openMinTime = encoder.minTime();
      openMaxTime = maxt;
      openLength = encoder.length();
      if (openBytes.length < openLength) {
        openBytes = new byte[2 * openLength];
      }
      System.arraycopy(encoder.bytes(), 0, openBytes, 0, openLength);
    }

    private int closedCount() {
      return length / MemSeries.CLOSED_STRIDE;
    }

    private int count() {
      return closedCount() + (hasOpen ? 1 : 0);
    }
  }

  @Override
  public boolean next() {
    while (next < series.size()) {
      series.get(next++).capture(mint, maxt, horizon, chunks);
      if (chunks.count() > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Labels labels() {
    return series.get(next - 1).labels();
  }

  @Override
  public int chunkCount() {
    return chunks.count();
  }

  @Override
  public long chunkMinTime(int index) {
    return index < chunks.closedCount()
        ? chunks.refs[MemSeries.CLOSED_STRIDE * index + 1]
        : chunks.openMinTime;
  }

  @Override
  public long chunkMaxTime(int index) {
    return index < chunks.closedCount()
        ? chunks.refs[MemSeries.CLOSED_STRIDE * index + 2]
        : chunks.openMaxTime;
  }

  @Override
  public void readChunk(int index, ChunkBuffer target) {
    if (index < chunks.closedCount()) {
      head.chunking().files().read(chunks.refs[MemSeries.CLOSED_STRIDE * index], target);
    } else {
      byte[] bytes = target.prepare(chunks.openEncoding, chunks.openLength);
      System.arraycopy(chunks.openBytes, 0, bytes, 0, chunks.openLength);
    }
  }

  /// With what is of commits that are not to be seen.
  @Override
  public Intervals deleted() {
    Intervals left = head.deletedOf(series.get(next - 1));
    for (int i = 0; i < chunks.hidden.size(); i++) {
      left = left.add(chunks.hidden.mint(i), chunks.hidden.maxt(i));
    }
    return left;
  }
}
