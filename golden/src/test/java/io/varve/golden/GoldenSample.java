package io.varve.golden;

import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import org.jspecify.annotations.Nullable;

/// A sample of a golden text.
///
/// @param time milliseconds since the epoch
/// @param start start timestamp, milliseconds since the epoch; 0 if there is none
/// @param bits of the value, if it is a float
/// @param histogram otherwise
record GoldenSample(
    Labels labels, long time, long start, long bits, @Nullable NativeHistogram histogram) {

  /// The sample of a sample line.
  static GoldenSample parse(String[] fields) {
    String value = fields[3];
    boolean isFloat = value.startsWith("f ");
    return new GoldenSample(
        GoldenText.parseLabels(fields[0]),
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        isFloat ? Long.parseUnsignedLong(value.substring(2), 16) : 0,
        isFloat ? null : GoldenText.parseHistogram(value));
  }

  double value() {
    return Double.longBitsToDouble(bits);
  }

  /// The line of `samples.txt.gz` for it.
  String normalLine() {
    return line(
        labels,
        time,
        start,
        histogram == null ? "f " + GoldenText.bits(bits) : GoldenText.normalValue(histogram));
  }

  static String line(Labels labels, long time, long start, String value) {
    return GoldenText.labels(labels) + '\t' + time + '\t' + start + '\t' + value;
  }
}
