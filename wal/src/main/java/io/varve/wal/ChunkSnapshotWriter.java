package io.varve.wal;

import static io.varve.wal.ChunkSnapshotFormat.MAX_EXEMPLARS;

import io.varve.chunk.ChunkEncoding;
import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.NativeHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// Writes a snapshot of the head's open chunks, see {@link ChunkSnapshotFormat}: all series, then
/// all tombstones, then all exemplars, then {@link #publish}. A snapshot that is closed without
/// that leaves nothing behind.
///
/// Confined to one thread.
public final class ChunkSnapshotWriter implements AutoCloseable {
  private static final int BATCH_BYTES = 1 << 20;

  private final Disk disk;
  private final Path dataDirectory;
  private final ChunkSnapshotRef target;
  private final Path temporary;
  private final Wal log;
  private final RecordBatch batch = new RecordBatch();
  private final HeapByteSink tombstones = ByteSink.onHeap(64);

  private final long[] exemplarRefs = new long[MAX_EXEMPLARS];
  private final long[] exemplarTimes = new long[MAX_EXEMPLARS];
  private final long[] exemplarValues = new long[MAX_EXEMPLARS];
  private final byte[][] exemplarLabels = new byte[MAX_EXEMPLARS][];
  private int exemplars;

  private boolean seriesEnded;
  private boolean tombstonesEnded;
  private boolean published;

  private ChunkSnapshotWriter(
      Disk disk, Path dataDirectory, ChunkSnapshotRef target, Path temporary, Wal log) {
    this.disk = disk;
    this.dataDirectory = dataDirectory;
    this.target = target;
    this.temporary = temporary;
    this.log = log;
    tombstones.putByte(ChunkSnapshotFormat.TOMBSTONES_VERSION);
  }

  /// Starts a snapshot.
  ///
  /// @param position where the log ends, from {@link Wal#position}; everything logged before, and
  ///   nothing logged later, is to go in
  public static ChunkSnapshotWriter create(
      Disk disk, Path dataDirectory, WalPosition position, Compression compression)
      throws IOException {
    Path directory = ChunkSnapshotFormat.directory(dataDirectory, position);
    Path temporary =
        directory.resolveSibling(directory.getFileName() + ChunkSnapshotFormat.TEMPORARY_SUFFIX);
    disk.deleteRecursively(temporary);
    Wal log = Wal.open(disk, temporary, WalFormat.DEFAULT_SEGMENT_SIZE, compression, Runnable::run);
    var target = new ChunkSnapshotRef(directory, position);
    return new ChunkSnapshotWriter(disk, dataDirectory, target, temporary, log);
  }

  /// Adds a series without an open chunk.
  ///
  /// @param labels the canonical packed form of {@link io.varve.model.LabelsCodec}
  public void series(long ref, byte[] labels) throws IOException {
    HeapByteSink record = beginSeries(ref, labels);
    record.putUnsignedVarint(0);
    endRecord();
  }

  /// Adds a series with its open chunk of floats.
  ///
  /// @param encoding {@link ChunkEncoding#XOR} or {@link ChunkEncoding#XOR2}
  /// @param mint time of the first sample, milliseconds since the epoch
  /// @param maxt time of the last sample
  /// @param lastValueBits the bits of the last sample's value
  public void series(
      long ref,
      byte[] labels,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      long lastValueBits)
      throws IOException {
    if (encoding != ChunkEncoding.XOR && encoding != ChunkEncoding.XOR2) {
      throw new IllegalArgumentException("no floats are in chunks of encoding " + encoding);
    }
    HeapByteSink record = beginSeries(ref, labels);
    putChunk(record, encoding, mint, maxt, buf, offset, length);
    for (int i = 0; i < ChunkSnapshotFormat.UNUSED_BEFORE_VALUE; i += Long.BYTES) {
      record.putLong(0);
    }
    record.putLong(lastValueBits);
    endRecord();
  }

  /// Adds a series with its open chunk of native histograms.
  ///
  /// @param encoding one of the histogram encodings
  /// @param last the last sample: whole or float as the chunk is
  public void series(
      long ref,
      byte[] labels,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      NativeHistogram last)
      throws IOException {
    boolean floats =
        switch (encoding) {
          case ChunkEncoding.HISTOGRAM, ChunkEncoding.HISTOGRAM_ST -> false;
          case ChunkEncoding.FLOAT_HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM_ST -> true;
          default ->
              throw new IllegalArgumentException(
                  "no histograms are in chunks of encoding " + encoding);
        };
    if (floats != last instanceof FloatHistogram) {
      throw new IllegalArgumentException("a chunk of encoding " + encoding + " ends in " + last);
    }
    HeapByteSink record = beginSeries(ref, labels);
    putChunk(record, encoding, mint, maxt, buf, offset, length);
    HistogramWriter.write(record, last);
    endRecord();
  }

  private HeapByteSink beginSeries(long ref, byte[] labels) {
    if (seriesEnded) {
      throw new IllegalStateException("series " + ref + " comes after tombstones or exemplars");
    }
    HeapByteSink record = batch.begin();
    record.putByte(ChunkSnapshotFormat.SERIES);
    record.putLong(ref);
    RecordEncoder.labels(record, labels, 0, labels.length);
    record.putLong(0);
    return record;
  }

  private static void putChunk(
      HeapByteSink record, int encoding, long mint, long maxt, byte[] buf, int offset, int length) {
    record.putUnsignedVarint(1);
    record.putLong(mint);
    record.putLong(maxt);
    record.putByte(encoding);
    record.putUnsignedVarint(length);
    record.putBytes(buf, offset, length);
  }

  /// Adds a deleted interval of a series, both ends included.
  public void tombstone(long ref, long mint, long maxt) {
    if (tombstonesEnded) {
      throw new IllegalStateException("a tombstone of series " + ref + " comes after exemplars");
    }
    seriesEnded = true;
    tombstones.putUnsignedVarint(ref);
    tombstones.putVarint(mint);
    tombstones.putVarint(maxt);
  }

  /// Adds an exemplar, oldest first.
  ///
  /// @param t milliseconds since the epoch
  /// @param labels its own, in the canonical packed form
  public void exemplar(long ref, long t, long valueBits, byte[] labels) throws IOException {
    endTombstones();
    if (exemplars == MAX_EXEMPLARS) {
      writeExemplars();
    }
    exemplarRefs[exemplars] = ref;
    exemplarTimes[exemplars] = t;
    exemplarValues[exemplars] = valueBits;
    exemplarLabels[exemplars++] = labels;
  }

  private void writeExemplars() throws IOException {
    if (exemplars == 0) {
      return;
    }
    HeapByteSink record = batch.begin();
    record.putByte(ChunkSnapshotFormat.EXEMPLARS);
    RecordEncoder.exemplarsBody(
        record, exemplarRefs, exemplarTimes, exemplarValues, exemplarLabels, 0, exemplars);
    Arrays.fill(exemplarLabels, 0, exemplars, null);
    exemplars = 0;
    endRecord();
  }

  /// Writes the record of tombstones, unless that is done.
  private void endTombstones() throws IOException {
    if (tombstonesEnded) {
      return;
    }
    seriesEnded = true;
    tombstonesEnded = true;
    HeapByteSink record = batch.begin();
    record.putByte(ChunkSnapshotFormat.TOMBSTONES);
    record.putUnsignedVarint(tombstones.length());
    record.putBytes(tombstones.array(), 0, tombstones.length());
    endRecord();
  }

  private void endRecord() throws IOException {
    batch.end();
    if (batch.bytes() >= BATCH_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    log.log(batch);
    batch.clear();
  }

  /// Finishes the snapshot, makes it durable and gives it its name. Those before it can then be
  /// deleted by {@link ChunkSnapshots#deleteBelow}.
  public ChunkSnapshotRef publish() throws IOException {
    endTombstones();
    writeExemplars();
    flush();
    log.close();
    disk.deleteRecursively(target.directory());
    disk.rename(temporary, target.directory());
    disk.syncDirectory(dataDirectory);
    published = true;
    return target;
  }

  /// Discards the snapshot unless it has been published.
  @Override
  public void close() throws IOException {
    try {
      log.close();
    } finally {
      if (!published) {
        disk.deleteRecursively(temporary);
      }
    }
  }
}
