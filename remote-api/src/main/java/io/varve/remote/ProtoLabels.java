package io.varve.remote;

import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.tag;

import io.varve.io.HeapByteSink;
import io.varve.io.Varint;
import io.varve.model.Labels;
import io.varve.model.LabelsCodec;

/// Labels as field 1 of a `TimeSeries` or `ChunkedSeries`, from their packed form. Stateless.
final class ProtoLabels {
  private static final int SERIES_LABEL = tag(1, LENGTH_DELIMITED);
  private static final int NAME = tag(1, LENGTH_DELIMITED);
  private static final int VALUE = tag(2, LENGTH_DELIMITED);

  private ProtoLabels() {}

  static void put(HeapByteSink target, Labels labels) {
    byte[] packed = labels.encoded();
    for (int at = 0; at < packed.length; ) {
      long name = LabelsCodec.field(packed, at, packed.length);
      long value = LabelsCodec.field(packed, end(name), packed.length);
      target.putByte(SERIES_LABEL);
      target.putUnsignedVarint(size(name) + size(value));
      put(target, NAME, packed, name);
      put(target, VALUE, packed, value);
      at = end(value);
    }
  }

  private static void put(HeapByteSink target, int tag, byte[] packed, long field) {
    target.putByte(tag);
    target.putUnsignedVarint(LabelsCodec.length(field));
    target.putBytes(packed, LabelsCodec.start(field), LabelsCodec.length(field));
  }

  /// Bytes of a field with its tag, which takes one.
  private static int size(long field) {
    int length = LabelsCodec.length(field);
    return 1 + Varint.lengthOfUnsigned(length) + length;
  }

  private static int end(long field) {
    return LabelsCodec.start(field) + LabelsCodec.length(field);
  }
}
