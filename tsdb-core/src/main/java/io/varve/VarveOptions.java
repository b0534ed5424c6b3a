package io.varve;

import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.LocalDisk;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// How a store is opened. Immutable; the `with` methods return changed copies, and throw {@link
/// IllegalArgumentException} for what no store can be opened with.
public final class VarveOptions {
  private static final int WAL_PAGE = 32 << 10;
  private static final VarveOptions DEFAULTS = new VarveOptions(new Values());

  private final Values values;

  private VarveOptions(Values values) {
    this.values = values;
  }

  /// Made when a block needs a name: making it takes longer than opening an empty store.
  private static final class DefaultRandom {
    static final SecureRandom SECURE = new SecureRandom();
  }

  /// Changed only while a copy is made.
  private static final class Values implements Cloneable {
    Duration retention = Duration.ofDays(15);
    Duration blockRange = Duration.ofHours(2);
    Duration maxBlockDuration = Duration.ZERO;
    long compactionBytesPerSecond;
    Duration outOfOrderWindow = Duration.ZERO;
    double staleSeriesCompactionThreshold;
    Compression walCompression = Compression.SNAPPY;
    int walSegmentBytes = 128 << 20;
    WalSync walSync = WalSync.SEGMENT;
    Duration walSyncInterval = Duration.ofMillis(100);
    long diskReserve = 512L << 20;
    Compatibility compatibility = Compatibility.V2_42;
    FloatEncoding floatEncoding = FloatEncoding.XOR;
    boolean startTimestamps;
    boolean labelIndices;
    Limits limits = Limits.NONE;
    int maxExemplars = 100_000;
    boolean headSnapshot = true;
    boolean maintenance = true;
    Disk disk = new LocalDisk();
    LongSupplier clock = System::currentTimeMillis;
    RandomGenerator random = () -> DefaultRandom.SECURE.nextLong();
    Executor background = task -> Thread.ofPlatform().daemon().name("varve-wal-sync").start(task);
    @Nullable Timer timer;

    @Override
    public Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// Has tasks run later.
  @FunctionalInterface
  public interface Timer {
    /// Returns at once; the task runs in another thread, not before the delay is over.
    void schedule(Runnable task, Duration delay);
  }

  private VarveOptions with(Consumer<Values> change) {
    Values changed = values.clone();
    change.accept(changed);
    return new VarveOptions(changed);
  }

  public static VarveOptions defaults() {
    return DEFAULTS;
  }

  /// Samples this much older than the newest block are dropped, block by block; zero keeps
  /// everything. Default 15 days.
  public Duration retention() {
    return values.retention;
  }

  public VarveOptions withRetention(Duration retention) {
    require(!retention.isNegative(), "retention is negative: " + retention);
    return with(v -> v.retention = retention);
  }

  /// Span of a block cut off the head. Default 2 hours.
  public Duration blockRange() {
    return values.blockRange;
  }

  public VarveOptions withBlockRange(Duration blockRange) {
    require(blockRange.toMillis() > 0, "the block range is not positive: " + blockRange);
    return with(v -> v.blockRange = blockRange);
  }

  /// Longest time that a block made of others may span, which is three, nine ... times the block
  /// range; below three times only blocks that overlap are made one. Zero stands for a tenth of the
  /// retention, at most 31 days. Default zero.
  public Duration maxBlockDuration() {
    return values.maxBlockDuration;
  }

  public VarveOptions withMaxBlockDuration(Duration maxBlockDuration) {
    require(!maxBlockDuration.isNegative(), "the longest block is negative: " + maxBlockDuration);
    return with(v -> v.maxBlockDuration = maxBlockDuration);
  }

  /// Most bytes per second that are written when blocks are made one; zero sets no limit. May be
  /// changed later by {@link Varve#setCompactionBytesPerSecond}. Default zero.
  public long compactionBytesPerSecond() {
    return values.compactionBytesPerSecond;
  }

  public VarveOptions withCompactionBytesPerSecond(long bytesPerSecond) {
    require(bytesPerSecond >= 0, "the bytes per second are negative: " + bytesPerSecond);
    return with(v -> v.compactionBytesPerSecond = bytesPerSecond);
  }

  /// How much older than the newest sample of all a sample may be that comes out of order; zero has
  /// none taken. May be changed later by {@link Varve#setOutOfOrderWindow}. Default zero.
  public Duration outOfOrderWindow() {
    return values.outOfOrderWindow;
  }

  public VarveOptions withOutOfOrderWindow(Duration outOfOrderWindow) {
    require(
        !outOfOrderWindow.isNegative(), "the out-of-order window is negative: " + outOfOrderWindow);
    return with(v -> v.outOfOrderWindow = outOfOrderWindow);
  }

  /// Of the series in the head the part, 0 to 1, that has to have ended (with a stale marker) so
  /// that these get blocks of their own and leave the head early; zero has them stay until blocks
  /// are cut of their time. May be changed later by {@link
  /// Varve#setStaleSeriesCompactionThreshold}. Default zero.
  public double staleSeriesCompactionThreshold() {
    return values.staleSeriesCompactionThreshold;
  }

  public VarveOptions withStaleSeriesCompactionThreshold(double threshold) {
    require(threshold >= 0 && threshold <= 1, "the threshold is not from 0 to 1: " + threshold);
    return with(v -> v.staleSeriesCompactionThreshold = threshold);
  }

  /// How records of the write-ahead log are compressed. Default Snappy.
  public Compression walCompression() {
    return values.walCompression;
  }

  public VarveOptions withWalCompression(Compression walCompression) {
    return with(v -> v.walCompression = Objects.requireNonNull(walCompression));
  }

  /// Largest size of a log segment in bytes, a multiple of 32 KiB. Default 128 MiB.
  public int walSegmentBytes() {
    return values.walSegmentBytes;
  }

  public VarveOptions withWalSegmentBytes(int walSegmentBytes) {
    require(
        walSegmentBytes > 0 && walSegmentBytes % WAL_PAGE == 0,
        "the WAL segment size is no multiple of 32 KiB: " + walSegmentBytes);
    return with(v -> v.walSegmentBytes = walSegmentBytes);
  }

  /// When what is logged survives a loss of power. May be changed later by {@link
  /// Varve#setWalSync}. Default {@link WalSync#SEGMENT}.
  public WalSync walSync() {
    return values.walSync;
  }

  public VarveOptions withWalSync(WalSync walSync) {
    return with(v -> v.walSync = Objects.requireNonNull(walSync));
  }

  /// With {@link WalSync#INTERVAL} how long after a commit the log is synced. A sync takes
  /// milliseconds, so that with the default, 100 ms, a disk spends little time on them, and what a
  /// loss of power takes is a small part of the time between two samples of a series. May be
  /// changed later by {@link Varve#setWalSyncInterval}.
  public Duration walSyncInterval() {
    return values.walSyncInterval;
  }

  public VarveOptions withWalSyncInterval(Duration walSyncInterval) {
    require(
        !walSyncInterval.isNegative() && !walSyncInterval.isZero(),
        "the interval between syncs of the log is not positive: " + walSyncInterval);
    return with(v -> v.walSyncInterval = walSyncInterval);
  }

  /// Bytes of free space of the disk that no samples are taken into: they are for what makes room,
  /// which is cutting a block off the head, after which the log is cut. Zero keeps none. May be
  /// changed later by {@link Varve#setDiskReserve}. Default 512 MiB, the block of a head of some
  /// 300,000 series with a sample each 15 s, at 2 bytes a sample and 300 a series, and a
  /// checkpoint.
  public long diskReserve() {
    return values.diskReserve;
  }

  public VarveOptions withDiskReserve(long diskReserve) {
    require(diskReserve >= 0, "the reserve of the disk is negative: " + diskReserve);
    return with(v -> v.diskReserve = diskReserve);
  }

  /// The oldest Prometheus that must be able to read what is written. Default 2.42.
  public Compatibility compatibility() {
    return values.compatibility;
  }

  public VarveOptions withCompatibility(Compatibility compatibility) {
    return with(v -> v.compatibility = Objects.requireNonNull(compatibility));
  }

  /// How chunks of floats are written. Default XOR.
  public FloatEncoding floatEncoding() {
    return values.floatEncoding;
  }

  public VarveOptions withFloatEncoding(FloatEncoding floatEncoding) {
    return with(v -> v.floatEncoding = Objects.requireNonNull(floatEncoding));
  }

  /// Whether start timestamps are kept. Default false: they are dropped.
  public boolean startTimestamps() {
    return values.startTimestamps;
  }

  public VarveOptions withStartTimestamps(boolean startTimestamps) {
    return with(v -> v.startTimestamps = startTimestamps);
  }

  /// Whether the index of a block gets the label indices that Prometheus wrote until 3.6 and that
  /// nothing reads: for equal bytes. Default false.
  public boolean labelIndices() {
    return values.labelIndices;
  }

  public VarveOptions withLabelIndices(boolean labelIndices) {
    return with(v -> v.labelIndices = labelIndices);
  }

  /// What the head takes at most. Default {@link Limits#NONE}: whose heap it is knows how much of
  /// it is for series.
  public Limits limits() {
    return values.limits;
  }

  public VarveOptions withLimits(Limits limits) {
    return with(v -> v.limits = Objects.requireNonNull(limits));
  }

  /// Most exemplars that are kept, of all series together: a newer one replaces the oldest. They
  /// take memory as they come. 0 keeps none. Default 100,000.
  public int maxExemplars() {
    return values.maxExemplars;
  }

  public VarveOptions withMaxExemplars(int maxExemplars) {
    require(maxExemplars >= 0, "the number of exemplars is negative: " + maxExemplars);
    return with(v -> v.maxExemplars = maxExemplars);
  }

  /// Whether what is in memory is written down when the store is closed, so that the next start
  /// need not replay the log. Default true.
  public boolean headSnapshot() {
    return values.headSnapshot;
  }

  public VarveOptions withHeadSnapshot(boolean headSnapshot) {
    return with(v -> v.headSnapshot = headSnapshot);
  }

  /// Whether a background thread does the maintenance; without it {@link Varve#maintain()} has to
  /// be called. Default true.
  public boolean maintenance() {
    return values.maintenance;
  }

  public VarveOptions withMaintenance(boolean maintenance) {
    return with(v -> v.maintenance = maintenance);
  }

  /// The file system.
  public Disk disk() {
    return values.disk;
  }

  public VarveOptions withDisk(Disk disk) {
    return with(v -> v.disk = Objects.requireNonNull(disk));
  }

  /// Wall clock, milliseconds since the epoch; for the names of blocks, the log, and what is done
  /// once in some seconds.
  public LongSupplier clock() {
    return values.clock;
  }

  public VarveOptions withClock(LongSupplier clock) {
    return with(v -> v.clock = Objects.requireNonNull(clock));
  }

  /// For the names of blocks.
  public RandomGenerator random() {
    return values.random;
  }

  public VarveOptions withRandom(RandomGenerator random) {
    return with(v -> v.random = Objects.requireNonNull(random));
  }

  /// Runs what takes a while and nobody waits for: the sync of a finished segment of the log. It
  /// may run that in the thread that asks, or later. Default: a short-lived thread for each.
  public Executor background() {
    return values.background;
  }

  public VarveOptions withBackground(Executor background) {
    return with(v -> v.background = Objects.requireNonNull(background));
  }

  /// Tells the syncs of {@link WalSync#INTERVAL} when they are due. Default: the one that Java has,
  /// which then has the {@link #background()} run them.
  public Timer timer() {
    Timer own = values.timer;
    return own != null
        ? own
        : (task, delay) ->
            CompletableFuture.delayedExecutor(
                    delay.toNanos(), TimeUnit.NANOSECONDS, values.background)
                .execute(task);
  }

  public VarveOptions withTimer(Timer timer) {
    return with(v -> v.timer = Objects.requireNonNull(timer));
  }

  /// Checks that the options go together; done by {@link Varve#open}, too.
  ///
  /// @return these options
  /// @throws IllegalArgumentException if something is to be written that the Prometheus version of
  ///   {@link #compatibility()} cannot read
  public VarveOptions requireConsistent() {
    Compatibility peer = compatibility();
    require(
        walCompression() != Compression.ZSTD || peer.zstd(),
        "Prometheus " + peer + " cannot read log records compressed with zstd; 3.5 can");
    require(
        floatEncoding() != FloatEncoding.XOR2 || peer.xor2(),
        "Prometheus " + peer + " cannot read XOR2 chunks; 3.13 can");
    require(
        !startTimestamps() || peer.startTimestamps(),
        "Prometheus " + peer + " cannot read start timestamps; 3.13 can");
    return this;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
