package io.varve.head;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;

/// Reads a store sample by sample.
final class StoreSamples {
  private StoreSamples() {}

  /// All samples of all series, as text.
  static String all(Varve db) {
    var text = new StringBuilder();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.notEqual("no such label", "x"));
      while (series.next()) {
        text.append(series.labels()).append('\n');
        SampleCursor samples = series.samples();
        while (samples.next()) {
          text.append(samples.timestamp()).append(' ').append(value(samples)).append('\n');
        }
      }
    }
    return text.toString();
  }

  private static Object value(SampleCursor samples) {
    return samples.kind() == SampleKind.FLOAT
        ? Double.doubleToRawLongBits(samples.value())
        : samples.floatHistogram();
  }
}
