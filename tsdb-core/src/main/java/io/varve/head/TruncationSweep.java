package io.varve.head;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Takes from all series of a head what is before a time, and from the head those that have nothing
/// left. Used once. Confined to one thread, while others append.
final class TruncationSweep implements Consumer<MemSeries> {
  /// Series that are removed in one turn, in which commits wait.
  private static final int REMOVE_AT_ONCE = 4096;

  private final Head head;
  private final HeadCounters counters;
  private final long mint;

  /// The file that chunks go to as the sweep begins: a series may get one there after its turn.
  private final int nextFile;

  private final List<MemSeries> empty = new ArrayList<>();
  private long oldest = Long.MAX_VALUE;
  private int oldestFile = Integer.MAX_VALUE;

  /// @param mint milliseconds
  TruncationSweep(Head head, HeadCounters counters, long mint) {
    this.head = head;
    this.counters = counters;
    this.mint = mint;
    this.nextFile = head.chunking().files().nextFile();
  }

  void run() throws IOException {
    head.series().forEach(this);
    for (int from = 0; from < empty.size(); from += REMOVE_AT_ONCE) {
      List<MemSeries> some = empty.subList(from, Math.min(empty.size(), from + REMOVE_AT_ONCE));
      head.removeSome(() -> leaving(some));
    }
    head.series().dropRemoved();
  }

  /// Cuts a series and notes what is left.
  @Override
  public void accept(MemSeries series) {
    MemSeries.Remains remains = series.truncate(mint);
    counters.chunksRemoved.add(remains.dropped());
    oldest = Math.min(oldest, remains.oldest());
    oldestFile = Math.min(oldestFile, remains.oldestFile());
    if (remains.none()) {
      empty.add(series);
    }
  }

  /// Of those that were empty, the ones that have got no sample since.
  private List<MemSeries> leaving(List<MemSeries> candidates) {
    var gone = new ArrayList<MemSeries>();
    for (MemSeries series : candidates) {
      if (series.isEmpty()) {
        series.leave(head.chunking());
        gone.add(series);
      }
    }
    return gone;
  }

  /// Time of the oldest sample left in order, milliseconds; {@link Long#MAX_VALUE} if there is
  /// none.
  long oldest() {
    return oldest;
  }

  /// Deletes the chunk files that nothing is left in.
  void deleteFiles() throws IOException {
    head.chunking().files().deleteBelow(Math.min(oldestFile, nextFile));
  }
}
