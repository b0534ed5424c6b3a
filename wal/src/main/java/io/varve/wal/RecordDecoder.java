package io.varve.wal;

import static io.varve.wal.RecordFormat.MIN_LABEL;
import static io.varve.wal.RecordFormat.MIN_SERIES;

import io.varve.io.ByteReader;
import io.varve.model.LabelsCodec;
import java.util.ArrayList;
import java.util.Arrays;

/// Takes the records of {@link RecordFormat} apart. Safe on any bytes: whatever does not follow the
/// format is a {@link io.varve.io.CorruptionException}; what stands before it in the record has
/// reached the handler by then.
///
/// Label sets of other programs may be out of order or hold empty values; they are brought into the
/// canonical form, since an index takes nothing else. Those that have none are told as {@link
/// RecordHandler#malformedSeries}: the checksum says that the bytes are as they were written, so
/// one bad series is no reason to give up the log behind it.
///
/// Static and stateless.
public final class RecordDecoder {
  private RecordDecoder() {}

  /// Decodes one record. A record without a single byte holds nothing and is legal.
  public static void decode(ByteReader record, RecordHandler handler) {
    int length = record.remaining();
    if (length == 0) {
      return;
    }
    int type = record.readByte();
    switch (type) {
      case RecordFormat.SERIES -> series(record, handler);
      case RecordFormat.SAMPLES -> samples(record, handler);
      case RecordFormat.TOMBSTONES -> tombstones(record, handler);
      default -> handler.unknown(type, length);
    }
  }

  private static void series(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      if (in.remaining() < MIN_SERIES) {
        throw in.corrupt(in.remaining() + " bytes too many after the last series");
      }
      long ref = in.readLong();
      int labels = in.readLength(MIN_LABEL);
      int offset = in.position();
      for (int fields = 2 * labels; fields > 0; fields--) {
        skipField(in);
      }
      labels(ref, in.array(), offset, in.position() - offset, handler);
    }
  }

  /// By the codec's own idea of a field, so that it finds the same ones later.
  private static void skipField(ByteReader in) {
    int at = in.position();
    long field = LabelsCodec.field(in.array(), at, at + in.remaining());
    if (field < 0) {
      throw in.corrupt("a label reaches beyond the record");
    }
    in.skip(endOf(field) - at);
  }

  private static void labels(
      long ref, byte[] bytes, int offset, int length, RecordHandler handler) {
    if (length > 0 && LabelsCodec.problem(bytes, offset, length) == null) {
      handler.series(ref, bytes, offset, length);
      return;
    }
    byte[] sorted = sorted(bytes, offset, length);
    String problem =
        sorted.length == 0 ? "it has no labels" : LabelsCodec.problem(sorted, 0, sorted.length);
    if (problem == null) {
      handler.series(ref, sorted, 0, sorted.length);
    } else {
      handler.malformedSeries(ref, problem);
    }
  }

  /// The labels in the order of their names, without those whose value is empty.
  private static byte[] sorted(byte[] bytes, int offset, int length) {
    int end = offset + length;
    var labels = new ArrayList<Label>();
    int size = 0;
    for (int at = offset; at < end; ) {
      long name = LabelsCodec.field(bytes, at, end);
      long value = LabelsCodec.field(bytes, endOf(name), end);
      if (LabelsCodec.length(value) > 0) {
        labels.add(new Label(at, name, endOf(value)));
        size += endOf(value) - at;
      }
      at = endOf(value);
    }
    labels.sort((a, b) -> compareNames(bytes, a.name, b.name));
    byte[] sorted = new byte[size];
    int to = 0;
    for (Label label : labels) {
      System.arraycopy(bytes, label.start, sorted, to, label.end - label.start);
      to += label.end - label.start;
    }
    return sorted;
  }

  /// Where a label lies in the packed form, and its name as {@link LabelsCodec#field}.
  private record Label(int start, long name, int end) {}

  private static int endOf(long field) {
    return LabelsCodec.start(field) + LabelsCodec.length(field);
  }

  private static int compareNames(byte[] bytes, long a, long b) {
    return Arrays.compareUnsigned(
        bytes, LabelsCodec.start(a), endOf(a), bytes, LabelsCodec.start(b), endOf(b));
  }

  /// Plain reads, and fast: taking varints out of whole words without branches took twice the time
  /// (WalRecordBenchmark), since their lengths hardly vary and the branches are foreseen.
  private static void samples(ByteReader in, RecordHandler handler) {
    if (!in.hasRemaining()) {
      return;
    }
    long baseRef = in.readLong();
    long baseTime = in.readLong();
    while (in.hasRemaining()) {
      long ref = baseRef + in.readVarint();
      long time = baseTime + in.readVarint();
      handler.sample(ref, time, in.readLong());
    }
  }

  private static void tombstones(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      long ref = in.readLong();
      long mint = in.readVarint();
      handler.tombstone(ref, mint, in.readVarint());
    }
  }
}
