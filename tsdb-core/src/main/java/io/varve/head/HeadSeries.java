package io.varve.head;

import io.varve.SeriesRef;
import io.varve.VarveOptions;
import io.varve.index.MatcherPostings;
import io.varve.index.MemPostings;
import io.varve.index.Postings;
import io.varve.index.PostingsLoader;
import io.varve.index.Utf8Order;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import io.varve.model.Matcher;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The series of the head, found by their labels or by matchers. Thread-safe; the order of its
/// locks is in the description of this package.
final class HeadSeries {
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final SeriesTable table = new SeriesTable();
  private final SlotTable slots = new SlotTable();
  private final MemPostings postings = new MemPostings();
  private final AtomicLong lastId = new AtomicLong();
  private final HeadCounters counters;
  private final Admission admission;
  private final SeriesTable.Factory creation = this::create;
  private final EndedSeries ended = new EndedSeries();

  /// Held from looking whether there are too many series until there is one more.
  private final ReentrantLock counting = new ReentrantLock();

  HeadSeries(VarveOptions options, HeadCounters counters) {
    this.counters = counters;
    this.admission = new Admission(options.limits(), postings, counters, options.clock());
  }

  /// The series with these labels, made if need be, whatever the limits say.
  ///
  /// @throws IllegalArgumentException if it is new and the labels are empty or not canonical
  MemSeries getOrCreate(byte[] labels, int offset, int length) {
    return Objects.requireNonNull(find(labels, offset, length, null), "only limits refuse");
  }

  /// The series with these labels, made if need be.
  ///
  /// @param refused told why, if a limit refuses it
  /// @return the series, or {@code refused}
  /// @throws IllegalArgumentException if it is new and the labels are empty or not canonical
  SeriesRef getOrCreate(byte[] labels, int offset, int length, RefusedSeries refused) {
    MemSeries series = find(labels, offset, length, refused);
    return series == null ? refused : series;
  }

  /// The series with these labels, or null.
  @Nullable MemSeries find(byte[] labels, int offset, int length) {
    return table.get(LabelsCodec.hash(labels, offset, length), labels, offset, length);
  }

  /// The series that has the labels of one that left the head, or null.
  @Nullable MemSeries findAgain(MemSeries gone) {
    byte[] labels = gone.labels().encoded();
    return find(labels, 0, labels.length);
  }

  /// The series that samples accepted for one that left the head go to: whatever the limits say.
  MemSeries replacement(MemSeries gone) {
    byte[] labels = gone.labels().encoded();
    return getOrCreate(labels, 0, labels.length);
  }

  private @Nullable MemSeries find(
      byte[] labels, int offset, int length, @Nullable RefusedSeries refused) {
    long hash = LabelsCodec.hash(labels, offset, length);
    MemSeries series = table.get(hash, labels, offset, length);
    return series != null
        ? series
        : table.getOrCreate(hash, labels, offset, length, creation, refused);
  }

  /// How many there are.
  long count() {
    return counters.series();
  }

  Admission admission() {
    return admission;
  }

  /// Called in a stripe of the table, so that of two who ask for a new series at the same time none
  /// is refused what the other gets.
  private @Nullable MemSeries create(
      long hash, byte[] labels, int offset, int length, @Nullable RefusedSeries refused) {
    requireUsable(labels, offset, length);
    if (refused != null && admission.refusesLabels(labels, offset, length, refused)) {
      return null;
    }
    if (refused == null || !admission.countsSeries()) {
      return create(hash, labels, offset, length);
    }
    counting.lock();
    try {
      return admission.refusesMore(labels, offset, length, refused)
          ? null
          : create(hash, labels, offset, length);
    } finally {
      counting.unlock();
    }
  }

  private static void requireUsable(byte[] labels, int offset, int length) {
    if (length == 0) {
      throw new IllegalArgumentException("a series needs at least one label");
    }
    String problem = LabelsCodec.problem(labels, offset, length);
    if (problem != null) {
      throw new IllegalArgumentException(problem);
    }
  }

  /// @param labels known to be canonical
  private MemSeries create(long hash, byte[] labels, int offset, int length) {
    byte[] own = Arrays.copyOfRange(labels, offset, offset + length);
    MemSeries series = create(lastId.incrementAndGet(), hash, Labels.ofCanonical(own));
    series.startAfter(ended.time(hash));
    return series;
  }

  private MemSeries create(long id, long hash, Labels labels) {
    var series = new MemSeries(id, slots.take(), hash, labels);
    slots.set(series.slot, series);
    postings.add(series.slot, labels);
    counters.seriesCreated.increment();
    return series;
  }

  /// The series that left the head early.
  EndedSeries ended() {
    return ended;
  }

  /// Has no new series take a reference up to {@code ref}. Chunks of a series whose record was cut
  /// off the log would otherwise become another one's.
  void reserve(long ref) {
    lastId.accumulateAndGet(ref, Math::max);
  }

  /// The highest reference that was given to a series.
  long lastRef() {
    return lastId.get();
  }

  PostingsLoader postingsLoader() {
    return new PostingsLoader(postings);
  }

  /// Adds a series under the reference that the log or a snapshot has for it.
  ///
  /// @param labels known to be canonical; taken over
  /// @param loader from {@link #postingsLoader}
  /// @param numbers of the labels there
  /// @return the series with these labels, which may have been there under another reference
  MemSeries restore(long ref, byte[] labels, PostingsLoader loader, int[] numbers) {
    long hash = LabelsCodec.hash(labels, 0, labels.length);
    SeriesTable.Factory creation =
        (h, bytes, from, length, _) -> {
          var series = new MemSeries(ref, slots.take(), h, Labels.ofCanonical(labels));
          slots.set(series.slot, series);
          loader.add(series.slot, numbers);
          counters.seriesCreated.increment();
          return series;
        };
    return Objects.requireNonNull(
        table.getOrCreate(hash, labels, 0, labels.length, creation, null));
  }

  /// Calls {@code action} with all series, in the order of their slots.
  void forEachBySlot(Consumer<MemSeries> action) {
    slots.forEach(action);
  }

  /// The series with a slot; there must be one.
  MemSeries at(int slot) {
    return Objects.requireNonNull(slots.get(slot));
  }

  /// The series with a slot, or null if nobody has it.
  @Nullable MemSeries find(int slot) {
    return slots.get(slot);
  }

  /// Calls {@code action} with all series, in no order.
  void forEach(Consumer<MemSeries> action) {
    table.forEach(action);
  }

  /// Calls {@code action} with the series that fulfil all matchers, in no order.
  void forEachMatching(List<Matcher> matchers, Consumer<MemSeries> action) {
    lock.readLock().lock();
    try {
      Postings selected = MatcherPostings.select(postings, matchers);
      while (selected.next()) {
        MemSeries series = slots.get((int) selected.ref());
        if (series != null) {
          action.accept(series);
        }
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /// A series of a metric, or null if there is none.
  @Nullable MemSeries anyOf(String metric) {
    lock.readLock().lock();
    try {
      Matcher matcher = Matcher.equal(Labels.METRIC_NAME, metric);
      Postings selected = MatcherPostings.select(postings, List.of(matcher));
      MemSeries found = null;
      while ((found == null || found.removed) && selected.next()) {
        found = slots.get((int) selected.ref());
      }
      return found == null || found.removed ? null : found;
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Label names of the series that fulfil all matchers.
  SortedSet<String> labelNames(List<Matcher> matchers) {
    if (matchers.isEmpty()) {
      return postings.labelNames();
    }
    var names = new TreeSet<>(Utf8Order.INSTANCE);
    forEachMatching(matchers, series -> names.addAll(series.labels().names()));
    return names;
  }

  /// Values of a label in the series that fulfil all matchers.
  SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    if (matchers.isEmpty()) {
      return postings.labelValues(name);
    }
    var values = new TreeSet<>(Utf8Order.INSTANCE);
    forEachMatching(
        matchers,
        series -> {
          String value = series.labels().get(name);
          if (value != null) {
            values.add(value);
          }
        });
    return values;
  }

  /// Has matchers no longer find series that are marked as {@link MemSeries#removed}, and gives
  /// their slots away.
  void forget(Collection<MemSeries> removed) {
    lock.writeLock().lock();
    try {
      var dead = new RoaringBitmap();
      removed.forEach(series -> dead.add(series.slot));
      postings.remove(dead, removed.stream().map(MemSeries::labels).toList());
      removed.forEach(series -> slots.free(series.slot));
    } finally {
      lock.writeLock().unlock();
    }
    counters.seriesRemoved.add(removed.size());
  }

  /// Has labels no longer find series that are marked as {@link MemSeries#removed}.
  void dropRemoved() {
    table.dropRemoved();
  }
}
