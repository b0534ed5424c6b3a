package io.varve.remote;

import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.tag;

import io.varve.io.Varint;
import io.varve.model.LabelsCodec;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Packs the labels of a `TimeSeries` message into the form of {@link LabelsCodec}, without looking
/// whether that is canonical.
///
/// Labels are most of a remote write body, and all senders encode them alike: name before value,
/// both shorter than 128 bytes. Such a label, {@link #plainEnd}, is taken by a few comparisons, and
/// its name and value go over with their lengths before them, as they are.
///
/// Confined to one thread; made for use over and over. Guarded by `RemoteWriteParseBenchmark`.
final class LabelPacker {
  static final int LABEL = tag(1, LENGTH_DELIMITED);
  private static final int NAME = tag(1, LENGTH_DELIMITED);
  private static final int VALUE = tag(2, LENGTH_DELIMITED);

  /// Tag and length of a label, of its name and of its value.
  private static final int PLAIN_OVERHEAD = 6;

  /// `__name__`, all eight bytes of it.
  private static final long METRIC_NAME = 0x5f5f_656d_616e_5f5fL;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int INITIAL_CAPACITY = 1 << 10;

  /// A buffer above this is not kept for the next request.
  private static final int MAX_KEPT = 64 << 10;

  private byte[] packed = new byte[INITIAL_CAPACITY];
  private int length;
  private boolean named;

  /// The packed labels, from index 0 to {@link #length()}.
  byte[] packed() {
    return packed;
  }

  int length() {
    return length;
  }

  /// Whether a label `__name__` is among them.
  boolean named() {
    return named;
  }

  /// Lets go of a large buffer.
  void release() {
    if (packed.length > MAX_KEPT) {
      packed = new byte[INITIAL_CAPACITY];
    }
  }

  /// If at {@code at} there is a label encoded as usual: the index after it.
  ///
  /// @param end index after the message that the label is a field of
  /// @return -1 if there is none, or one that needs a closer look
  private static int plainEnd(byte[] bytes, int at, int end) {
    if (end - at < PLAIN_OVERHEAD) {
      return -1;
    }
    int labelLength = bytes[at + 1];
    int nameLength = bytes[at + 3];
    if (bytes[at] != LABEL || bytes[at + 2] != NAME || (labelLength | nameLength) < 0) {
      return -1;
    }
    int labelEnd = at + 2 + labelLength;
    int value = at + 4 + nameLength;
    if (labelEnd > end || value + 2 > labelEnd) {
      return -1;
    }
    boolean plain = bytes[value] == VALUE && bytes[value + 1] == labelEnd - value - 2;
    return plain ? labelEnd : -1;
  }

  /// The index after all labels encoded as usual that follow one another.
  ///
  /// @param end index after the message that they are fields of
  static int skipPlain(byte[] bytes, int at, int end) {
    int skipped = at;
    for (int next; (next = plainEnd(bytes, skipped, end)) >= 0; ) {
      skipped = next;
    }
    return skipped;
  }

  /// Packs all labels of a series, in the order in which they come.
  ///
  /// @param in at the start of the series, which is known to be well formed; left after the leading
  ///   labels
  void pack(byte[] bytes, WireReader in) {
    prepare(in.end() - in.position());
    int at = in.position();
    for (int next; (next = plainEnd(bytes, at, in.end())) >= 0; at = next) {
      packPlain(bytes, at, next);
    }
    in.seek(at);
    if (hasMoreLabels(in)) {
      packOthers(bytes, in);
    }
    in.seek(at);
  }

  private void prepare(int seriesLength) {
    // A packed label is never longer than the field it comes from, but copying goes by words.
    int needed = seriesLength + Long.BYTES;
    if (packed.length < needed) {
      packed = new byte[Math.max(needed, 2 * packed.length)];
    }
    length = 0;
    named = false;
  }

  private void packPlain(byte[] bytes, int at, int end) {
    int nameLength = bytes[at + 3];
    int value = at + 4 + nameLength;
    named |= nameLength == Long.BYTES && (long) LONG.get(bytes, at + 4) == METRIC_NAME;
    copy(bytes, at + 3, nameLength + 1);
    copy(bytes, value + 1, end - value - 1);
  }

  private void copy(byte[] bytes, int from, int count) {
    byte[] to = packed;
    int at = length;
    length = at + count;
    if (from + count + Long.BYTES > bytes.length) {
      System.arraycopy(bytes, from, to, at, count);
      return;
    }
    // Most are one or two words long, for which a call would take longer.
    for (int i = 0; i < count; i += Long.BYTES) {
      LONG.set(to, at + i, (long) LONG.get(bytes, from + i));
    }
  }

  private static boolean hasMoreLabels(WireReader in) {
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LABEL) {
        return true;
      }
      in.skip(tag);
    }
    return false;
  }

  /// The labels from the one on that the reader is in front of the length of.
  private void packOthers(byte[] bytes, WireReader in) {
    packOther(bytes, in);
    while (hasMoreLabels(in)) {
      packOther(bytes, in);
    }
  }

  private void packOther(byte[] bytes, WireReader in) {
    int nameAt = 0;
    int nameLength = 0;
    int valueAt = 0;
    int valueLength = 0;
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == NAME) {
        nameLength = in.length();
        nameAt = in.position();
        in.seek(nameAt + nameLength);
      } else if (tag == VALUE) {
        valueLength = in.length();
        valueAt = in.position();
        in.seek(valueAt + valueLength);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
    named |= nameLength == Long.BYTES && (long) LONG.get(bytes, nameAt) == METRIC_NAME;
    packField(bytes, nameAt, nameLength);
    packField(bytes, valueAt, valueLength);
  }

  private void packField(byte[] bytes, int at, int fieldLength) {
    int target = Varint.putUnsigned(packed, length, fieldLength);
    System.arraycopy(bytes, at, packed, target, fieldLength);
    length = target + fieldLength;
  }

  /// Checks a label that is not a plain one: that its fields are whole.
  static void check(WireReader in) {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == NAME || tag == VALUE) {
        in.seek(in.length() + in.position());
      } else {
        in.skipUnknown(tag, 2);
      }
    }
    in.leave(outer);
  }
}
