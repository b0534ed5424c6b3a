package io.varve.golden;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.NativeHistogram;
import io.varve.wal.HistogramRecordEncoder;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordEncoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.StartRecordEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A record of a log, decoded and encoded again.
final class RecordCopy implements RecordHandler {
  /// One line of columns; most records have but some of them.
  @SuppressWarnings("ArrayRecordComponent") // only passed on
  private record Row(long ref, long t, long st, long bits, NativeHistogram value, byte[] labels) {}

  private final int type;
  private final HeapByteSink sink = ByteSink.onHeap(64);
  private final List<Row> rows = new ArrayList<>();

  private RecordCopy(int type) {
    this.type = type;
  }

  static byte[] of(byte[] record) {
    var copy = new RecordCopy(record[0]);
    copy.start();
    RecordDecoder.decode(new ByteReader(record, 0, record.length, "record", 0), copy);
    copy.putRows();
    return Arrays.copyOf(copy.sink.array(), copy.sink.length());
  }

  private void start() {
    switch (type) {
      case 1 -> RecordEncoder.seriesStart(sink);
      case 3 -> RecordEncoder.tombstonesStart(sink);
      case 5 -> RecordEncoder.mmapMarkersStart(sink);
      case 6 -> RecordEncoder.metadataStart(sink);
      default -> {}
    }
  }

  private void putRows() {
    int n = rows.size();
    long[] refs = rows.stream().mapToLong(Row::ref).toArray();
    long[] times = rows.stream().mapToLong(Row::t).toArray();
    long[] starts = rows.stream().mapToLong(Row::st).toArray();
    long[] bits = rows.stream().mapToLong(Row::bits).toArray();
    var values = rows.stream().map(Row::value).toArray(NativeHistogram[]::new);
    byte[][] labels = rows.stream().map(Row::labels).toArray(byte[][]::new);
    switch (type) {
      case 1, 3, 5, 6 -> {}
      case 2 -> RecordEncoder.samples(sink, refs, times, bits, 0, n);
      case 4 -> RecordEncoder.exemplars(sink, refs, times, bits, labels, 0, n);
      case 7 -> HistogramRecordEncoder.histograms(sink, refs, times, values, 0, n);
      case 8 -> HistogramRecordEncoder.floatHistograms(sink, refs, times, values, 0, n);
      case 9 -> HistogramRecordEncoder.customHistograms(sink, refs, times, values, 0, n);
      case 10 -> HistogramRecordEncoder.customFloatHistograms(sink, refs, times, values, 0, n);
      case 11 -> StartRecordEncoder.samples(sink, refs, times, starts, bits, 0, n);
      case 12 -> StartRecordEncoder.histograms(sink, refs, times, starts, values, 0, n);
      case 13 -> StartRecordEncoder.floatHistograms(sink, refs, times, starts, values, 0, n);
      default -> throw new AssertionError("a record of type " + type);
    }
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    RecordEncoder.series(sink, ref, buf, offset, length);
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    rows.add(new Row(ref, t, st, valueBits, Histogram.STALE, new byte[0]));
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    rows.add(new Row(ref, t, st, 0, histogram, new byte[0]));
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    rows.add(new Row(ref, t, st, 0, histogram, new byte[0]));
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    RecordEncoder.tombstone(sink, ref, mint, maxt);
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    byte[] labels = Arrays.copyOfRange(buf, offset, offset + length);
    rows.add(new Row(ref, t, 0, valueBits, Histogram.STALE, labels));
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    RecordEncoder.mmapMarker(sink, ref, chunkRef);
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    RecordEncoder.metadata(sink, ref, kind, unit, help);
  }

  @Override
  public void unknown(int type, int length) {
    throw new AssertionError("a record of the unknown type " + type);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    throw new AssertionError("series " + ref + ": " + problem);
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    throw new AssertionError("series " + ref + " in a record of type " + type + ": " + problem);
  }
}
