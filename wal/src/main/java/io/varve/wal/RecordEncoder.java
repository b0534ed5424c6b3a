package io.varve.wal;

import static io.varve.wal.RecordFormat.SAMPLES_BASE;

import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Writes the records of {@link RecordFormat}. Each record is written between {@link
/// RecordBatch#begin} and {@link RecordBatch#end}. Static and stateless.
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
}
