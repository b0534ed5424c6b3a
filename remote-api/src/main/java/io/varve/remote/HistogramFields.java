package io.varve.remote;

import static io.varve.remote.WireReader.FIXED64;
import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

/// The fields of the message `prometheus.Histogram`, see `types.proto`. Those of whole and of float
/// counts exclude each other.
final class HistogramFields {
  static final int COUNT_INT = tag(1, VARINT);
  static final int COUNT_FLOAT = tag(2, FIXED64);
  static final int SUM = tag(3, FIXED64);
  static final int SCHEMA = tag(4, VARINT);
  static final int ZERO_THRESHOLD = tag(5, FIXED64);
  static final int ZERO_COUNT_INT = tag(6, VARINT);
  static final int ZERO_COUNT_FLOAT = tag(7, FIXED64);
  static final int NEGATIVE_SPAN = tag(8, LENGTH_DELIMITED);
  static final int NEGATIVE_DELTAS = tag(9, LENGTH_DELIMITED);
  static final int NEGATIVE_COUNTS = tag(10, LENGTH_DELIMITED);
  static final int POSITIVE_SPAN = tag(11, LENGTH_DELIMITED);
  static final int POSITIVE_DELTAS = tag(12, LENGTH_DELIMITED);
  static final int POSITIVE_COUNTS = tag(13, LENGTH_DELIMITED);
  static final int RESET_HINT = tag(14, VARINT);
  static final int TIMESTAMP = tag(15, VARINT);
  static final int CUSTOM_VALUES = tag(16, LENGTH_DELIMITED);

  /// The lists, which may also come element by element.
  static final int NEGATIVE_DELTA = tag(9, VARINT);

  static final int NEGATIVE_COUNT = tag(10, FIXED64);
  static final int POSITIVE_DELTA = tag(12, VARINT);
  static final int POSITIVE_COUNT = tag(13, FIXED64);
  static final int CUSTOM_VALUE = tag(16, FIXED64);

  static final int LAST_FIELD = 16;

  static final int SPAN_OFFSET = tag(1, VARINT);
  static final int SPAN_LENGTH = tag(2, VARINT);
  static final int SPAN_LAST_FIELD = 2;

  private HistogramFields() {}
}
