package io.varve.wal;

import static io.varve.wal.RecordFormat.MIN_LABEL;

import io.varve.io.ByteReader;
import io.varve.model.LabelsCodec;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads label sets out of records. Those of other programs may be out of order or hold empty
/// values; they are brought into the canonical form, since an index takes nothing else. Those that
/// have none have a {@link #problem}: the checksum says that the bytes are as they were written, so
/// one bad label set is no reason to give up the log behind it.
///
/// Confined to one thread.
final class LabelsReader {
  private byte[] array = new byte[0];
  private int offset;
  private int length;
  private @Nullable String problem;

  /// Reads the number of labels and the labels, perhaps none.
  void read(ByteReader in) {
    int labels = in.readLength(MIN_LABEL);
    int start = in.position();
    for (int fields = 2 * labels; fields > 0; fields--) {
      skipField(in);
    }
    set(in.array(), start, in.position() - start);
    problem = LabelsCodec.problem(array, offset, length);
    if (problem != null) {
      byte[] sorted = sorted(array, offset, length);
      set(sorted, 0, sorted.length);
      problem = LabelsCodec.problem(array, 0, length);
    }
  }

  private void set(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /// What holds the labels in canonical form, unless there is a {@link #problem}.
  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  /// In bytes.
  int length() {
    return length;
  }

  /// Why the labels have no canonical form, one clause for a message, or null if they have one.
  @Nullable String problem() {
    return problem;
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
}
