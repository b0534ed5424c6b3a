package io.varve.remote;

import static io.varve.remote.WireReader.FIXED64;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;
import org.jspecify.annotations.Nullable;

/// Reads an `Exemplar` message of remote write. Confined to one thread; made for use over and over.
final class ExemplarReader {
  private static final int VALUE = tag(2, FIXED64);
  private static final int TIMESTAMP = tag(3, VARINT);

  private final LabelPacker labels = new LabelPacker();
  private double value;
  private long timestamp;

  /// Checks a message: that its fields are whole.
  static void check(WireReader in) {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == LabelPacker.LABEL) {
        LabelPacker.check(in);
      } else if (tag == VALUE || tag == TIMESTAMP) {
        in.skip(tag);
      } else {
        in.skipUnknown(tag, 3);
      }
    }
    in.leave(outer);
  }

  /// Reads a message that {@link #check} has seen.
  ///
  /// @param bytes that {@code in} reads
  void read(byte[] bytes, WireReader in) {
    int outer = in.enter();
    value = 0;
    timestamp = 0;
    labels.pack(bytes, in);
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == VALUE) {
        value = in.float64();
      } else if (tag == TIMESTAMP) {
        timestamp = in.varint();
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }

  /// What was read, or null if its labels are not sorted or otherwise not canonical.
  @Nullable Exemplar exemplar() {
    byte[] packed = labels.packed();
    return LabelsCodec.problem(packed, 0, labels.length()) == null
        ? new Exemplar(Labels.decode(packed, 0, labels.length()), value, timestamp)
        : null;
  }

  /// Lets go of a large buffer.
  void release() {
    labels.release();
  }
}
