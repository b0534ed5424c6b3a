package io.varve.model;

/// An example of what a sample counts, mostly the trace of one request: Prometheus' and
/// OpenMetrics' exemplar. Immutable.
///
/// There is no mark for an exemplar that came without a time of its own, as Prometheus' model has
/// one: neither its log nor remote write carries it. Whoever scrapes gives such an exemplar the
/// time of the scrape.
///
/// @param labels its own, not those of the series; perhaps none
/// @param timestamp milliseconds since the epoch
public record Exemplar(Labels labels, double value, long timestamp) {
  /// How long names and values of the labels may be together, in Unicode code points, by the
  /// OpenMetrics specification.
  public static final int MAX_LABEL_CHARACTERS = 128;

  /// Whether the labels are longer than {@link #MAX_LABEL_CHARACTERS}.
  public boolean labelsTooLong() {
    byte[] packed = labels.encoded();
    int characters = 0;
    for (int at = 0; at < packed.length; ) {
      long field = LabelsCodec.field(packed, at, packed.length);
      at = LabelsCodec.start(field) + LabelsCodec.length(field);
      for (int i = LabelsCodec.start(field); i < at; i++) {
        characters += isFirstOfCharacter(packed[i]) ? 1 : 0;
      }
    }
    return characters > MAX_LABEL_CHARACTERS;
  }

  /// All bytes of a character in UTF-8 but the first are `10xxxxxx`.
  private static boolean isFirstOfCharacter(byte b) {
    return (b & 0xc0) != 0x80;
  }
}
