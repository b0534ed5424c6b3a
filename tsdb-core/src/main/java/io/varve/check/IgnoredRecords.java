package io.varve.check;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.wal.RecordHandler;

/// For when it is only asked whether records can be read. Stateless.
final class IgnoredRecords implements RecordHandler {
  static final IgnoredRecords INSTANCE = new IgnoredRecords();

  private IgnoredRecords() {}

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {}

  @Override
  public void sample(long ref, long t, long st, long valueBits) {}

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {}

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {}

  @Override
  public void tombstone(long ref, long mint, long maxt) {}

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

  @Override
  public void mmapMarker(long ref, long chunkRef) {}

  @Override
  public void metadata(long ref, int kind, String unit, String help) {}

  @Override
  public void unknown(int type, int length) {}

  @Override
  public void malformedSeries(long ref, String problem) {}

  @Override
  public void skipped(int type, long ref, long t, String problem) {}
}
