package io.varve.head;

import io.varve.head.HeadChunkLoader.HeadChunkRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The full chunks that were found in the chunk files, until the replay comes to the times they
/// hold: a series gets its chunk right before the first sample in the log that is not older. So
/// what is older comes from the log, even if a file before lost its end: it cannot be told from one
/// that ends there. What the log no longer has comes from the files alone.
///
/// Confined to the thread that reads the log.
final class FoundChunks {
  private static final Comparator<HeadChunkRef> NEWEST_FIRST =
      Comparator.comparingLong(HeadChunkRef::mint).reversed();

  /// A time that no series comes to.
  static final long NEVER = Long.MAX_VALUE;

  private final Head head;

  /// By reference of the series, as long as the log has no record of it.
  private final Map<Long, List<HeadChunkRef>> unclaimed = new HashMap<>();

  /// Likewise, those out of order: nothing in the log says when a series had them.
  private final Map<Long, List<HeadChunkRef>> outOfOrder = new HashMap<>();

  /// Those not reached yet, the newest first.
  private final Map<MemSeries, List<HeadChunkRef>> claimed = new HashMap<>();

  FoundChunks(Head head, List<HeadChunkRef> chunks) {
    this.head = head;
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
  }

  /// When the next chunk of a series begins, milliseconds, or {@link #NEVER}.
  long next(MemSeries series) {
    List<HeadChunkRef> chunks = claimed.get(series);
    return chunks == null ? NEVER : chunks.getLast().mint();
  }

  /// Takes the next chunk of a series; there must be one.
  HeadChunkRef take(MemSeries series) {
    List<HeadChunkRef> chunks = Objects.requireNonNull(claimed.get(series));
    HeadChunkRef chunk = chunks.removeLast();
    if (chunks.isEmpty()) {
      claimed.remove(series);
    }
    return chunk;
  }

  /// Forgets those that a series has not got yet: the log says that it starts over, and has
  /// everything from then on.
  void forget(MemSeries series) {
    claimed.remove(series);
  }

  /// The series that have not got all their chunks.
  List<MemSeries> waiting() {
    return List.copyOf(claimed.keySet());
  }
}
