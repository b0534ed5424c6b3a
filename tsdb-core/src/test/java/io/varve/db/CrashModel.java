package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.WalSync;
import io.varve.block.BlockMeta;
import io.varve.fixture.SimulatedDisk;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.model.SampleCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What a store on a {@link SimulatedDisk} was given, what it has acknowledged, and what of that it
/// has to keep if the power is lost: that of which the log was synced since, and what the mode
/// promises, see {@link WalSync}, whether the log was synced or not.
///
/// Samples: all of that, and nothing else. Exemplars and metadata: the same, as long as the samples
/// they came with are in the head. Confined to one thread.
final class CrashModel {
  /// What has befallen the store.
  enum Fate {
    KILLED,
    POWER_LOST
  }

  static final Matcher ALL = Matcher.regex("__name__", ".+");
  private static final List<String> LOGS = List.of("wal", "wbl");

  private final Path directory;
  private final WalSync mode;
  private final long retention;

  /// Whether series never leave the head early: then what is said of them does not either.
  private final boolean stay;

  private final Map<Labels, TreeMap<Long, Content>> written = new HashMap<>();
  private final Set<String> annotated = new HashSet<>();
  private final List<Commit> commits = new ArrayList<>();
  private long newest = Long.MIN_VALUE;

  /// What one commit acknowledged.
  static final class Commit {
    private final Map<Labels, TreeMap<Long, Content>> samples = new HashMap<>();
    private final Map<String, Long> annotations = new HashMap<>();
    private List<Tail> ends = List.of();
    private boolean durable;
    private boolean late;

    void add(Labels labels, long t, Content sample) {
      samples.computeIfAbsent(labels, l -> new TreeMap<>()).put(t, sample);
    }

    /// Notes that there is a sample out of order. Those are applied and logged after the others.
    void noteOrder(boolean late) {
      this.late |= late;
    }

    /// Whether a sample would be newer than all of its series.
    boolean isNewest(Labels labels, long t) {
      TreeMap<Long, Content> known = samples.get(labels);
      return known == null || known.lastKey() < t;
    }

    void add(Labels labels, Exemplar exemplar) {
      annotations.put(text(labels, exemplar), exemplar.timestamp());
    }

    void add(String family, Metadata metadata, long t) {
      annotations.put(text(family, metadata), t);
    }
  }

  /// The end of a log.
  ///
  /// @param length of its last segment
  private record Tail(Path log, String segment, long length) {}

  /// What is found in a store.
  record Found(Map<Labels, TreeMap<Long, Content>> samples, Set<String> annotations) {}

  CrashModel(Path directory, WalSync mode, long retention, boolean stay) {
    this.directory = directory;
    this.mode = mode;
    this.retention = retention;
    this.stay = stay;
  }

  private static String text(Labels labels, Exemplar exemplar) {
    return "exemplar of " + labels + ": " + exemplar;
  }

  private static String text(String family, Metadata metadata) {
    return "metadata of " + family + ": " + metadata;
  }

  // --- what happened

  /// The store is about to be given something.
  void begin(Commit commit) {
    commit.samples.forEach((labels, samples) -> {
      written.computeIfAbsent(labels, l -> new TreeMap<>()).putAll(samples);
      newest = Math.max(newest, samples.lastKey());
    });
    annotated.addAll(commit.annotations.keySet());
  }

  /// It has acknowledged it.
  void acknowledge(Commit commit, SimulatedDisk disk) throws IOException {
    commit.durable = mode == WalSync.COMMIT;
    add(commit, disk);
  }

  /// It has refused it, and does not take half of it. What is out of order comes after the rest, so
  /// of such a commit there may be a part.
  void refused(Commit commit, Varve db) {
    if (commit.late) {
      return;
    }
    Map<Labels, TreeMap<Long, Content>> found = read(db).samples;
    long there =
        commit.samples.entrySet().stream()
            .flatMap(own ->
                own.getValue().keySet().stream()
                    .map(t -> found.getOrDefault(own.getKey(), new TreeMap<>()).containsKey(t)))
            .filter(present -> present)
            .count();
    assertThat(there).as("samples of a commit that was refused").isZero();
  }

  private void add(Commit commit, SimulatedDisk disk) throws IOException {
    commit.ends = ends(disk);
    commits.add(commit);
  }

  /// It has done the sync that was due after commits: what they acknowledged is durable.
  void intervalIsOver() {
    commits.forEach(commit -> commit.durable = true);
  }

  private List<Tail> ends(SimulatedDisk disk) throws IOException {
    var ends = new ArrayList<Tail>();
    for (String name : LOGS) {
      Path log = directory.resolve(name);
      List<String> segments = segments(disk, log);
      if (!segments.isEmpty()) {
        String last = segments.getLast();
        ends.add(new Tail(log, last, disk.stat(log.resolve(last)).orElseThrow().size()));
      }
    }
    return ends;
  }

  private static List<String> segments(SimulatedDisk disk, Path log) throws IOException {
    if (disk.stat(log).isEmpty()) {
      return List.of();
    }
    return disk.list(log).stream().filter(name -> name.matches("[0-9]{8}")).toList();
  }

  /// Looks which commits have been synced by now. One of which a segment is gone has been: a log is
  /// only deleted when it is elsewhere.
  void noteSyncs(SimulatedDisk disk) throws IOException {
    for (Commit commit : commits) {
      if (!commit.durable) {
        commit.durable = isSynced(disk, commit.ends);
      }
    }
  }

  private static boolean isSynced(SimulatedDisk disk, List<Tail> ends) throws IOException {
    for (Tail end : ends) {
      for (String segment : segments(disk, end.log)) {
        int order = segment.compareTo(end.segment);
        Path path = end.log.resolve(segment);
        long needed = order == 0 ? end.length : disk.stat(path).orElseThrow().size();
        if (order <= 0 && disk.syncedLength(path) < needed) {
          return false;
        }
      }
    }
    return true;
  }

  /// Before the store is opened again after a crash: what is not durable is gone with the power, or
  /// may be.
  void crashed(Fate fate) {
    if (fate == Fate.POWER_LOST) {
      commits.removeIf(commit -> !commit.durable);
    }
  }

  /// Goes on with what was found after that, which is there to stay.
  void goOn(Found found, Fate fate, SimulatedDisk disk) throws IOException {
    var all = new Commit();
    found.samples.forEach((labels, samples) -> samples.forEach((t, s) -> all.add(labels, t, s)));
    all.durable = fate == Fate.POWER_LOST;
    written.clear();
    annotated.retainAll(found.annotations);
    begin(all);
    add(all, disk);
  }

  // --- what is found

  static Found read(Varve db) {
    var samples = new HashMap<Labels, TreeMap<Long, Content>>();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(ALL);
      while (series.next()) {
        var own = new TreeMap<Long, Content>();
        SampleCursor cursor = series.samples();
        while (cursor.next()) {
          assertThat(own.put(cursor.timestamp(), Content.of(cursor))).isNull();
        }
        assertThat(samples.put(series.labels(), own)).isNull();
      }
    }
    var annotations = new HashSet<String>();
    db.exemplars(Long.MIN_VALUE, Long.MAX_VALUE, List.of(List.of(ALL)))
        .forEach(of -> of.exemplars().forEach(e -> annotations.add(text(of.series(), e))));
    db.metadata().forEach((family, all) -> all.forEach(m -> annotations.add(text(family, m))));
    return new Found(samples, annotations);
  }

  /// Checks that a store has what it must have, and nothing else.
  Found check(Varve db, Fate fate) {
    Found found = read(db);
    found.samples.forEach((labels, samples) -> {
      Map<Long, Content> given = written.getOrDefault(labels, new TreeMap<>());
      samples.forEach((t, sample) -> {
        if (!sample.equals(given.get(t))) {
          throw new AssertionError(
              labels + " has " + sample + " at " + t + ", not " + given.get(t));
        }
      });
    });
    assertThat(annotated).containsAll(found.annotations);
    long headStart =
        db.blocks().stream()
            .filter(meta -> meta.compaction().endsHead())
            .mapToLong(BlockMeta::maxTime)
            .max()
            .orElse(Long.MIN_VALUE);
    for (Commit commit : commits) {
      if (fate == Fate.KILLED || commit.durable) {
        check(commit, found, headStart);
      }
    }
    return found;
  }

  private void check(Commit commit, Found found, long headStart) {
    commit.samples.forEach((labels, samples) -> {
      Map<Long, Content> there = found.samples.getOrDefault(labels, new TreeMap<>());
      for (long t : samples.keySet()) {
        if (!there.containsKey(t) && !isExpired(t)) {
          throw new AssertionError(
              labels + " lacks the sample at " + t + ", has " + there.size() + " samples");
        }
      }
    });
    commit.annotations.forEach((annotation, t) -> {
      if (stay && t >= headStart && !found.annotations.contains(annotation)) {
        throw new AssertionError("lacks " + annotation + " has " + found.annotations);
      }
    });
  }

  /// Whether its block may have been deleted; age counts from the end of the newest block, which
  /// may be a range later than the newest sample.
  private boolean isExpired(long t) {
    return retention > 0 && t < newest + CrashWork.RANGE - retention;
  }
}
