package io.varve.head;

import io.varve.VarveOptions;
import io.varve.head.HistogramSamples.Batch;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.wal.Checkpoint;
import io.varve.wal.HistogramRecordEncoder;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import io.varve.wal.StartRecordEncoder;
import io.varve.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;

/// The head's side of the write-ahead log: what is logged for a commit, and which records a
/// checkpoint keeps. Thread-safe.
final class HeadLog implements AutoCloseable {
  private static final Logger LOG = System.getLogger(HeadLog.class.getName());

  private final Disk disk;
  private final Path directory;
  private final Compression compression;
  private final Wal wal;

  /// Whether samples are logged with their start timestamps, in the records that have them.
  private final boolean withStarts;

  /// Held while series records are logged, so that each series has one record, and has it before
  /// any sample, whichever appender comes first.
  private final ReentrantLock seriesLock = new ReentrantLock();

  /// Series no longer in the head whose samples may still be in the log.
  private final Map<Long, Kept> kept = new ConcurrentHashMap<>();

  /// Until when the record of a series is needed.
  ///
  /// @param segment up to which there may be samples
  /// @param lastTime of its samples, milliseconds: a checkpoint keeps those that are not too old
  record Kept(int segment, long lastTime) {
    boolean isNeeded(int last, long mint) {
      return segment > last || lastTime >= mint;
    }
  }

  private final LongAdder checkpoints = new LongAdder();
  private final LongAdder checkpointsFailed = new LongAdder();
  private final LongAdder corruptions = new LongAdder();

  /// @param wal closed by this
  HeadLog(VarveOptions options, Path directory, Wal wal) {
    this.disk = options.disk();
    this.directory = directory;
    this.compression = options.walCompression();
    this.withStarts = options.startTimestamps();
    this.wal = wal;
  }

  /// Logs samples of series whose records are in the log.
  void log(Samples samples, List<Batch> batches) throws IOException {
    putAll(samples, batches);
    wal.log(samples.records);
  }

  /// Logs the records of series that have none yet, then the samples.
  void logWithSeries(Samples samples, List<Batch> batches) throws IOException {
    var missing = new ArrayList<MemSeries>();
    seriesLock.lock();
    try {
      addMissing(samples.series, samples.size, missing);
      addMissing(samples.histograms.series, samples.histograms.size, missing);
      samples.annotations.forEachSeries(series -> addMissing(series, missing));
      // As Prometheus has them: in the order in which they were created.
      missing.sort(Comparator.comparingLong(MemSeries::id));
      putSeries(samples, missing);
      putAll(samples, batches);
      wal.log(samples.records);
      missing.forEach(series -> series.logged = true);
    } finally {
      missing.forEach(series -> series.logging = false);
      seriesLock.unlock();
    }
  }

  private static void putSeries(Samples samples, List<MemSeries> missing) {
    if (!missing.isEmpty()) {
      HeapByteSink record = samples.records.begin();
      RecordEncoder.seriesStart(record);
      for (MemSeries series : missing) {
        RecordEncoder.series(record, series.id(), series.labels().encoded());
      }
      samples.records.end();
    }
  }

  private static void addMissing(MemSeries[] all, int count, List<MemSeries> missing) {
    for (int i = 0; i < count; i++) {
      addMissing(all[i], missing);
    }
  }

  private static void addMissing(MemSeries series, List<MemSeries> missing) {
    if (!series.logged && !series.logging) {
      series.logging = true;
      missing.add(series);
    }
  }

  private void putAll(Samples samples, List<Batch> batches) {
    samples.annotations.putMetadata(samples.records);
    putSamples(samples, batches, samples.records);
    samples.annotations.putExemplars(samples.records);
  }

  /// Makes records of samples, the same in both logs.
  void putSamples(Samples samples, List<Batch> batches, RecordBatch records) {
    for (Batch batch : batches) {
      putFloats(samples, batch, records);
      if (batch.from() < batch.to()) {
        putHistograms(records, samples.histograms, batch.from(), batch.to());
      }
    }
  }

  private void putFloats(Samples samples, Batch batch, RecordBatch records) {
    HeapByteSink record = records.begin();
    int from = batch.fromFloat();
    int to = batch.toFloat();
    if (withStarts) {
      StartRecordEncoder.samples(
          record, samples.refs, samples.times, samples.starts(), samples.valueBits, from, to);
    } else {
      RecordEncoder.samples(record, samples.refs, samples.times, samples.valueBits, from, to);
    }
    records.end();
  }

  private void putHistograms(RecordBatch records, HistogramSamples all, int from, int to) {
    if (withStarts) {
      StartRecordEncoder.histograms(
          records.begin(), all.refs, all.times, all.starts, all.values, from, to);
      records.end();
      StartRecordEncoder.floatHistograms(
          records.begin(), all.refs, all.times, all.starts, all.values, from, to);
      records.end();
    } else {
      HistogramRecordEncoder.histograms(records.begin(), all.refs, all.times, all.values, from, to);
      records.end();
      HistogramRecordEncoder.customHistograms(
          records.begin(), all.refs, all.times, all.values, from, to);
      records.end();
      HistogramRecordEncoder.floatHistograms(
          records.begin(), all.refs, all.times, all.values, from, to);
      records.end();
      HistogramRecordEncoder.customFloatHistograms(
          records.begin(), all.refs, all.times, all.values, from, to);
      records.end();
    }
  }

  /// Has checkpoints keep the records of series that left the head, as long as the log may hold
  /// samples of them: without its record a sample could not be replayed.
  ///
  /// @param lastTimes of their samples, by reference, milliseconds
  void keepRecords(Map<Long, Long> lastTimes) {
    int segment = wal.lastSegment();
    lastTimes.forEach((ref, lastTime) -> kept.put(ref, new Kept(segment, lastTime)));
  }

  /// Logs that series leave the head, with all samples that the log has of them so far.
  void logEvictions(Collection<MemSeries> gone) throws IOException {
    var records = new RecordBatch();
    HeapByteSink record = records.begin();
    RecordEncoder.tombstonesStart(record);
    for (MemSeries series : gone) {
      RecordEncoder.tombstone(record, series.id(), Long.MIN_VALUE, Long.MAX_VALUE);
    }
    records.end();
    wal.log(records);
  }

  /// Goes on keeping what was kept when the log was closed, by reference.
  void restoreKept(Map<Long, Kept> then) {
    kept.putAll(then);
  }

  /// What is kept, by reference.
  Map<Long, Kept> keptRecords() {
    return kept;
  }

  /// Folds the older two thirds of the log into a checkpoint that holds what is still needed, and
  /// deletes them.
  ///
  /// @param mint samples before this are in blocks, milliseconds
  /// @param live the series in the head
  void truncate(long mint, SeriesById live) throws IOException {
    int first = wal.firstSegment();
    int beforeLast = wal.lastSegment() - 1;
    int last = first + (beforeLast - first) * 2 / 3;
    wal.nextSegment();
    if (last <= first) {
      return;
    }
    LongPredicate keepSeries = ref -> live.contains(ref) || isNeeded(ref, last, mint);
    try {
      try {
        Checkpoint.create(disk, directory, first, last, keepSeries, mint, compression);
      } catch (CorruptionException e) {
        // Otherwise no checkpoint would ever be made again, and the log would grow on.
        LOG.log(Level.WARNING, "damage in the log, salvaging it: {0}", e.getMessage());
        corruptions.add(LogSalvage.salvageBelow(disk, directory, wal.lastSegment()));
        Checkpoint.create(disk, directory, first, last, keepSeries, mint, compression);
      }
      checkpoints.increment();
    } catch (IOException | RuntimeException e) {
      checkpointsFailed.increment();
      throw e;
    }
    wal.deleteSegmentsBelow(last + 1);
    kept.values().removeIf(each -> !each.isNeeded(last, mint));
    Checkpoint.deleteBelow(disk, directory, last);
  }

  private boolean isNeeded(long ref, int last, long mint) {
    Kept found = kept.get(ref);
    return found != null && found.isNeeded(last, mint);
  }

  /// To be synced, no more.
  Wal wal() {
    return wal;
  }

  LogStats stats() {
    try {
      return new LogStats(
          wal.stats(),
          wal.sizeOnDisk(),
          checkpoints.sum(),
          checkpointsFailed.sum(),
          corruptions.sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    wal.close();
  }
}
