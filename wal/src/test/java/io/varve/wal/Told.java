package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import java.util.ArrayList;
import java.util.List;

/// Keeps what a decoder tells, as text.
final class Told implements RecordHandler {
  final List<String> lines = new ArrayList<>();

  static List<String> by(byte[] record) {
    var told = new Told();
    RecordDecoder.decode(new ByteReader(record, 0, record.length, "test", 0), told);
    return told.lines;
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    lines.add("series " + ref + " " + Labels.decode(buf, offset, length));
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    lines.add("sample " + ref + " " + t + since(st) + " " + Long.toHexString(valueBits));
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    lines.add("histogram " + ref + " " + t + since(st) + " " + histogram);
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    lines.add("histogram " + ref + " " + t + since(st) + " " + histogram);
  }

  private static String since(long st) {
    return st == 0 ? "" : " since " + st;
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    Labels labels = Labels.decode(buf, offset, length);
    lines.add("exemplar " + ref + " " + t + " " + Long.toHexString(valueBits) + " " + labels);
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    lines.add("marker " + ref + " " + Long.toHexString(chunkRef));
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    lines.add("metadata " + ref + " " + kind + " [" + unit + "] [" + help + "]");
  }

  @Override
  public void skipped(int type, long ref, long t, String problem) {
    lines.add("skipped " + type + " " + ref + " " + t + " " + problem);
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    lines.add("tombstone " + ref + " " + mint + " " + maxt);
  }

  @Override
  public void unknown(int type, int length) {
    lines.add("unknown " + type + " " + length);
  }

  @Override
  public void malformedSeries(long ref, String problem) {
    lines.add("malformed " + ref + " " + problem);
  }
}
