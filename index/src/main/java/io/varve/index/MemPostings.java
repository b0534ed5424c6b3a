package io.varve.index;

import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The inverted index of the head: for each name and value the set of slots whose series have them,
/// and one of all slots. Slots are chosen by the head.
///
/// Thread-safe. One lock guards all sets. A writer holds it for one series, or for a batch of sets
/// when slots are removed; a reader while it copies sets, a batch at a time, which for a list of a
/// million series takes some 0.1 ms. Matching values against an expression happens outside of the
/// lock: the maps are concurrent, so their keys can be walked while series are added. So neither
/// side holds the other up for long, and what a reader gets never changes.
///
/// A series becomes visible in all its postings at once. A removal does not: a slot can be gone
/// from some sets and not from others, so the head marks a series as dead before it removes its
/// slot, ignores dead ones among the answers, and gives the slot to another series only when no
/// reader is left that may hold it.
public final class MemPostings implements PostingsSource {
  /// Sets handled under one hold of the lock.
  private static final int BATCH = 64;

  private final ConcurrentHashMap<String, ConcurrentHashMap<String, SlotSet>> names =
      new ConcurrentHashMap<>();
  private final SlotSet all = new SlotSet();
  private final Lock reading;
  private final Lock writing;

  public MemPostings() {
    var lock = new ReentrantReadWriteLock();
    reading = lock.readLock();
    writing = lock.writeLock();
  }

  /// Adds a series to the postings of all its labels. No fault if it is there already.
  ///
  /// @param slot the reference of the series, taken as unsigned
  public void add(int slot, Labels labels) {
    writing.lock();
    try {
      all.add(slot);
      labels.forEach((name, value) ->
          names
              .computeIfAbsent(name, key -> new ConcurrentHashMap<>())
              .computeIfAbsent(value, key -> new SlotSet())
              .add(slot));
    } finally {
      writing.unlock();
    }
  }

  /// The set of a label, made if need be, for {@link #add(int, SlotSet[], int[])}.
  SlotSet slots(String name, String value) {
    writing.lock();
    try {
      return names
          .computeIfAbsent(name, key -> new ConcurrentHashMap<>())
          .computeIfAbsent(value, key -> new SlotSet());
    } finally {
      writing.unlock();
    }
  }

  /// Adds a series to the postings of some sets.
  ///
  /// @param numbers which
  void add(int slot, SlotSet[] sets, int[] numbers) {
    writing.lock();
    try {
      all.add(slot);
      for (int number : numbers) {
        sets[number].add(slot);
      }
    } finally {
      writing.unlock();
    }
  }

  /// Removes slots from all postings.
  ///
  /// @param affected the labels of the series in those slots, at least
  public void remove(RoaringBitmap deadSlots, Iterable<Labels> affected) {
    var pairs = new HashMap<String, Set<String>>();
    for (Labels labels : affected) {
      labels.forEach(
          (name, value) -> pairs.computeIfAbsent(name, key -> new HashSet<>()).add(value));
    }
    writing.lock();
    try {
      all.removeAll(deadSlots);
    } finally {
      writing.unlock();
    }
    pairs.forEach((name, values) -> removeFrom(name, List.copyOf(values), deadSlots));
  }

  private void removeFrom(String name, List<String> values, RoaringBitmap deadSlots) {
    for (int from = 0; from < values.size(); from += BATCH) {
      writing.lock();
      try {
        Map<String, SlotSet> sets = names.get(name);
        if (sets == null) {
          return;
        }
        for (String value : values.subList(from, Math.min(from + BATCH, values.size()))) {
          SlotSet slots = sets.get(value);
          if (slots != null) {
            slots.removeAll(deadSlots);
            if (slots.isEmpty()) {
              sets.remove(value);
            }
          }
        }
        if (sets.isEmpty()) {
          names.remove(name);
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /// How many series have this label.
  public int cardinality(String name, String value) {
    SlotSet slots = sets(name).get(value);
    if (slots == null) {
      return 0;
    }
    reading.lock();
    try {
      return slots.cardinality();
    } finally {
      reading.unlock();
    }
  }

  @Override
  public Postings all() {
    return copy(all);
  }

  @Override
  public Postings postings(String name, String value) {
    return copy(sets(name).get(value));
  }

  @Override
  public Postings postings(String name, Collection<String> values) {
    Map<String, SlotSet> sets = sets(name);
    var found = new ArrayList<SlotSet>();
    for (String value : values) {
      SlotSet slots = sets.get(value);
      if (slots != null) {
        found.add(slots);
      }
    }
    return union(found);
  }

  @Override
  public Postings postings(String name, String prefix, Predicate<String> values) {
    var found = new ArrayList<SlotSet>();
    sets(name)
        .forEach((value, slots) -> {
          if (value.startsWith(prefix) && values.test(value)) {
            found.add(slots);
          }
        });
    return union(found);
  }

  @Override
  public Postings withName(String name) {
    return union(new ArrayList<>(sets(name).values()));
  }

  @Override
  public SortedSet<String> labelNames() {
    return SortedStrings.of(new ArrayList<>(names.keySet()));
  }

  @Override
  public SortedSet<String> labelValues(String name) {
    return SortedStrings.of(new ArrayList<>(sets(name).keySet()));
  }

  private Map<String, SlotSet> sets(String name) {
    Map<String, SlotSet> sets = names.get(name);
    return sets == null ? Map.of() : sets;
  }

  private Postings copy(@Nullable SlotSet slots) {
    if (slots == null) {
      return Postings.EMPTY;
    }
    reading.lock();
    try {
      return BitmapPostings.of(slots.copy());
    } finally {
      reading.unlock();
    }
  }

  private Postings union(List<SlotSet> sets) {
    if (sets.size() == 1) {
      return copy(sets.getFirst());
    }
    var union = new RoaringBitmap();
    for (int from = 0; from < sets.size(); from += BATCH) {
      reading.lock();
      try {
        for (SlotSet slots : sets.subList(from, Math.min(from + BATCH, sets.size()))) {
          slots.addTo(union);
        }
      } finally {
        reading.unlock();
      }
    }
    return BitmapPostings.of(union);
  }
}
