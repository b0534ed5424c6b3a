package io.varve.head;

import io.varve.model.Labels;
import io.varve.model.Metadata;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The metadata of series and of families of metrics, while their series are in the head. Series
/// without any cost nothing here; equal ones share it.
///
/// The formats know metadata of series only: a record of type 6 in the log. Remote write 1.0 knows
/// it of families only, and says it again every minute. So that it outlives a restart without a
/// format of our own, that of a family is logged as that of one of its series: of one, as a family
/// may have a hundred thousand, each of which would then have its entry in every checkpoint. After
/// a restart the name of the family is made out from that of the series. A family without a series
/// in the head, or whose chosen series left it, is kept in memory until the next time that it is
/// told.
///
/// Thread-safe.
public final class HeadMetadata {
  /// Families kept in memory: those heard of last.
  private static final int MAX_FAMILIES = 10_000;

  /// Length of the texts of a family or series, in characters, above which they are not kept.
  private static final int MAX_TEXT = 16 << 10;

  /// Characters in all texts above which no more are kept. A thousand times what a large
  /// application says of its metrics.
  private static final long MAX_CHARACTERS = 16 << 20;

  private static final Logger LOG = System.getLogger(HeadMetadata.class.getName());

  private final long maxCharacters;
  private final LongAdder refused = new LongAdder();

  /// Guards all that is written, and reading the families.
  private final ReentrantLock lock = new ReentrantLock();

  /// In the texts of {@link #distinct} and of {@link #families}.
  private long characters;

  private boolean full;

  private final Map<MemSeries, Shared> ofSeries = new ConcurrentHashMap<>();
  private final Map<Metadata, Shared> distinct = new HashMap<>();

  /// By name, that heard of last at the end.
  private final LinkedHashMap<String, Family> families = new LinkedHashMap<>();

  /// Metadata and how many series have it.
  private static final class Shared {
    final Metadata metadata;
    int series;

    Shared(Metadata metadata) {
      this.metadata = metadata;
    }
  }

  HeadMetadata() {
    this(MAX_CHARACTERS);
  }

  /// @param maxCharacters in all texts
  HeadMetadata(long maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  /// @param series the one whose metadata in the log stands for the family, if there is one
  private record Family(Metadata metadata, @Nullable MemSeries series) {}

  /// Whether the metadata of a family may be kept.
  static boolean isSound(String family, Metadata metadata) {
    return !family.isEmpty() && family.length() + length(metadata) <= MAX_TEXT;
  }

  /// Whether the metadata of a series may be kept.
  static boolean isSound(Metadata metadata) {
    return length(metadata) <= MAX_TEXT;
  }

  private static long length(Metadata metadata) {
    return (long) metadata.unit().length() + metadata.help().length();
  }

  /// Whether there is room for the metadata of a series; otherwise counts that there was not.
  boolean hasRoom(Metadata metadata) {
    lock.lock();
    try {
      return distinct.containsKey(metadata) || hasRoom(length(metadata));
    } finally {
      lock.unlock();
    }
  }

  private boolean hasRoom(long more) {
    boolean room = characters + more <= maxCharacters;
    if (!room) {
      refused.increment();
    }
    if (full == room) {
      full = !room;
      LOG.log(
          Level.WARNING,
          "metadata characters={0,number,#} max={1,number,#} refusing={2}",
          characters,
          maxCharacters,
          full);
    }
    return room;
  }

  /// How many times metadata was refused for want of room.
  long refused() {
    return refused.sum();
  }

  /// Whether this is what is known of a series.
  boolean has(MemSeries series, Metadata metadata) {
    Shared shared = ofSeries.get(series);
    return shared != null && shared.metadata.equals(metadata);
  }

  void put(MemSeries series, Metadata metadata) {
    lock.lock();
    try {
      release(ofSeries.remove(series));
      Shared shared = distinct.get(metadata);
      if (shared == null) {
        if (!hasRoom(length(metadata))) {
          return;
        }
        shared = new Shared(metadata);
        distinct.put(metadata, shared);
        characters += length(metadata);
      }
      shared.series++;
      ofSeries.put(series, shared);
    } finally {
      lock.unlock();
    }
  }

  private void release(@Nullable Shared shared) {
    if (shared != null && --shared.series == 0) {
      distinct.remove(shared.metadata);
      characters -= length(shared.metadata);
    }
  }

  /// Forgets series that left the head.
  void forget(Collection<MemSeries> gone) {
    if (ofSeries.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      gone.forEach(series -> release(ofSeries.remove(series)));
    } finally {
      lock.unlock();
    }
  }

  /// Calls {@code action} with each series that has metadata, in no order.
  void forEachSeries(BiConsumer<MemSeries, Metadata> action) {
    ofSeries.forEach((series, shared) -> action.accept(series, shared.metadata));
  }

  /// The series that stands for a family with this metadata, or null if there is none yet.
  @Nullable MemSeries seriesOf(String family, Metadata metadata) {
    lock.lock();
    try {
      Family known = families.get(family);
      MemSeries series = known == null ? null : known.series;
      boolean stands = series != null && !series.removed && has(series, metadata);
      return stands ? series : null;
    } finally {
      lock.unlock();
    }
  }

  /// @param series the one that stands for the family in the log, if there is one
  void putFamily(String family, Metadata metadata, @Nullable MemSeries series) {
    lock.lock();
    try {
      forget(family);
      long length = family.length() + length(metadata);
      while (!families.isEmpty()
          && (families.size() >= MAX_FAMILIES || characters + length > maxCharacters)) {
        forget(families.firstEntry().getKey());
      }
      if (hasRoom(length)) {
        families.put(family, new Family(metadata, series));
        characters += length;
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget(String family) {
    Family known = families.remove(family);
    if (known != null) {
      characters -= family.length() + length(known.metadata);
    }
  }

  /// The metadata of all families; more than one entry where series of a family differ.
  public SortedMap<String, List<Metadata>> byFamily() {
    Map<String, Metadata> told = told();
    var found = new TreeMap<String, SortedSet<Metadata>>();
    told.forEach((family, metadata) -> add(found, family, metadata));
    ofSeries.forEach((series, shared) -> {
      String name = series.labels().get(Labels.METRIC_NAME);
      if (name != null && !isTold(told, name, shared.metadata)) {
        add(found, shared.metadata.type().familyOf(name), shared.metadata);
      }
    });
    var sorted = new TreeMap<String, List<Metadata>>();
    found.forEach((family, all) -> sorted.put(family, List.copyOf(new ArrayList<>(all))));
    return sorted;
  }

  private Map<String, Metadata> told() {
    lock.lock();
    try {
      var told = new HashMap<String, Metadata>();
      families.forEach((name, family) -> told.put(name, family.metadata));
      return told;
    } finally {
      lock.unlock();
    }
  }

  /// Whether a series has its metadata from its family.
  private static boolean isTold(Map<String, Metadata> told, String series, Metadata metadata) {
    return metadata.type().familiesOf(series).stream()
        .anyMatch(family -> metadata.equals(told.get(family)));
  }

  private static void add(Map<String, SortedSet<Metadata>> to, String family, Metadata metadata) {
    to.computeIfAbsent(family, name -> new TreeSet<>()).add(metadata);
  }
}
