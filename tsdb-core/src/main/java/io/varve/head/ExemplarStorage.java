package io.varve.head;

import io.varve.ExemplarOutcome;
import io.varve.ExemplarSeries;
import io.varve.ExemplarStats;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The newest exemplars of all series, up to a number: one more drives out the one that has been
/// here longest, whosever it is.
///
/// All stand in one queue in the order in which they came, and those of a series are chained by
/// time besides, so that one can be added, driven out and compared with the newest of its series in
/// constant time. Memory is taken as they come, about 120 bytes each with a trace id. A series is
/// known here by its labels and only while it has exemplars: they outlive it in the head, and other
/// series cost nothing.
///
/// Thread-safe: one lock, held for one exemplar at a time by whoever brings some.
public final class ExemplarStorage {
  /// How many exemplars of one time are compared with a new one to see whether it is there. More
  /// than the buckets of a histogram that a scrape brings exemplars of at the same time, as a rule.
  private static final int COMPARED = 16;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Labels, Chain> chains = new HashMap<>();
  private ArrayDeque<Entry> queue = new ArrayDeque<>();

  /// Read without the lock, too: 0 says that nothing needs to be done.
  private volatile int max;

  private long appended;
  private long outOfOrder;
  private long labelsTooLong;

  /// @param max most exemplars to keep; 0 for none
  ExemplarStorage(int max) {
    this.max = max;
  }

  /// The exemplars of a series.
  private static final class Chain {
    final Labels series;
    @Nullable Entry oldest;
    @Nullable Entry newest;

    Chain(Labels series) {
      this.series = series;
    }
  }

  /// An exemplar, in few objects.
  private static final class Entry {
    final Chain chain;
    final byte[] labels;
    final double value;
    final long timestamp;
    @Nullable Entry older;
    @Nullable Entry newer;

    Entry(Chain chain, Exemplar exemplar) {
      this.chain = chain;
      this.labels = exemplar.labels().encoded();
      this.value = exemplar.value();
      this.timestamp = exemplar.timestamp();
    }

    Exemplar exemplar() {
      return new Exemplar(Labels.ofCanonical(labels), value, timestamp);
    }

    boolean is(Exemplar other) {
      return timestamp == other.timestamp()
          && Double.compare(value, other.value()) == 0
          && Arrays.equals(labels, other.labels().encoded());
    }
  }

  /// Most exemplars that are kept.
  int max() {
    return max;
  }

  boolean enabled() {
    return max > 0;
  }

  /// What {@link #add} would answer now.
  ExemplarOutcome check(Labels series, Exemplar exemplar) {
    if (!enabled()) {
      return ExemplarOutcome.DISABLED;
    }
    lock.readLock().lock();
    try {
      return judge(chains.get(series), exemplar);
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Adds an exemplar, driving out the oldest if there are too many.
  ExemplarOutcome add(Labels series, Exemplar exemplar) {
    lock.writeLock().lock();
    try {
      ExemplarOutcome outcome = judge(chains.get(series), exemplar);
      if (outcome == ExemplarOutcome.ACCEPTED) {
        insert(series, exemplar);
      }
      return outcome;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Counts exemplars that were not taken.
  void countRefused(Map<ExemplarOutcome, Long> refused) {
    lock.writeLock().lock();
    try {
      outOfOrder += refused.getOrDefault(ExemplarOutcome.OUT_OF_ORDER, 0L);
      labelsTooLong += refused.getOrDefault(ExemplarOutcome.LABELS_TOO_LONG, 0L);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private ExemplarOutcome judge(@Nullable Chain chain, Exemplar exemplar) {
    if (!enabled()) {
      return ExemplarOutcome.DISABLED;
    }
    if (exemplar.labelsTooLong()) {
      return ExemplarOutcome.LABELS_TOO_LONG;
    }
    Entry newest = chain == null ? null : chain.newest;
    if (newest == null || exemplar.timestamp() > newest.timestamp) {
      return ExemplarOutcome.ACCEPTED;
    }
    if (exemplar.timestamp() < newest.timestamp) {
      return ExemplarOutcome.OUT_OF_ORDER;
    }
    return judgeSameTime(newest, exemplar);
  }

  /// Those of one time, of several buckets of a native histogram, come by ascending value. Where
  /// values are equal, too, Prometheus wants them by the hash of their labels, to see repetitions
  /// by the newest alone. Which hash differs between its versions, so here nothing is refused for
  /// that, and a few are compared.
  private static ExemplarOutcome judgeSameTime(Entry newest, Exemplar exemplar) {
    Entry entry = newest;
    for (int i = 0; i < COMPARED && entry != null; i++, entry = entry.older) {
      if (entry.is(exemplar)) {
        return ExemplarOutcome.DUPLICATE;
      }
    }
    return Double.compare(exemplar.value(), newest.value) < 0
        ? ExemplarOutcome.OUT_OF_ORDER
        : ExemplarOutcome.ACCEPTED;
  }

  private void insert(Labels series, Exemplar exemplar) {
    if (queue.size() >= max) {
      dropOldest();
    }
    Chain chain = chains.computeIfAbsent(series, Chain::new);
    var entry = new Entry(chain, exemplar);
    Entry before = chain.newest;
    entry.older = before;
    if (before == null) {
      chain.oldest = entry;
    } else {
      before.newer = entry;
    }
    chain.newest = entry;
    queue.add(entry);
    appended++;
  }

  /// What has been here longest is the oldest of its series as well.
  private void dropOldest() {
    Entry gone = queue.remove();
    Chain chain = gone.chain;
    Entry next = gone.newer;
    chain.oldest = next;
    if (next == null) {
      chain.newest = null;
      chains.remove(chain.series);
    } else {
      next.older = null;
    }
  }

  /// Changes how many exemplars are kept at most. Those that have been here longest go if there are
  /// more, and their memory with them.
  ///
  /// @param newMax 0 for none
  public void resize(int newMax) {
    lock.writeLock().lock();
    try {
      max = newMax;
      if (queue.size() > newMax) {
        while (queue.size() > newMax) {
          dropOldest();
        }
        queue = new ArrayDeque<>(queue);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /// Exemplars in a closed range of milliseconds of the series that one of the selectors selects,
  /// by labels of the series.
  public List<ExemplarSeries> select(long mint, long maxt, List<List<Matcher>> selectors) {
    var found = new ArrayList<ExemplarSeries>();
    for (Chain chain : overlapping(mint, maxt)) {
      // Regular expressions may take long, and commits wait for the lock.
      if (selected(chain.series, selectors)) {
        List<Exemplar> exemplars = inRange(chain, mint, maxt);
        if (!exemplars.isEmpty()) {
          found.add(new ExemplarSeries(chain.series, exemplars));
        }
      }
    }
    found.sort(Comparator.comparing(ExemplarSeries::series));
    return found;
  }

  private List<Chain> overlapping(long mint, long maxt) {
    lock.readLock().lock();
    try {
      var overlapping = new ArrayList<Chain>();
      for (Chain chain : chains.values()) {
        if (overlaps(chain, mint, maxt)) {
          overlapping.add(chain);
        }
      }
      return overlapping;
    } finally {
      lock.readLock().unlock();
    }
  }

  private static boolean overlaps(Chain chain, long mint, long maxt) {
    return chain.oldest != null
        && chain.newest != null
        && chain.oldest.timestamp <= maxt
        && chain.newest.timestamp >= mint;
  }

  private static boolean selected(Labels series, List<List<Matcher>> selectors) {
    return selectors.stream()
        .anyMatch(matchers -> matchers.stream().allMatch(matcher -> matches(matcher, series)));
  }

  private static boolean matches(Matcher matcher, Labels series) {
    String value = series.get(matcher.name());
    return matcher.matches(value == null ? "" : value);
  }

  private List<Exemplar> inRange(Chain chain, long mint, long maxt) {
    var exemplars = new ArrayList<Exemplar>();
    lock.readLock().lock();
    try {
      for (Entry e = chain.oldest; e != null && e.timestamp <= maxt; e = e.newer) {
        if (e.timestamp >= mint) {
          exemplars.add(e.exemplar());
        }
      }
    } finally {
      lock.readLock().unlock();
    }
    return exemplars;
  }

  /// Calls {@code action} with the labels of the series and each exemplar, in the order in which
  /// they came.
  void forEach(BiConsumer<Labels, Exemplar> action) {
    lock.readLock().lock();
    try {
      queue.forEach(entry -> action.accept(entry.chain.series, entry.exemplar()));
    } finally {
      lock.readLock().unlock();
    }
  }

  public ExemplarStats stats() {
    lock.readLock().lock();
    try {
      Entry first = queue.peek();
      return new ExemplarStats(
          max,
          queue.size(),
          chains.size(),
          first == null ? 0 : first.timestamp,
          appended,
          outOfOrder,
          labelsTooLong);
    } finally {
      lock.readLock().unlock();
    }
  }
}
