package io.varve.head;

import io.varve.block.BlockView;
import java.io.IOException;
import java.util.List;

/// The series of a head whose newest sample is a stale marker: they have ended, and can leave
/// before the rest of what there is of their time. Thread-safe.
public final class StaleSeries {
  /// Series that are dropped in one turn, in which commits wait.
  private static final int REMOVE_AT_ONCE = 4096;

  private final Head head;

  StaleSeries(Head head) {
    this.head = head;
  }

  /// How many there are.
  public long count() {
    return Math.max(0, head.chunking().stale().sum());
  }

  /// How many there are for each series of the head, 0 to 1.
  public double ratio() {
    long all = head.series().count();
    return all == 0 ? 0 : (double) count() / all;
  }

  /// Those there are now.
  public StaleCut cut() {
    return StaleCut.of(head.series());
  }

  /// Those there are now and are in blocks.
  ///
  /// @param from samples before this are in blocks anyway, milliseconds
  public StaleCut within(List<? extends BlockView> blocks, long from) {
    return StaleCut.within(head.series(), blocks, from);
  }

  /// What they have in a closed range of milliseconds.
  public BlockView view(long from, long to, StaleCut cut) {
    return new StaleView(head, cut, from, to);
  }

  /// Drops those that are in blocks now, unless they got another sample since. No reader may need
  /// them any more.
  ///
  /// @return how many went
  public int drop(StaleCut cut) throws IOException {
    int gone = 0;
    for (int from = 0; from < cut.size(); from += REMOVE_AT_ONCE) {
      List<MemSeries> some =
          cut.series().subList(from, Math.min(cut.size(), from + REMOVE_AT_ONCE));
      gone += head.removeSome(() -> evicted(cut, some));
    }
    head.series().dropRemoved();
    return gone;
  }

  private List<MemSeries> evicted(StaleCut cut, List<MemSeries> candidates) throws IOException {
    List<MemSeries> gone = candidates.stream().filter(cut::isUnchanged).toList();
    head.logEvictions(gone);
    for (MemSeries series : gone) {
      // Before it is marked: whoever makes it anew then finds when it ended.
      head.series().ended().put(series.hash, series.lastTime());
      head.drop(series);
    }
    return gone;
  }
}
