package io.varve.query;

import io.varve.SeriesSet;
import io.varve.model.Labels;
import io.varve.model.SampleCursor;

/// Series with their samples. Confined to one thread.
final class MergedSeriesSet implements SeriesSet {
  private final MergedSeries series;
  private final SeriesSamples samples;

  MergedSeriesSet(MergedSeries series, long mint, long maxt) {
    this.series = series;
    this.samples = new SeriesSamples(mint, maxt);
  }

  @Override
  public boolean next() {
    return series.next();
  }

  @Override
  public Labels labels() {
    return series.labels();
  }

  @Override
  public SampleCursor samples() {
    samples.open(series.chunks());
    return samples;
  }
}
