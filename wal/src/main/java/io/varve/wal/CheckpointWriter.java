package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/// Writes a checkpoint: takes records, leaves out what is not needed any more and logs the rest.
///
/// Confined to one thread.
final class CheckpointWriter implements RecordHandler, Closeable {
  /// Records gather up to this many bytes before they are logged.
  private static final int BATCH_BYTES = 1 << 20;

  private final Wal log;
  private final LongPredicate keepSeries;
  private final long mint;

  private final RecordBatch batch = new RecordBatch();
  private HeapByteSink sink = batch.begin();
  private boolean isStarted;
  private boolean isUnknown;

  /// The samples to be kept of the record at hand.
  private final KeptSamples kept = new KeptSamples();

  /// The newest metadata of each series, by ref, so that equal logs make equal checkpoints.
  private final TreeMap<Long, Metadata> newestMetadata = new TreeMap<>();

  private record Metadata(int kind, String unit, String help) {}

  /// Each of them once: all series of a metric tend to have the same.
  private final Map<Metadata, Metadata> distinctMetadata = new HashMap<>();

  private long series;
  private long droppedSeries;
  private long samples;
  private long droppedSamples;
  private long tombstones;
  private long droppedTombstones;
  private long exemplars;
  private long droppedExemplars;
  private long metadata;
  private long unknownRecords;

  CheckpointWriter(
      Disk disk, Path directory, Compression compression, LongPredicate keepSeries, long mint)
      throws IOException {
    this.log =
        Wal.open(disk, directory, WalFormat.DEFAULT_SEGMENT_SIZE, compression, Runnable::run);
    this.keepSeries = keepSeries;
    this.mint = mint;
  }

  void addCheckpoint(Disk disk, CheckpointRef checkpoint) throws IOException {
    try (WalReader reader = WalReader.open(disk, checkpoint)) {
      addAll(reader);
    }
  }

  void addAll(WalReader reader) throws IOException {
    while (reader.next()) {
      add(reader.record());
    }
  }

  /// Each record makes one record or none, except histograms that other programs did not part by
  /// kind, and metadata, which gathers.
  private void add(ByteReader record) throws IOException {
    byte[] bytes = record.array();
    int offset = record.position();
    int length = record.remaining();
    sink = batch.begin();
    isStarted = false;
    isUnknown = false;
    kept.clear();
    RecordDecoder.decode(record, this);
    if (isUnknown) {
      sink.putBytes(bytes, offset, length);
    }
    batch.end();
    if (!kept.isEmpty()) {
      kept.write(batch, bytes[offset] & 0xff);
    }
    flushIfFull();
  }

  private void flushIfFull() throws IOException {
    if (batch.bytes() >= BATCH_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    log.log(batch);
    batch.clear();
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    series++;
    if (!keepSeries.test(ref)) {
      droppedSeries++;
      return;
    }
    if (!isStarted) {
      RecordEncoder.seriesStart(sink);
      isStarted = true;
    }
    RecordEncoder.series(sink, ref, buf, offset, length);
  }

  /// Nobody has indexed it, so nobody asks for it.
  @Override
  public void malformedSeries(long ref, String problem) {
    series++;
    droppedSeries++;
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    if (isNeeded(t)) {
      kept.add(ref, t, st, valueBits);
    }
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    if (isNeeded(t)) {
      kept.add(ref, t, st, histogram);
    }
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    if (isNeeded(t)) {
      kept.add(ref, t, st, histogram);
    }
  }

  /// Counts a sample.
  private boolean isNeeded(long t) {
    samples++;
    if (t < mint) {
      droppedSamples++;
      return false;
    }
    return true;
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    exemplars++;
    if (t < mint) {
      droppedExemplars++;
    } else {
      kept.addExemplar(ref, t, valueBits, Arrays.copyOfRange(buf, offset, offset + length));
    }
  }

  /// Left out, as Prometheus does: no reader could use it.
  @Override
  public void skipped(int type, long ref, long t, String problem) {
    if (type == RecordFormat.EXEMPLARS) {
      exemplars++;
      droppedExemplars++;
    } else {
      samples++;
      droppedSamples++;
    }
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    metadata++;
    if (keepSeries.test(ref)) {
      var entry = new Metadata(kind, unit, help);
      newestMetadata.put(ref, distinctMetadata.computeIfAbsent(entry, first -> first));
    }
  }

  /// A log of out-of-order samples has no checkpoint, and nowhere else does a marker mean anything.
  @Override
  public void mmapMarker(long ref, long chunkRef) {}

  @Override
  public void tombstone(long ref, long from, long to) {
    tombstones++;
    if (to < mint || !keepSeries.test(ref)) {
      droppedTombstones++;
      return;
    }
    if (!isStarted) {
      RecordEncoder.tombstonesStart(sink);
      isStarted = true;
    }
    RecordEncoder.tombstone(sink, ref, from, to);
  }

  @Override
  public void unknown(int type, int length) {
    unknownRecords++;
    isUnknown = true;
  }

  private void writeMetadata() throws IOException {
    isStarted = false;
    for (Map.Entry<Long, Metadata> entry : newestMetadata.entrySet()) {
      if (!isStarted) {
        sink = batch.begin();
        RecordEncoder.metadataStart(sink);
        isStarted = true;
      }
      Metadata newest = entry.getValue();
      RecordEncoder.metadata(sink, entry.getKey(), newest.kind, newest.unit, newest.help);
      if (sink.length() >= BATCH_BYTES) {
        endMetadata();
      }
    }
    if (isStarted) {
      endMetadata();
    }
  }

  private void endMetadata() throws IOException {
    batch.end();
    flush();
    isStarted = false;
  }

  /// Writes out everything and makes it durable.
  CheckpointStats finish() throws IOException {
    flush();
    writeMetadata();
    log.close();
    return new CheckpointStats(
        series,
        droppedSeries,
        samples,
        droppedSamples,
        tombstones,
        droppedTombstones,
        exemplars,
        droppedExemplars,
        metadata,
        metadata - newestMetadata.size(),
        unknownRecords);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
