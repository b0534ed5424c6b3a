package io.varve.interop;

import io.varve.model.CounterReset;
import io.varve.model.FloatHistogram;
import io.varve.model.NativeHistogram;
import io.varve.model.Spans;
import io.varve.remote.TypesProto.BucketSpan;
import io.varve.remote.TypesProto.Histogram;
import io.varve.remote.TypesProto.Histogram.ResetHint;
import java.util.ArrayList;
import java.util.List;

/// Native histograms as messages of remote write and remote read.
final class HistogramProto {
  private HistogramProto() {}

  static Histogram of(long timestamp, NativeHistogram histogram) {
    Histogram.Builder message =
        Histogram.newBuilder()
            .setTimestamp(timestamp)
            .setSum(histogram.sum())
            .setSchema(histogram.schema())
            .setZeroThreshold(histogram.zeroThreshold())
            .setResetHint(hint(histogram.counterReset()))
            .addAllPositiveSpans(spans(histogram.positiveSpans()))
            .addAllNegativeSpans(spans(histogram.negativeSpans()));
    for (double bound : histogram.customValues()) {
      message.addCustomValues(bound);
    }
    switch (histogram) {
      case io.varve.model.Histogram whole -> {
        message.setCountInt(whole.count()).setZeroCountInt(whole.zeroCount());
        for (long delta : whole.positiveBuckets()) {
          message.addPositiveDeltas(delta);
        }
        for (long delta : whole.negativeBuckets()) {
          message.addNegativeDeltas(delta);
        }
      }
      case FloatHistogram floats -> {
        message.setCountFloat(floats.count()).setZeroCountFloat(floats.zeroCount());
        for (double count : floats.positiveBuckets()) {
          message.addPositiveCounts(count);
        }
        for (double count : floats.negativeBuckets()) {
          message.addNegativeCounts(count);
        }
      }
    }
    return message.build();
  }

  private static ResetHint hint(CounterReset reset) {
    return switch (reset) {
      case UNKNOWN -> ResetHint.UNKNOWN;
      case RESET -> ResetHint.YES;
      case NOT_RESET -> ResetHint.NO;
      case GAUGE -> ResetHint.GAUGE;
    };
  }

  private static List<BucketSpan> spans(Spans spans) {
    var messages = new ArrayList<BucketSpan>();
    for (int i = 0; i < spans.count(); i++) {
      messages.add(
          BucketSpan.newBuilder().setOffset(spans.offset(i)).setLength(spans.length(i)).build());
    }
    return messages;
  }

  static NativeHistogram histogram(Histogram message) {
    CounterReset reset = CounterReset.of(message.getResetHintValue());
    Spans positive = spans(message.getPositiveSpansList());
    Spans negative = spans(message.getNegativeSpansList());
    double[] bounds = doubles(message.getCustomValuesList());
    return message.hasCountFloat()
        ? new FloatHistogram(
            reset,
            message.getSchema(),
            message.getZeroThreshold(),
            message.getZeroCountFloat(),
            message.getCountFloat(),
            message.getSum(),
            positive,
            negative,
            doubles(message.getPositiveCountsList()),
            doubles(message.getNegativeCountsList()),
            bounds)
        : new io.varve.model.Histogram(
            reset,
            message.getSchema(),
            message.getZeroThreshold(),
            message.getZeroCountInt(),
            message.getCountInt(),
            message.getSum(),
            positive,
            negative,
            message.getPositiveDeltasList().stream().mapToLong(Long::longValue).toArray(),
            message.getNegativeDeltasList().stream().mapToLong(Long::longValue).toArray(),
            bounds);
  }

  private static Spans spans(List<BucketSpan> messages) {
    return new Spans(
        messages.stream().mapToInt(BucketSpan::getOffset).toArray(),
        messages.stream().mapToInt(BucketSpan::getLength).toArray());
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
