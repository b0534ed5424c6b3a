package io.varve.wal;

import static io.varve.wal.RecordFormat.MIN_LABEL;
import static io.varve.wal.RecordFormat.MIN_SERIES;

import io.varve.io.ByteReader;
import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;

/// Takes the records of {@link RecordFormat} apart. Safe on any bytes: whatever does not follow the
/// format is a {@link io.varve.io.CorruptionException}; what stands before it in the record has
/// reached the handler by then.
///
/// Label sets of other programs may be out of order or hold empty values; they are brought into the
/// canonical form, since an index takes nothing else. Those that have none are told as {@link
/// RecordHandler#malformedSeries}: the checksum says that the bytes are as they were written, so one
/// bad series is no reason to give up the log behind it.
///
/// Static and stateless.
public final class RecordDecoder {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// The bit of each byte of a varint that says whether another byte follows.
  private static final long CONTINUATION = 0x8080_8080_8080_8080L;

  /// What the fast loop may look at for one sample: two words that begin with a varint of up to eight
  /// bytes, and the value.
  private static final int FAST_SAMPLE = 3 * Long.BYTES;

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

  private static void samples(ByteReader in, RecordHandler handler) {
    if (!in.hasRemaining()) {
      return;
    }
    long baseRef = in.readLong();
    long baseTime = in.readLong();
    while (in.hasRemaining()) {
      fastSamples(in, baseRef, baseTime, handler);
      if (in.hasRemaining()) {
        long ref = baseRef + in.readVarint();
        long time = baseTime + in.readVarint();
        handler.sample(ref, time, in.readLong());
      }
    }
  }

  /// Decodes samples up to the first that has a varint of more than eight bytes or is near the end.
  /// A varint is taken out of one word, without a loop over its bytes. WalRecordBenchmark guards this.
  private static void fastSamples(
      ByteReader in, long baseRef, long baseTime, RecordHandler handler) {
    byte[] bytes = in.array();
    int at = in.position();
    int end = at + in.remaining();
    int start = at;
    while (end - at >= FAST_SAMPLE) {
      long refWord = (long) WORD.get(bytes, at);
      long refStop = ~refWord & CONTINUATION;
      int timeAt = at + lengthOf(refStop);
      long timeWord = (long) WORD.get(bytes, timeAt);
      long timeStop = ~timeWord & CONTINUATION;
      if (refStop == 0 || timeStop == 0) {
        break;
      }
      int valueAt = timeAt + lengthOf(timeStop);
      handler.sample(
          baseRef + varint(refWord, refStop),
          baseTime + varint(timeWord, timeStop),
          (long) LONG.get(bytes, valueAt));
      at = valueAt + Long.BYTES;
    }
    in.skip(at - start);
  }

  /// Length of the varint at the start of a word, 8 if it does not end there.
  ///
  /// @param stop the continuation bits that are not set
  private static int lengthOf(long stop) {
    return Math.min(Long.BYTES, (Long.numberOfTrailingZeros(stop) >>> 3) + 1);
  }

  /// The signed varint at the start of a word: cut off what follows it, then close the gaps of the
  /// continuation bits, first between bytes, then between pairs, then between fours.
  private static long varint(long word, long stop) {
    long x = word & (stop ^ (stop - 1)) & ~CONTINUATION;
    x = x & 0x007f_007f_007f_007fL | (x & 0x7f00_7f00_7f00_7f00L) >>> 1;
    x = x & 0x0000_3fff_0000_3fffL | (x & 0x3fff_0000_3fff_0000L) >>> 2;
    x = x & 0x0000_0000_0fff_ffffL | (x & 0x0fff_ffff_0000_0000L) >>> 4;
    return Varint.unZigZag(x);
  }

  private static void tombstones(ByteReader in, RecordHandler handler) {
    while (in.hasRemaining()) {
      long ref = in.readLong();
      long mint = in.readVarint();
      handler.tombstone(ref, mint, in.readVarint());
    }
  }
}
