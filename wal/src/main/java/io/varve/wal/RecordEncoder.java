package io.varve.wal;

import static io.varve.wal.RecordFormat.SAMPLES_BASE;

import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes the records of {@link RecordFormat}, except those with native histograms and with start
/// timestamps: {@link HistogramRecordEncoder}, {@link StartRecordEncoder}. Each record is written
/// between {@link RecordBatch#begin} and {@link RecordBatch#end}. Static and stateless.
public final class RecordEncoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// Most bytes one sample takes: two varints and the value.
  private static final int MAX_SAMPLE = 2 * Varint.MAX_LENGTH + Long.BYTES;

  private RecordEncoder() {}

  /// Starts a record of series; then {@link #series} for each.
  public static void seriesStart(HeapByteSink sink) {
    sink.putByte(RecordFormat.SERIES);
  }

  /// Adds a series to a record of series.
  ///
  /// @param labels the canonical packed form of {@link LabelsCodec}
  public static void series(HeapByteSink sink, long ref, byte[] labels) {
    series(sink, ref, labels, 0, labels.length);
  }

  /// As {@link #series(HeapByteSink, long, byte[])}, with the labels inside an array.
  public static void series(HeapByteSink sink, long ref, byte[] labels, int offset, int length) {
    sink.putLong(ref);
    labels(sink, labels, offset, length);
  }

  /// Puts the number of labels and the labels.
  static void labels(HeapByteSink sink, byte[] labels, int offset, int length) {
    sink.putUnsignedVarint(countLabels(labels, offset, length));
    sink.putBytes(labels, offset, length);
  }

  private static int countLabels(byte[] labels, int offset, int length) {
    int end = offset + length;
    int fields = 0;
    for (int at = offset; at < end; fields++) {
      long field = LabelsCodec.field(labels, at, end);
      if (field < 0) {
        throw new IllegalArgumentException("the packed labels are cut short");
      }
      at = LabelsCodec.start(field) + LabelsCodec.length(field);
    }
    if (fields % 2 != 0) {
      throw new IllegalArgumentException("the last packed label has no value");
    }
    return fields / 2;
  }

  /// Writes a record of samples. Writes nothing if the range is empty, so that no record comes of
  /// it.
  ///
  /// WalRecordBenchmark guards the loop.
  ///
  /// @param timestamps milliseconds since the epoch
  /// @param valueBits the values by {@link Double#doubleToRawLongBits}
  /// @param from index of the first sample in the three arrays
  /// @param to index after the last
  public static void samples(
      HeapByteSink sink, long[] refs, long[] timestamps, long[] valueBits, int from, int to) {
    if (from == to) {
      return;
    }
    long most = 1 + SAMPLES_BASE + (long) MAX_SAMPLE * (to - from);
    byte[] target = sink.reserve(Math.toIntExact(most));
    long baseRef = refs[from];
    long baseTime = timestamps[from];
    int at = sink.length();
    target[at++] = RecordFormat.SAMPLES;
    LONG.set(target, at, baseRef);
    LONG.set(target, at + Long.BYTES, baseTime);
    at += SAMPLES_BASE;
    for (int i = from; i < to; i++) {
      at = Varint.putSigned(target, at, refs[i] - baseRef);
      at = Varint.putSigned(target, at, timestamps[i] - baseTime);
      LONG.set(target, at, valueBits[i]);
      at += Long.BYTES;
    }
    sink.advanceTo(at);
  }

  /// Starts a record of tombstones; then {@link #tombstone} for each.
  public static void tombstonesStart(HeapByteSink sink) {
    sink.putByte(RecordFormat.TOMBSTONES);
  }

  /// Adds a deleted interval of a series to a record of tombstones.
  ///
  /// @param mint first millisecond that is deleted
  /// @param maxt last millisecond that is deleted
  public static void tombstone(HeapByteSink sink, long ref, long mint, long maxt) {
    sink.putLong(ref);
    sink.putVarint(mint);
    sink.putVarint(maxt);
  }

  /// Writes a record of exemplars, none if the range is empty.
  ///
  /// @param timestamps milliseconds since the epoch
  /// @param valueBits the values by {@link Double#doubleToRawLongBits}
  /// @param labels of the exemplars themselves, in the canonical packed form of {@link LabelsCodec}
  public static void exemplars(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      long[] valueBits,
      byte[][] labels,
      int from,
      int to) {
    if (from == to) {
      return;
    }
    sink.putByte(RecordFormat.EXEMPLARS);
    exemplarsBody(sink, refs, timestamps, valueBits, labels, from, to);
  }

  /// What follows the type byte of a record of exemplars, at least one.
  static void exemplarsBody(
      HeapByteSink sink,
      long[] refs,
      long[] timestamps,
      long[] valueBits,
      byte[][] labels,
      int from,
      int to) {
    sink.putLong(refs[from]);
    sink.putLong(timestamps[from]);
    for (int i = from; i < to; i++) {
      sink.putVarint(refs[i] - refs[from]);
      sink.putVarint(timestamps[i] - timestamps[from]);
      sink.putLong(valueBits[i]);
      labels(sink, labels[i], 0, labels[i].length);
    }
  }

  /// Starts a record of markers for the log of out-of-order samples; then {@link #mmapMarker} for
  /// each.
  public static void mmapMarkersStart(HeapByteSink sink) {
    sink.putByte(RecordFormat.MMAP_MARKERS);
  }

  /// Adds that all samples logged so far of a series are in a head chunk.
  ///
  /// @param chunkRef see {@link RecordHandler#mmapMarker}
  public static void mmapMarker(HeapByteSink sink, long ref, long chunkRef) {
    sink.putLong(ref);
    sink.putLong(chunkRef);
  }

  /// Starts a record of metadata; then {@link #metadata} for each series.
  public static void metadataStart(HeapByteSink sink) {
    sink.putByte(RecordFormat.METADATA);
  }

  /// Adds what is known of a metric to a record of metadata.
  ///
  /// @param kind see {@link RecordHandler#metadata}
  public static void metadata(HeapByteSink sink, long ref, int kind, String unit, String help) {
    sink.putUnsignedVarint(ref);
    sink.putByte(kind);
    sink.putUnsignedVarint(2);
    putString(sink, RecordFormat.UNIT);
    putString(sink, unit);
    putString(sink, RecordFormat.HELP);
    putString(sink, help);
  }

  private static void putString(HeapByteSink sink, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    sink.putUnsignedVarint(utf8.length);
    sink.putBytes(utf8);
  }
}
