package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.HistogramResolution;
import io.varve.model.HistogramSchema;
import io.varve.model.HistogramValidation;
import io.varve.model.LabelsCodec;
import io.varve.model.NativeHistogram;

/// Holds the decoder to what it promises of that which it tells.
final class CheckingHandler implements RecordHandler, ChunkSnapshotHandler {
  private int told;

  /// Each thing told takes a byte at least.
  void requireNoMoreThan(int bytes) {
    assertThat(told).isLessThanOrEqualTo(bytes);
  }

  private static void requireCanonical(byte[] buf, int offset, int length) {
    assertThat(LabelsCodec.problem(buf, offset, length)).isNull();
  }

  private void look(NativeHistogram histogram) {
    told++;
    assertThat(HistogramSchema.isKnown(histogram.schema())).isTrue();
    boolean valid = HistogramValidation.of(histogram).isValid();
    try {
      NativeHistogram reduced = HistogramResolution.reduce(histogram);
      assertThat(reduced.toString()).isNotEmpty();
    } catch (IllegalArgumentException e) {
      assertThat(valid).as("a valid histogram that cannot be reduced").isFalse();
    }
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    told++;
    assertThat(length).isPositive();
    requireCanonical(buf, offset, length);
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    told++;
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    look(histogram);
    assertThat(histogram.toFloat().positiveBuckets()).hasSameSizeAs(histogram.positiveBuckets());
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    look(histogram);
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    told++;
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    told++;
    requireCanonical(buf, offset, length);
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    told++;
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    told++;
  }

  @Override
  public void unknown(int type, int length) {
    told++;
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    told++;
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    told++;
  }

  @Override
  public void floatChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      long lastValueBits) {
    told++;
    assertThat(offset + length).isLessThanOrEqualTo(buf.length);
  }

  @Override
  public void histogramChunk(
      long ref,
      int encoding,
      long mint,
      long maxt,
      byte[] buf,
      int offset,
      int length,
      NativeHistogram last) {
    look(last);
    assertThat(offset + length).isLessThanOrEqualTo(buf.length);
  }
}
