package io.varve.db;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a sample says, however its buckets are laid out: storage adds empty ones.
///
/// @param value bits of a float, or {@link Counts}
record Content(long start, Object value) {
  /// @param numbers schema, zero threshold, zero count, count and sum, by their bits
  /// @param positive count by index of a bucket, without empty ones
  record Counts(
      String kind,
      List<Long> numbers,
      Map<Integer, Double> positive,
      Map<Integer, Double> negative,
      List<Double> bounds) {}

  /// The end of a series, of whatever kind it is.
  static final Content STALE = new Content(0, "stale");

  static Content of(long start, double value) {
    return new Content(start, Double.doubleToRawLongBits(value));
  }

  static Content of(long start, NativeHistogram value) {
    FloatHistogram h =
        switch (value) {
          case Histogram whole -> whole.toFloat();
          case FloatHistogram floats -> floats;
        };
    var numbers =
        List.of(
            (long) h.schema(),
            Double.doubleToRawLongBits(h.zeroThreshold()),
            Double.doubleToRawLongBits(h.zeroCount()),
            Double.doubleToRawLongBits(h.count()),
            Double.doubleToRawLongBits(h.sum()));
    List<Double> bounds = Arrays.stream(h.customValues()).boxed().collect(Collectors.toList());
    var counts =
        new Counts(
            value.getClass().getSimpleName(),
            numbers,
            buckets(h.positiveSpans(), h.positiveBuckets()),
            buckets(h.negativeSpans(), h.negativeBuckets()),
            bounds);
    return new Content(start, counts);
  }

  private static Map<Integer, Double> buckets(Spans spans, double[] counts) {
    var buckets = new TreeMap<Integer, Double>();
    int index = 0;
    int at = 0;
    for (int span = 0; span < spans.count(); span++) {
      index += spans.offset(span);
      for (int i = 0; i < spans.length(span); i++, index++, at++) {
        if (counts[at] != 0) {
          buckets.put(index, counts[at]);
        }
      }
    }
    return buckets;
  }

  /// The present sample.
  static Content of(SampleCursor cursor) {
    return isStale(cursor) ? STALE : read(cursor);
  }

  private static boolean isStale(SampleCursor cursor) {
    return switch (cursor.kind()) {
      case FLOAT -> SampleValue.isStale(cursor.value());
      case HISTOGRAM -> cursor.histogram().isStale();
      case FLOAT_HISTOGRAM -> cursor.floatHistogram().isStale();
    };
  }

  private static Content read(SampleCursor cursor) {
    long start = cursor.startTimestamp();
    return switch (cursor.kind()) {
      case FLOAT -> of(start, cursor.value());
      case HISTOGRAM -> of(start, cursor.histogram());
      case FLOAT_HISTOGRAM -> of(start, cursor.floatHistogram());
    };
  }

  Content withoutStart() {
    return new Content(0, value);
  }
}
