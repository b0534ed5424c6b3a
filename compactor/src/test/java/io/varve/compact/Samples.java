package io.varve.compact;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import java.util.List;

/// Samples of a list, one by one.
final class Samples implements SampleCursor {
  private final List<Sample> samples;
  private int at = -1;

  Samples(List<Sample> samples) {
    this.samples = samples;
  }

  /// The sample that a cursor stands on.
  static Sample at(SampleCursor cursor) {
    Object value =
        switch (cursor.kind()) {
          case FLOAT -> Double.doubleToRawLongBits(cursor.value());
          case HISTOGRAM -> cursor.histogram();
          case FLOAT_HISTOGRAM -> cursor.floatHistogram();
        };
    return new Sample(cursor.timestamp(), cursor.startTimestamp(), value);
  }

  @Override
  public boolean next() {
    return ++at < samples.size();
  }

  @Override
  public boolean seek(long timestamp) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long timestamp() {
    return samples.get(at).t();
  }

  @Override
  public long startTimestamp() {
    return samples.get(at).start();
  }

  @Override
  public SampleKind kind() {
    return switch (samples.get(at).value()) {
      case Histogram _ -> SampleKind.HISTOGRAM;
      case FloatHistogram _ -> SampleKind.FLOAT_HISTOGRAM;
      default -> SampleKind.FLOAT;
    };
  }

  @Override
  public double value() {
    return Double.longBitsToDouble((Long) samples.get(at).value());
  }

  @Override
  public Histogram histogram() {
    return (Histogram) samples.get(at).value();
  }

  @Override
  public FloatHistogram floatHistogram() {
    return (FloatHistogram) samples.get(at).value();
  }
}
