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

/// The inverted index of the head: for each name and value a bitmap of the slots whose series have
/// them, and one of all slots. Slots are chosen by the head.
///
/// Thread-safe. One lock guards all bitmaps. A writer holds it for one series, or for a batch of
/// bitmaps when slots are removed; a reader while it copies bitmaps, a batch at a time, which for a
/// list of a million series takes some microseconds. Matching values against an expression happens
/// outside of the lock: the maps are concurrent, so their keys can be walked while series are
/// added. So neither side holds the other up for long, and what a reader gets never changes.
///
/// A series becomes visible in all its postings at once. A removal does not: a slot can be gone
/// from some bitmaps and not from others, so the head marks a series as dead before it removes its
/// slot, ignores dead ones among the answers, and gives the slot to another series only when no
/// reader is left that may hold it.
public final class MemPostings implements PostingsSource {
  /// Bitmaps handled under one hold of the lock.
  private static final int BATCH = 256;

  /// Bitmaps of up to so many slots are added to a union slot by slot.
  private static final int FEW = 16;

  private final ConcurrentHashMap<String, ConcurrentHashMap<String, RoaringBitmap>> names =
      new ConcurrentHashMap<>();
  private final RoaringBitmap all = new RoaringBitmap();
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
              .computeIfAbsent(value, key -> new RoaringBitmap())
              .add(slot));
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
      all.andNot(deadSlots);
    } finally {
      writing.unlock();
    }
    pairs.forEach((name, values) -> removeFrom(name, List.copyOf(values), deadSlots));
  }

  private void removeFrom(String name, List<String> values, RoaringBitmap deadSlots) {
    for (int from = 0; from < values.size(); from += BATCH) {
      writing.lock();
      try {
        Map<String, RoaringBitmap> bitmaps = names.get(name);
        if (bitmaps == null) {
          return;
        }
        for (String value : values.subList(from, Math.min(from + BATCH, values.size()))) {
          RoaringBitmap bitmap = bitmaps.get(value);
          if (bitmap != null) {
            bitmap.andNot(deadSlots);
            if (bitmap.isEmpty()) {
              bitmaps.remove(value);
            }
          }
        }
        if (bitmaps.isEmpty()) {
          names.remove(name);
        }
      } finally {
        writing.unlock();
      }
    }
  }

  @Override
  public Postings all() {
    return copy(all);
  }

  @Override
  public Postings postings(String name, String value) {
    return copy(bitmaps(name).get(value));
  }

  @Override
  public Postings postings(String name, Collection<String> values) {
    Map<String, RoaringBitmap> bitmaps = bitmaps(name);
    var found = new ArrayList<RoaringBitmap>();
    for (String value : values) {
      RoaringBitmap bitmap = bitmaps.get(value);
      if (bitmap != null) {
        found.add(bitmap);
      }
    }
    return union(found);
  }

  @Override
  public Postings postings(String name, String prefix, Predicate<String> values) {
    var found = new ArrayList<RoaringBitmap>();
    bitmaps(name)
        .forEach((value, bitmap) -> {
          if (value.startsWith(prefix) && values.test(value)) {
            found.add(bitmap);
          }
        });
    return union(found);
  }

  @Override
  public Postings withName(String name) {
    return union(new ArrayList<>(bitmaps(name).values()));
  }

  @Override
  public SortedSet<String> labelNames() {
    return SortedStrings.of(new ArrayList<>(names.keySet()));
  }

  @Override
  public SortedSet<String> labelValues(String name) {
    return SortedStrings.of(new ArrayList<>(bitmaps(name).keySet()));
  }

  private Map<String, RoaringBitmap> bitmaps(String name) {
    Map<String, RoaringBitmap> bitmaps = names.get(name);
    return bitmaps == null ? Map.of() : bitmaps;
  }

  private Postings copy(@Nullable RoaringBitmap bitmap) {
    if (bitmap == null) {
      return Postings.EMPTY;
    }
    reading.lock();
    try {
      return BitmapPostings.of(bitmap.clone());
    } finally {
      reading.unlock();
    }
  }

  private Postings union(List<RoaringBitmap> bitmaps) {
    if (bitmaps.size() == 1) {
      return copy(bitmaps.getFirst());
    }
    var union = new RoaringBitmap();
    for (int from = 0; from < bitmaps.size(); from += BATCH) {
      reading.lock();
      try {
        for (RoaringBitmap bitmap : bitmaps.subList(from, Math.min(from + BATCH, bitmaps.size()))) {
          addTo(union, bitmap);
        }
      } finally {
        reading.unlock();
      }
    }
    return BitmapPostings.of(union);
  }

  private static void addTo(RoaringBitmap union, RoaringBitmap bitmap) {
    if (bitmap.getCardinality() <= FEW) {
      bitmap.forEach((int slot) -> union.add(slot));
    } else {
      union.or(bitmap);
    }
  }
}
