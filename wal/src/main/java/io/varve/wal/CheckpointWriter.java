package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
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
  private long[] refs = new long[1024];

  private long[] timestamps = new long[1024];
  private long[] values = new long[1024];
  private int kept;

  private long series;
  private long droppedSeries;
  private long samples;
  private long droppedSamples;
  private long tombstones;
  private long droppedTombstones;
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

  /// Each record makes one record or none.
  private void add(ByteReader record) throws IOException {
    byte[] bytes = record.array();
    int offset = record.position();
    int length = record.remaining();
    sink = batch.begin();
    isStarted = false;
    isUnknown = false;
    kept = 0;
    RecordDecoder.decode(record, this);
    if (isUnknown) {
      sink.putBytes(bytes, offset, length);
    }
    RecordEncoder.samples(sink, refs, timestamps, values, 0, kept);
    batch.end();
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
  public void sample(long ref, long t, long valueBits) {
    samples++;
    if (t < mint) {
      droppedSamples++;
      return;
    }
    if (kept == refs.length) {
      refs = Arrays.copyOf(refs, 2 * kept);
      timestamps = Arrays.copyOf(timestamps, 2 * kept);
      values = Arrays.copyOf(values, 2 * kept);
    }
    refs[kept] = ref;
    timestamps[kept] = t;
    values[kept++] = valueBits;
  }

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

  /// Writes out everything and makes it durable.
  CheckpointStats finish() throws IOException {
    flush();
    log.close();
    return new CheckpointStats(
        series,
        droppedSeries,
        samples,
        droppedSamples,
        tombstones,
        droppedTombstones,
        unknownRecords);
  }

  @Override
  public void close() throws IOException {
    log.close();
  }
}
