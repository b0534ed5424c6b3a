package io.varve.head;

import io.varve.head.HeadChunkLoader.HeadChunkRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The full chunks that were found in the chunk files, until the replay comes to the times they
/// hold: a series gets its chunk right before the first sample in the log that is not older. So
/// what is older comes from the log, even if a file before lost its end: it cannot be told from one
/// that ends there. What the log no longer has comes from the files alone.
///
/// Confined to the thread that replays.
final class FoundChunks {
  private static final Comparator<HeadChunkRef> NEWEST_FIRST =
      Comparator.comparingLong(HeadChunkRef::mint).reversed();
  private static final long NONE = Long.MAX_VALUE;

  private final Head head;
  private final OvertakenSamples overtaken;

  /// By reference of the series, as long as the log has no record of it.
  private final Map<Long, List<HeadChunkRef>> unclaimed = new HashMap<>();

  /// Likewise, those out of order: nothing in the log says when a series had them.
  private final Map<Long, List<HeadChunkRef>> outOfOrder = new HashMap<>();

  /// Those not reached yet, the newest first.
  private final Map<MemSeries, List<HeadChunkRef>> claimed = new HashMap<>();

  /// When the next chunk of a series begins, by the slot of the series: looked at for each sample.
  private long[] next = {};

  /// @param overtaken told what series get
  FoundChunks(Head head, List<HeadChunkRef> chunks, OvertakenSamples overtaken) {
    this.head = head;
    this.overtaken = overtaken;
    for (HeadChunkRef chunk : chunks) {
      head.series().reserve(chunk.series());
      (chunk.outOfOrder() ? outOfOrder : unclaimed)
          .computeIfAbsent(chunk.series(), ref -> new ArrayList<>())
          .add(chunk);
    }
  }

  /// Gives a series the chunks of a reference that the log has for it.
  void claim(long ref, MemSeries series) {
    List<HeadChunkRef> own = outOfOrder.remove(ref);
    if (own != null) {
      own.forEach(
          chunk -> head.outOfOrder().adopt(series, chunk.ref(), chunk.mint(), chunk.maxt()));
    }
    List<HeadChunkRef> chunks = unclaimed.remove(ref);
    if (chunks == null) {
      return;
    }
    List<HeadChunkRef> all = claimed.computeIfAbsent(series, s -> new ArrayList<>(chunks.size()));
    all.addAll(chunks);
    all.sort(NEWEST_FIRST);
    setNext(series, all);
  }

  /// Hands over the chunks of a series that begin at or before {@code t}, milliseconds.
  void reach(MemSeries series, long t) {
    if (series.slot < next.length && next[series.slot] <= t) {
      hand(series, claimed.get(series), t);
    }
  }

  private void hand(MemSeries series, @Nullable List<HeadChunkRef> chunks, long t) {
    while (chunks != null && !chunks.isEmpty() && chunks.getLast().mint() <= t) {
      HeadChunkRef chunk = chunks.removeLast();
      if (head.replayChunk(series, chunk.ref(), chunk.mint(), chunk.maxt())) {
        overtaken.adopted(series, chunk.mint(), chunk.maxt());
      }
    }
    setNext(series, chunks);
  }

  private void setNext(MemSeries series, @Nullable List<HeadChunkRef> chunks) {
    if (series.slot >= next.length) {
      int from = next.length;
      next = Arrays.copyOf(next, Math.max(1024, 2 * series.slot));
      Arrays.fill(next, from, next.length, NONE);
    }
    if (chunks == null || chunks.isEmpty()) {
      next[series.slot] = NONE;
      claimed.remove(series);
    } else {
      next[series.slot] = chunks.getLast().mint();
    }
  }

  /// Forgets those that a series has not got yet: the log says that it starts over, and has
  /// everything from then on.
  void forget(MemSeries series) {
    if (claimed.remove(series) != null) {
      setNext(series, null);
    }
  }

  /// Hands over what is left, at the end of the log.
  void reachEnd() {
    claimed.forEach((series, chunks) -> {
      for (HeadChunkRef chunk : chunks.reversed()) {
        var ignored = head.replayChunk(series, chunk.ref(), chunk.mint(), chunk.maxt());
      }
    });
    claimed.clear();
  }
}
