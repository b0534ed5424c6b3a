package io.varve.head;

import io.varve.VarveOptions;
import io.varve.io.HeapByteSink;
import io.varve.model.NativeHistogram;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import io.varve.wal.Wal;
import io.varve.wal.WalStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log of the samples that came out of order (WBL, for "write-behind": what is out of order is
/// known only when it is applied). It holds them in the order in which they went into the buffers
/// of their series, and where a buffer became chunks a marker that names these: what is before the
/// marker need not be replayed. Its directory is made when there is something to log.
///
/// A marker is logged only when its chunks are in their file, and none for a buffer that is merely
/// begun, as Prometheus does (with reference 0): its replay would forget what is before, be it in a
/// chunk or not.
///
/// What could not be logged is kept and logged ahead of what comes next: it is in the buffers
/// already, where a second attempt of the sender would only find it.
///
/// Guarded by the lock of {@link OutOfOrderHead}; figures are told without it, and it is synced
/// without.
final class OutOfOrderLog implements AutoCloseable {
  private final VarveOptions options;
  private final Path directory;
  private final HeadLog headLog;
  private final HeadChunks files;

  /// Samples to become records, after the {@link #markers}.
  private final Samples samples = new Samples();

  /// Pairs of the references of a series and of a chunk.
  private final List<Long> markers = new ArrayList<>();

  /// Series that have one or the other.
  private final Set<MemSeries> touched = new HashSet<>();

  private final RecordBatch records = new RecordBatch();
  private volatile @Nullable Wal wal;

  /// @param headLog makes the records; not closed by this
  OutOfOrderLog(VarveOptions options, Path directory, HeadLog headLog, HeadChunks files) {
    this.options = options;
    this.directory = directory;
    this.headLog = headLog;
    this.files = files;
  }

  /// Goes on with a log that is there.
  void openIfPresent() throws IOException {
    if (options.disk().stat(directory).isPresent()) {
      var ignored = open();
    }
  }

  private Wal open() throws IOException {
    Wal open = wal;
    if (open == null) {
      open =
          Wal.open(
              options.disk(),
              directory,
              options.walSegmentBytes(),
              options.walCompression(),
              options.background());
      wal = open;
    }
    return open;
  }

  /// Adds that a series put the samples that were added of it so far into chunks.
  void addMarker(MemSeries series, long[] chunks) {
    if (touched.contains(series)) {
      putRecords();
    }
    touched.add(series);
    for (long chunk : chunks) {
      markers.add(series.id());
      markers.add(chunk);
    }
  }

  /// Adds a sample.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param bits the value of a float
  /// @param histogram the sample if it is no float
  void add(MemSeries series, long start, long t, long bits, @Nullable NativeHistogram histogram) {
    touched.add(series);
    if (histogram == null) {
      samples.add(series, start, t, Double.longBitsToDouble(bits));
    } else {
      samples.histograms.add(series, start, t, histogram, samples.size);
    }
  }

  private void putRecords() {
    if (!markers.isEmpty() && files.flush()) {
      HeapByteSink record = records.begin();
      RecordEncoder.mmapMarkersStart(record);
      for (int i = 0; i < markers.size(); i += 2) {
        RecordEncoder.mmapMarker(record, markers.get(i), markers.get(i + 1));
      }
      records.end();
    }
    if (!samples.isEmpty()) {
      headLog.putSamples(
          samples, samples.histograms.batches(samples.series, samples.size), records);
    }
    markers.clear();
    touched.clear();
    samples.clear();
  }

  /// Logs what was added.
  ///
  /// @throws IOException if it could not be logged; it will be the next time
  void write() throws IOException {
    putRecords();
    if (!records.isEmpty()) {
      open().log(records);
      records.clear();
    }
  }

  /// @return number of a new segment: all that was logged before is in those below
  int nextSegment() throws IOException {
    Wal open = wal;
    return open == null ? 0 : open.nextSegment();
  }

  /// Deletes the segments below {@code segment}.
  void deleteSegmentsBelow(int segment) throws IOException {
    Wal open = wal;
    if (open != null) {
      open.deleteSegmentsBelow(segment);
    }
  }

  /// To be synced, no more; null as long as there is none.
  @Nullable Wal wal() {
    return wal;
  }

  Optional<WalStats> stats() {
    return Optional.ofNullable(wal).map(Wal::stats);
  }

  /// What it takes on disk, in bytes.
  long sizeOnDisk() throws IOException {
    Wal open = wal;
    return open == null ? 0 : open.sizeOnDisk();
  }

  @Override
  public void close() throws IOException {
    try {
      write();
    } finally {
      Wal open = wal;
      if (open != null) {
        open.close();
      }
    }
  }
}
