package io.varve.head;

import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.wal.Checkpoint;
import io.varve.wal.RecordEncoder;
import io.varve.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/// The head's side of the write-ahead log: what is logged for a commit, and which records a
/// checkpoint keeps. Thread-safe.
final class HeadLog implements AutoCloseable {
  private final Disk disk;
  private final Path directory;
  private final Compression compression;
  private final Wal wal;

  /// Held while series records are logged, so that each series has one record, and has it before
  /// any sample, whichever appender comes first.
  private final ReentrantLock seriesLock = new ReentrantLock();

  /// Series no longer in the head whose samples may still be in the log: the segment up to which
  /// they may be.
  private final Map<Long, Integer> kept = new ConcurrentHashMap<>();

  private final LongAdder checkpoints = new LongAdder();
  private final LongAdder checkpointsFailed = new LongAdder();

  HeadLog(Disk disk, Path directory, Compression compression, Wal wal) {
    this.disk = disk;
    this.directory = directory;
    this.compression = compression;
    this.wal = wal;
  }

  /// Logs samples of series whose records are in the log.
  void log(Samples samples) throws IOException {
    putSamples(samples);
    wal.log(samples.records);
  }

  /// Logs the records of series that have none yet, then the samples.
  void logWithSeries(Samples samples) throws IOException {
    var missing = new ArrayList<MemSeries>();
    seriesLock.lock();
    try {
      for (int i = 0; i < samples.size; i++) {
        MemSeries series = samples.series[i];
        if (!series.logged && !series.logging) {
          series.logging = true;
          missing.add(series);
        }
      }
      putSeries(samples, missing);
      putSamples(samples);
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

  private static void putSamples(Samples samples) {
    HeapByteSink record = samples.records.begin();
    RecordEncoder.samples(record, samples.refs, samples.times, samples.valueBits, 0, samples.size);
    samples.records.end();
  }

  /// Has checkpoints keep the records of series that left the head, as long as the log may hold
  /// samples of them: without its record a sample could not be replayed.
  void keepRecords(Collection<Long> refs) {
    int segment = wal.lastSegment();
    refs.forEach(ref -> kept.put(ref, segment));
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
    try {
      Checkpoint.create(
          disk,
          directory,
          first,
          last,
          ref -> live.contains(ref) || kept.getOrDefault(ref, -1) > last,
          mint,
          compression);
      checkpoints.increment();
    } catch (IOException | RuntimeException e) {
      checkpointsFailed.increment();
      throw e;
    }
    wal.deleteSegmentsBelow(last + 1);
    kept.values().removeIf(segment -> segment <= last);
    Checkpoint.deleteBelow(disk, directory, last);
  }

  LogStats stats() {
    try {
      return new LogStats(
          wal.stats(), wal.sizeOnDisk(), checkpoints.sum(), checkpointsFailed.sum());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    wal.close();
  }
}
