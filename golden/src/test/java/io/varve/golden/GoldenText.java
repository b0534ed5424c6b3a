package io.varve.golden;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleCursor;
import io.varve.model.Spans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Labels and values as the golden texts write them. Static and stateless.
final class GoldenText {
  private static final int LONG_DIGITS = 16;

  private GoldenText() {}

  static String labels(Labels labels) {
    var text = new ArrayList<String>();
    labels.forEach((name, value) -> text.add(name(name) + "=" + quoted(value)));
    return "{" + String.join(",", text) + "}";
  }

  private static String name(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : quoted(name);
  }

  static String quoted(String text) {
    return '"'
        + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        + '"';
  }

  static Labels parseLabels(String text) {
    Labels.Builder labels = Labels.builder();
    int at = 1;
    while (text.charAt(at) != '}') {
      int equals = text.charAt(at) == '"' ? endOfQuoted(text, at) : text.indexOf('=', at);
      String name = text.substring(at, equals);
      int end = endOfQuoted(text, equals + 1);
      labels.set(
          name.startsWith("\"") ? unquoted(name) : name, unquoted(text.substring(equals + 1, end)));
      at = text.charAt(end) == ',' ? end + 1 : end;
    }
    return labels.build();
  }

  private static int endOfQuoted(String text, int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  static String unquoted(String text) {
    var plain = new StringBuilder();
    for (int i = 1; i < text.length() - 1; i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        c = text.charAt(++i);
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c;
      }
      plain.append(c);
    }
    return plain.toString();
  }

  static String bits(double value) {
    return bits(Double.doubleToRawLongBits(value));
  }

  static String bits(long bits) {
    String digits = Long.toHexString(bits);
    return "0".repeat(LONG_DIGITS - digits.length()) + digits;
  }

  private static double parseBits(String text) {
    return Double.longBitsToDouble(Long.parseUnsignedLong(text, 16));
  }

  /// The sample a cursor is on.
  static String value(SampleCursor sample) {
    return switch (sample.kind()) {
      case FLOAT -> "f " + bits(sample.value());
      case HISTOGRAM -> value(sample.histogram());
      case FLOAT_HISTOGRAM -> value(sample.floatHistogram());
    };
  }

  /// As {@link #value(SampleCursor)}, histograms as in `samples.txt.gz`.
  static String normalValue(SampleCursor sample) {
    return switch (sample.kind()) {
      case FLOAT -> "f " + bits(sample.value());
      case HISTOGRAM -> normalValue(sample.histogram());
      case FLOAT_HISTOGRAM -> normalValue(sample.floatHistogram());
    };
  }

  static String value(NativeHistogram histogram) {
    String hint =
        switch (histogram.counterReset()) {
          case UNKNOWN -> "0";
          case RESET -> "1";
          case NOT_RESET -> "2";
          case GAUGE -> "3";
        };
    return value(histogram, hint);
  }

  static String normalValue(NativeHistogram histogram) {
    return value(
        NormalHistogram.of(histogram), histogram.counterReset() == CounterReset.GAUGE ? "3" : "-");
  }

  private static String value(NativeHistogram histogram, String hint) {
    String head =
        " hint="
            + hint
            + " schema="
            + histogram.schema()
            + " zt="
            + bits(histogram.zeroThreshold());
    String spans =
        " sum="
            + bits(histogram.sum())
            + " ps="
            + spans(histogram.positiveSpans())
            + " ns="
            + spans(histogram.negativeSpans());
    String custom = " cv=" + floats(histogram.customValues());
    return switch (histogram) {
      case Histogram h ->
          "h"
              + head
              + " zc="
              + Long.toUnsignedString(h.zeroCount())
              + " count="
              + Long.toUnsignedString(h.count())
              + spans
              + " pb="
              + joined(h.positiveBuckets().length, i -> Long.toString(h.positiveBuckets()[i]))
              + " nb="
              + joined(h.negativeBuckets().length, i -> Long.toString(h.negativeBuckets()[i]))
              + custom;
      case FloatHistogram h ->
          "fh"
              + head
              + " zc="
              + bits(h.zeroCount())
              + " count="
              + bits(h.count())
              + spans
              + " pb="
              + floats(h.positiveBuckets())
              + " nb="
              + floats(h.negativeBuckets())
              + custom;
    };
  }

  private static String spans(Spans spans) {
    return joined(spans.count(), i -> spans.offset(i) + ":" + spans.length(i));
  }

  private static String floats(double[] values) {
    return joined(values.length, i -> bits(values[i]));
  }

  private static String joined(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
  }

  /// The histogram of a value that starts with `h` or `fh`; its hint must be a number.
  static NativeHistogram parseHistogram(String value) {
    String[] fields = value.split(" ", -1);
    List<String> v =
        Arrays.stream(fields)
            .skip(1)
            .map(field -> field.substring(field.indexOf('=') + 1))
            .toList();
    CounterReset hint = CounterReset.of(Integer.parseInt(v.get(0)));
    int schema = Integer.parseInt(v.get(1));
    double zeroThreshold = parseBits(v.get(2));
    double sum = parseBits(v.get(5));
    Spans positive = parseSpans(v.get(6));
    Spans negative = parseSpans(v.get(7));
    double[] custom = parseFloats(v.get(10));
    if (fields[0].equals("h")) {
      return new Histogram(
          hint,
          schema,
          zeroThreshold,
          Long.parseUnsignedLong(v.get(3)),
          Long.parseUnsignedLong(v.get(4)),
          sum,
          positive,
          negative,
          items(v.get(8)).mapToLong(Long::parseLong).toArray(),
          items(v.get(9)).mapToLong(Long::parseLong).toArray(),
          custom);
    }
    return new FloatHistogram(
        hint,
        schema,
        zeroThreshold,
        parseBits(v.get(3)),
        parseBits(v.get(4)),
        sum,
        positive,
        negative,
        parseFloats(v.get(8)),
        parseFloats(v.get(9)),
        custom);
  }

  private static Stream<String> items(String list) {
    return Arrays.stream(list.split(",")).filter(item -> !item.isEmpty());
  }

  private static double[] parseFloats(String list) {
    return items(list).mapToDouble(GoldenText::parseBits).toArray();
  }

  private static Spans parseSpans(String list) {
    int[][] spans =
        items(list)
            .map(span -> Arrays.stream(span.split(":")).mapToInt(Integer::parseInt).toArray())
            .toArray(int[][]::new);
    return new Spans(
        Arrays.stream(spans).mapToInt(span -> span[0]).toArray(),
        Arrays.stream(spans).mapToInt(span -> span[1]).toArray());
  }
}
