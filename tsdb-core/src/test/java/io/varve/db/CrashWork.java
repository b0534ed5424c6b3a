package io.varve.db;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Compatibility;
import io.varve.ExemplarOutcome;
import io.varve.FloatEncoding;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.WalSync;
import io.varve.fixture.SimulatedDisk;
import io.varve.io.Compression;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/// Work on a store of all kinds, drawn from a seed: samples of floats and of histograms of both
/// kinds, in and out of order, the ends of series, exemplars, metadata, commits taken back, syncs
/// of the log that fail, maintenance, which makes blocks and merges them, closing and opening with
/// and without a snapshot.
///
/// Nothing runs in the background but what the work says. Confined to one thread.
final class CrashWork {
  static final Path DATA = Path.of("/data");
  static final long RANGE = 60_000;
  private static final int SERIES = 8;
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);

  private final Random random;
  private final VarveOptions options;
  private final CrashModel model;
  private final long window;

  /// All stores of a run, those after crashes too, take their times from it.
  private final long[] clock = {1};

  /// Syncs of finished segments that were asked for.
  private final ArrayDeque<Runnable> background = new ArrayDeque<>();

  /// Syncs after commits that are due after a while, which ends when the work says so.
  private final ArrayDeque<Runnable> timed = new ArrayDeque<>();

  /// Whether the disk may refuse what it is asked for.
  private boolean failuresExpected;

  /// Whether the store was closed and could not be opened.
  private boolean down;

  private SimulatedDisk disk;
  private Varve db;
  private long merges;
  private long now = 1_600_000_000_000L / RANGE * RANGE;

  CrashWork(long seed, WalSync mode, SimulatedDisk disk) throws IOException {
    this.random = new Random(seed);
    this.disk = disk;
    this.window = random.nextInt(4) == 0 ? 0 : random.nextLong(RANGE / 2, 4 * RANGE);
    long retention = random.nextBoolean() ? 0 : 6 * RANGE;
    boolean stay = random.nextBoolean();
    this.model = new CrashModel(DATA, mode, retention, stay);
    this.options =
        formats()
            .withOutOfOrderWindow(Duration.ofMillis(window))
            .withStaleSeriesCompactionThreshold(stay ? 0 : 0.1)
            .withMaintenance(false)
            .withRetention(Duration.ofMillis(retention))
            .withBlockRange(Duration.ofMillis(RANGE))
            .withMaxBlockDuration(Duration.ofMillis(9 * RANGE))
            .withWalSegmentBytes(32 << 10)
            .withWalSync(mode)
            .withDiskReserve(0)
            .withTimer((task, _) -> timed.add(task))
            .withClock(() -> clock[0]++);
    this.db = open(true);
  }

  /// The mode of the work with that seed, where each is to have its turn.
  static WalSync mode(long seed) {
    return switch (Math.floorMod(seed, 3)) {
      case 0 -> WalSync.COMMIT;
      case 1 -> WalSync.INTERVAL;
      default -> WalSync.SEGMENT;
    };
  }

  private VarveOptions formats() {
    return switch (random.nextInt(3)) {
      case 0 -> VarveOptions.defaults();
      case 1 ->
          VarveOptions.defaults()
              .withCompatibility(Compatibility.V3_5)
              .withWalCompression(Compression.NONE);
      default ->
          VarveOptions.defaults()
              .withCompatibility(Compatibility.V3_14)
              .withFloatEncoding(FloatEncoding.XOR2)
              .withStartTimestamps(true);
    };
  }

  CrashModel model() {
    return model;
  }

  SimulatedDisk disk() {
    return disk;
  }

  /// How often blocks were made one, but for stores that crashed.
  long merges() {
    return merges;
  }

  private Varve open(boolean snapshot) throws IOException {
    return open(disk, snapshot, random.nextLong(), background::add);
  }

  /// Opens the store as it is found after a crash.
  Varve openFound(SimulatedDisk found, boolean snapshot) throws IOException {
    return open(found, snapshot, 1, Runnable::run);
  }

  private Varve open(SimulatedDisk on, boolean snapshot, long seed, Executor executor)
      throws IOException {
    return Varve.open(
        DATA,
        options
            .withDisk(on)
            .withHeadSnapshot(snapshot)
            .withRandom(new SplittableRandom(seed))
            .withBackground(executor));
  }

  /// From now on the disk may refuse things, of which whoever calls is told.
  void expectFailures() {
    failuresExpected = true;
  }

  /// Opens the store again if it could not be before.
  void goOn() throws IOException {
    if (down) {
      db = open(true);
      down = false;
    }
  }

  /// Compares the open store with what it has to have.
  void check(CrashModel.Fate fate) {
    var ignored = model.check(db, fate);
  }

  /// Compares what is found after a crash.
  void checkFound(SimulatedDisk found, CrashModel.Fate fate) throws IOException {
    try (Varve other = openFound(found, true)) {
      var ignored = model.check(other, fate);
    }
  }

  /// Does something.
  void step() throws IOException {
    goOn();
    int choice = random.nextInt(100);
    if (choice < 62) {
      append();
    } else if (choice < 70) {
      now += random.nextLong(RANGE);
    } else if (choice < 75) {
      end();
    } else if (choice < 78) {
      runBackground();
    } else if (choice < 80) {
      failSync();
    } else if (choice < 90) {
      maintain();
    } else {
      restart(random.nextInt(4) > 0);
    }
  }

  /// Does all kinds of things, in this order.
  void script() throws IOException {
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 4; i++) {
        append();
        now += RANGE / 4;
      }
      end();
      maintain();
      failSync();
      append();
      runBackground();
      restart(round % 2 == 0);
    }
    now += 3 * RANGE;
    append();
    maintain();
    restart(true);
    append();
    close();
  }

  void maintain() throws IOException {
    db.maintain();
  }

  void runBackground() {
    for (Runnable task; (task = background.poll()) != null; ) {
      task.run();
    }
    if (!timed.isEmpty()) {
      runTimed();
    }
  }

  private void runTimed() {
    for (Runnable task; (task = timed.poll()) != null; ) {
      task.run();
    }
    model.intervalIsOver();
  }

  /// The next sync of the newest segment will fail. Not while the disk may also be full: a segment
  /// that an earlier store left, and that does not sync, is not mended.
  private void failSync() throws IOException {
    if (failuresExpected) {
      return;
    }
    Path log = DATA.resolve("wal");
    String last =
        disk.list(log).stream().filter(name -> name.matches("[0-9]{8}")).toList().getLast();
    disk.failSync(log.resolve(last));
  }

  void restart(boolean snapshot) throws IOException {
    down = true;
    close();
    db = open(snapshot);
    down = false;
  }

  void close() throws IOException {
    merges += db.stats().merging().merges();
    db.close();
    runBackground();
  }

  /// Leaves the store as it is and goes on with one that was found after a crash.
  void goOnWith(SimulatedDisk found, CrashModel.Fate fate) throws IOException {
    background.clear();
    timed.clear();
    model.crashed(fate);
    disk = found;
    db = open(random.nextBoolean());
    model.goOn(model.check(db, fate), fate, disk);
  }

  private static Labels labels(int i) {
    return Labels.of("__name__", "m" + i % 3, "i", "" + i, "é", i % 2 == 0 ? "x" : "");
  }

  void append() throws IOException {
    var commit = new CrashModel.Commit();
    try (Appender app = db.appender()) {
      int batch = 1 + random.nextInt(40);
      int lateness = random.nextInt(3) == 0 ? 2 : 10;
      for (int n = 0; n < batch; n++) {
        add(app, commit, (int) Math.abs(random.nextGaussian() * SERIES) % SERIES, lateness);
      }
      if (random.nextInt(10) == 0) {
        app.rollback();
      } else {
        commit(app, commit);
      }
    }
  }

  private void add(Appender app, CrashModel.Commit commit, int series, int lateness) {
    Labels labels = labels(series);
    long newest = db.stats().headMaxTime();
    boolean late = window > 0 && newest > 0 && random.nextInt(lateness) == 0;
    long t = late ? newest - random.nextLong(window) : now++;
    now += random.nextInt(300);
    SeriesRef ref = app.series(labels);
    Content sample = sample(app, ref, labels, t);
    // What is late only within the commit is refused when that comes to it.
    if (sample == null || (window == 0 && !commit.isNewest(labels, t))) {
      return;
    }
    commit.add(labels, t, sample);
    commit.noteOrder(late);
    if (!late && random.nextInt(4) == 0) {
      annotate(app, commit, ref, labels, t);
    }
  }

  private void annotate(
      Appender app, CrashModel.Commit commit, SeriesRef ref, Labels labels, long t) {
    var exemplar = new Exemplar(Labels.of("trace", "" + t), t, t);
    if (app.appendExemplar(ref, exemplar) == ExemplarOutcome.ACCEPTED) {
      commit.add(labels, exemplar);
    }
    if (random.nextBoolean()) {
      var metadata = new Metadata(MetricType.GAUGE, "", "help of " + labels);
      app.updateMetadata(ref, metadata);
      commit.add(String.valueOf(labels.get("__name__")), metadata, t);
    }
  }

  private void commit(Appender app, CrashModel.Commit commit) throws IOException {
    model.begin(commit);
    try {
      app.commit();
    } catch (UncheckedIOException e) {
      if (failuresExpected) {
        model.refused(commit, db);
      }
      throw e;
    }
    model.acknowledge(commit, disk);
  }

  /// Ends some series. Sometimes maintenance comes between the sample and its commit.
  void end() throws IOException {
    var commit = new CrashModel.Commit();
    now++;
    try (Appender app = db.appender()) {
      for (int i = 0; i < SERIES; i++) {
        SeriesRef ref = app.series(labels(i));
        if (random.nextInt(3) == 0 && app.append(ref, now, STALE) == AppendOutcome.ACCEPTED) {
          commit.add(labels(i), now, Content.STALE);
        }
      }
      if (random.nextInt(4) == 0) {
        db.maintain();
      }
      commit(app, commit);
    }
  }

  /// Adds a sample that is always the same for a series and time: it is not told here which of two
  /// is kept.
  ///
  /// @return the sample, or null if it was refused
  private Content sample(Appender app, SeriesRef ref, Labels labels, long t) {
    var own = new Random(labels.hashCode() * 1_000_003L + t);
    long start = options.startTimestamps() && own.nextBoolean() ? t - own.nextInt(9_000) : 0;
    // A series mostly keeps to its kind.
    if ((labels.hashCode() & 1) == 0 ^ own.nextInt(20) == 0) {
      boolean custom = options.compatibility().customBuckets() && own.nextInt(3) == 0;
      NativeHistogram h = new RandomHistograms(own).next(custom);
      return app.append(ref, start, t, h) == AppendOutcome.ACCEPTED ? Content.of(start, h) : null;
    }
    double v = own.nextInt(3) == 0 ? own.nextGaussian() : own.nextInt(5);
    return app.append(ref, start, t, v) == AppendOutcome.ACCEPTED ? Content.of(start, v) : null;
  }
}
