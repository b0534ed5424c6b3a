package io.varve.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/// What Prometheus 3.13 printed, see the README of the resources, and the histograms in it.
final class Golden {
  private static final double[] NO_BOUNDS = {};
  private static final long[] NONE = {};

  static final Histogram EXPONENTIAL = exponential(CounterReset.NOT_RESET, 3);

  /// Of a resolution that can only be read.
  static final Histogram FINE = exponential(CounterReset.GAUGE, 10);

  static final Histogram CUSTOM =
      new Histogram(
          CounterReset.UNKNOWN,
          -53,
          0,
          0,
          6,
          3.5,
          new Spans(new int[] {0}, new int[] {3}),
          Spans.NONE,
          new long[] {1, 1, 1},
          NONE,
          new double[] {0.1, 5});

  private Golden() {}

  private static Histogram exponential(CounterReset reset, int schema) {
    return new Histogram(
        reset,
        schema,
        0.001,
        5,
        22,
        18.4,
        new Spans(new int[] {-2, 1}, new int[] {2, 3}),
        new Spans(new int[] {0}, new int[] {1}),
        new long[] {1, 2, -1, 0, 3},
        new long[] {4},
        NO_BOUNDS);
  }

  /// With counts that are not whole, unless it is the stale marker.
  static FloatHistogram floats(Histogram histogram) {
    FloatHistogram whole = histogram.toFloat();
    if (SampleValue.isStale(histogram.sum())) {
      return whole;
    }
    double[] buckets = whole.positiveBuckets().clone();
    buckets[0] += 0.25;
    return new FloatHistogram(
        whole.counterReset(),
        whole.schema(),
        whole.zeroThreshold(),
        whole.zeroCount(),
        whole.count() + 0.5,
        whole.sum(),
        whole.positiveSpans(),
        whole.negativeSpans(),
        buckets,
        whole.negativeBuckets(),
        whole.customValues());
  }

  static NativeHistogram[] histograms() {
    return new NativeHistogram[] {CUSTOM, EXPONENTIAL, Histogram.STALE, CUSTOM, FINE};
  }

  static NativeHistogram[] floatHistograms() {
    return Arrays.stream(histograms())
        .map(h -> floats((Histogram) h))
        .toArray(NativeHistogram[]::new);
  }

  /// What follows the name in the lines of this name.
  static List<String> lines(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("/prometheus/3.13/records.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .map(line -> line.substring(name.length() + 1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String line(String name) {
    return lines(name).getFirst();
  }

  /// The bytes of a segment file of which a line has the name, the length and the bytes without the
  /// zeros at the end.
  static byte[] file(String line) {
    String[] fields = line.split(" ", -1);
    return Arrays.copyOf(Logs.bytes(fields[2]), Integer.parseInt(fields[1]));
  }
}
