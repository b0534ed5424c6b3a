package io.varve.query;

import io.varve.ChunkSeriesSet;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.block.BlockView;
import io.varve.block.SeriesCursor;
import io.varve.index.Utf8Order;
import io.varve.io.MappedReads;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/// A {@link Querier} over views that somebody else pins. Thread-safe.
public final class ViewQuerier implements Querier {
  private final List<BlockView> views;
  private final long mint;
  private final long maxt;
  private final Runnable unpin;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param views what overlaps the range
  /// @param mint first instant, milliseconds, inclusive
  /// @param maxt last instant, milliseconds, inclusive
  /// @param unpin run once, when the querier is closed
  public ViewQuerier(List<BlockView> views, long mint, long maxt, Runnable unpin) {
    this.views = List.copyOf(views);
    this.mint = mint;
    this.maxt = maxt;
    this.unpin = unpin;
  }

  @Override
  public SeriesSet select(Matcher... matchers) {
    return new MergedSeriesSet(merged(matchers), mint, maxt);
  }

  @Override
  public ChunkSeriesSet selectChunks(Matcher... matchers) {
    return new MergedChunkSet(merged(matchers), mint, maxt);
  }

  private MergedSeries merged(Matcher... matchers) {
    checkOpen();
    List<Matcher> all = List.of(matchers);
    return MappedReads.guard(
        "a query",
        () ->
            new MergedSeries(
                views.stream().<SeriesCursor>map(view -> view.select(all, mint, maxt)).toList()));
  }

  @Override
  public List<Labels> series(Matcher... matchers) {
    List<Matcher> all = List.of(matchers);
    return List.copyOf(union(view -> view.series(all), new TreeSet<>()));
  }

  @Override
  public SortedSet<String> labelNames(Matcher... matchers) {
    List<Matcher> all = List.of(matchers);
    return union(view -> view.labelNames(all), new TreeSet<>(Utf8Order.INSTANCE));
  }

  @Override
  public SortedSet<String> labelValues(String name, Matcher... matchers) {
    List<Matcher> all = List.of(matchers);
    return union(view -> view.labelValues(name, all), new TreeSet<>(Utf8Order.INSTANCE));
  }

  private <T, C extends Collection<T>> C union(
      Function<BlockView, ? extends Collection<T>> part, C into) {
    checkOpen();
    return MappedReads.guard(
        "a query",
        () -> {
          views.forEach(view -> into.addAll(part.apply(view)));
          return into;
        });
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the querier is closed");
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      unpin.run();
    }
  }
}
