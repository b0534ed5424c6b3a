package io.varve.wal;

import io.varve.io.ByteReader;
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
  public void sample(long ref, long t, long valueBits) {
    lines.add("sample " + ref + " " + t + " " + Long.toHexString(valueBits));
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
