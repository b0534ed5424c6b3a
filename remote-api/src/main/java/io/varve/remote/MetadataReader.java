package io.varve.remote;

import static io.varve.remote.WireReader.LENGTH_DELIMITED;
import static io.varve.remote.WireReader.VARINT;
import static io.varve.remote.WireReader.tag;

import io.varve.model.Metadata;
import io.varve.model.MetricType;
import java.nio.charset.StandardCharsets;

/// Reads a `MetricMetadata` message of remote write 1.0. Confined to one thread; made for use over
/// and over.
final class MetadataReader {
  private static final int TYPE = tag(1, VARINT);
  private static final int FAMILY = tag(2, LENGTH_DELIMITED);
  private static final int HELP = tag(4, LENGTH_DELIMITED);
  private static final int UNIT = tag(5, LENGTH_DELIMITED);

  private MetricType type = MetricType.UNKNOWN;
  private String family = "";
  private String help = "";
  private String unit = "";

  /// Checks a message: that its fields are whole.
  static void check(WireReader in) {
    int outer = in.enter();
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == TYPE || tag == FAMILY || tag == HELP || tag == UNIT) {
        in.skip(tag);
      } else {
        in.skipUnknown(tag, 5);
      }
    }
    in.leave(outer);
  }

  /// Reads a message that {@link #check} has seen.
  ///
  /// @param bytes that {@code in} reads
  void read(byte[] bytes, WireReader in) {
    int outer = in.enter();
    type = MetricType.UNKNOWN;
    family = "";
    help = "";
    unit = "";
    while (in.hasMore()) {
      int tag = in.tag();
      if (tag == TYPE) {
        type = MetricType.of(in.varint());
      } else if (tag == FAMILY) {
        family = text(bytes, in);
      } else if (tag == HELP) {
        help = text(bytes, in);
      } else if (tag == UNIT) {
        unit = text(bytes, in);
      } else {
        in.skip(tag);
      }
    }
    in.leave(outer);
  }

  private static String text(byte[] bytes, WireReader in) {
    int length = in.length();
    int from = in.position();
    in.seek(from + length);
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }

  /// Name of the family of metrics.
  String family() {
    return family;
  }

  Metadata metadata() {
    return new Metadata(type, unit, help);
  }
}
