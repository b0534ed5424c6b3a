package io.varve;

import io.varve.block.BlockMeta;
import io.varve.db.Db;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/// A time-series store in one directory, in Prometheus' format. Thread-safe.
///
/// One process at a time has a directory open (Prometheus counts, too); {@link #openReadOnly} is
/// the exception.
public interface Varve extends Queryable, AutoCloseable {
  /// Opens a store, creating the directory if need be, and replays its write-ahead log. Maintenance
  /// (cutting blocks, compaction, retention) then goes on in one background thread.
  ///
  /// @throws io.varve.io.DirectoryInUseException if another process has it open
  /// @throws io.varve.io.CorruptionException if it is damaged or of an unknown version
  /// @throws IOException if it cannot be read or written
  static Varve open(Path directory, VarveOptions options) throws IOException {
    return Db.open(directory, options);
  }

  /// Opens a store in two steps: this locks the directory, creating it if need be, and opens the
  /// blocks, which then answer queries of their times; {@link Opening#finish} replays the log.
  ///
  /// @throws io.varve.io.DirectoryInUseException if another process has it open
  /// @throws io.varve.io.CorruptionException if it is damaged or of an unknown version
  /// @throws IOException if it cannot be read or written
  static Opening begin(Path directory, VarveOptions options) throws IOException {
    return Db.begin(directory, options);
  }

  /// Opens a store for reading only: takes no lock, writes nothing, replays the log into memory.
  /// Safe on a directory that another process is using; shows it as of now.
  ///
  /// @throws io.varve.io.CorruptionException if it is damaged or of an unknown version
  /// @throws IOException if it cannot be read
  static Varve openReadOnly(Path directory, VarveOptions options) throws IOException {
    return Db.openReadOnly(directory, options);
  }

  /// A new batch of samples.
  ///
  /// @throws UnsupportedOperationException if opened for reading only
  /// @throws WritesSuspendedException if no samples are taken for now
  Appender appender();

  /// A view of the samples from {@code mint} to {@code maxt}, both inclusive, in milliseconds since
  /// the epoch, as of now: without what is being committed, and what is committed later.
  ///
  /// @throws IllegalArgumentException if {@code mint} is after {@code maxt}
  @Override
  Querier querier(long mint, long maxt);

  /// The exemplars from {@code mint} to {@code maxt}, both inclusive, in milliseconds since the
  /// epoch, of the series that at least one of the selectors selects. Series come in the order of
  /// their labels.
  ///
  /// Only the newest exemplars are kept, see {@link VarveOptions#maxExemplars()}, also those of
  /// series that have left the head.
  ///
  /// @param selectors each a list of matchers that a series has to fulfil together
  /// @throws IllegalArgumentException if {@code mint} is after {@code maxt}
  List<ExemplarSeries> exemplars(long mint, long maxt, List<List<Matcher>> selectors);

  /// Changes {@link VarveOptions#maxExemplars()} while the store is open. If more are there, those
  /// that came first are dropped.
  ///
  /// @throws IllegalArgumentException if it is negative
  void resizeExemplars(int maxExemplars);

  /// What is known of families of metrics, by their names; more than one entry where their series
  /// differ. Nothing is known of series that are in blocks only.
  SortedMap<String, List<Metadata>> metadata();

  /// The persisted blocks, oldest first.
  List<BlockMeta> blocks();

  /// Figures for dashboards.
  VarveStats stats();

  /// Replaces {@link VarveOptions#limits()}. Series in the head go on, also if there are more than
  /// the new limits would let in.
  void setLimits(Limits limits);

  /// Replaces {@link VarveOptions#retention()}; takes effect at the next maintenance.
  ///
  /// @throws IllegalArgumentException if it is negative
  void setRetention(Duration retention);

  /// Changes {@link VarveOptions#outOfOrderWindow()} for appenders that begin from now on. Samples
  /// that are there stay.
  ///
  /// @param window zero has no sample taken any more that comes out of order
  /// @throws IllegalArgumentException if it is negative
  void setOutOfOrderWindow(Duration window);

  /// Replaces {@link VarveOptions#walSync()}, for commits that begin from now on.
  void setWalSync(WalSync walSync);

  /// Replaces {@link VarveOptions#walSyncInterval()}.
  ///
  /// @throws IllegalArgumentException if it is not positive
  void setWalSyncInterval(Duration interval);

  /// Replaces {@link VarveOptions#diskReserve()}.
  ///
  /// @param bytes zero keeps none
  /// @throws IllegalArgumentException if it is negative
  void setDiskReserve(long bytes);

  /// Replaces {@link VarveOptions#staleSeriesCompactionThreshold()}; takes effect at the next
  /// maintenance.
  ///
  /// @throws IllegalArgumentException if it is not from 0 to 1
  void setStaleSeriesCompactionThreshold(double threshold);

  /// Replaces {@link VarveOptions#compactionBytesPerSecond()}, also for a merge that runs.
  ///
  /// @throws IllegalArgumentException if it is negative
  void setCompactionBytesPerSecond(long bytesPerSecond);

  /// Has no blocks made one any more, or has it go on. A merge that runs stands still meanwhile,
  /// and with it {@link #maintain()} if that has begun it; blocks are cut off the head all the
  /// same.
  void setCompactionPaused(boolean paused);

  /// Does what is due now of the background work (cutting blocks off the head, retention, making
  /// larger blocks of smaller ones) and returns when it is done.
  void maintain() throws IOException;

  /// Ends maintenance, syncs and closes the log, waits for queriers to end, frees the lock.
  /// Idempotent. Appenders that have not committed lose their samples.
  @Override
  void close() throws IOException;
}
