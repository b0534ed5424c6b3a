package io.varve.golden;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.model.Labels;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// A line of `chunks.txt.gz`.
///
/// @param place ULID of the block, or the file in `chunks_head`
/// @param labels none if the log no longer knows the series
/// @param position chunk reference in a block, offset in the file
/// @param mint time of the first sample, milliseconds since the epoch
/// @param maxt time of the last sample
/// @param kind `block`, `in-order` or `out-of-order`
@SuppressWarnings("ArrayRecordComponent") // only passed on
record ChunkLine(
    String place,
    Labels labels,
    long position,
    long mint,
    long maxt,
    int encoding,
    int samples,
    String kind,
    byte[] bytes) {

  static List<ChunkLine> of(Golden golden) throws IOException {
    return golden.fields("chunks.txt.gz").stream().map(ChunkLine::parse).toList();
  }

  private static ChunkLine parse(String[] fields) {
    return new ChunkLine(
        fields[0],
        GoldenText.parseLabels(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]),
        Integer.parseInt(fields[5]),
        Integer.parseInt(fields[6]),
        fields[7],
        HexFormat.of().parseHex(fields[8]));
  }

  boolean isInBlock() {
    return kind.equals("block");
  }

  ChunkBuffer chunk() {
    return StoredSamples.chunk(encoding, bytes);
  }

  /// The line of a chunk that was read.
  static String text(
      String place,
      Labels labels,
      long position,
      long mint,
      long maxt,
      String kind,
      ChunkBuffer chunk) {
    var cursor = new ChunkCursor();
    cursor.reset(chunk, place, position);
    return String.join(
        "\t",
        place,
        GoldenText.labels(labels),
        Long.toString(position),
        Long.toString(mint),
        Long.toString(maxt),
        Integer.toString(chunk.encoding()),
        Integer.toString(cursor.sampleCount()),
        kind,
        HexFormat.of().formatHex(Arrays.copyOf(chunk.bytes(), chunk.length())));
  }

  @Override
  public String toString() {
    return place + " " + labels + " " + mint + "-" + maxt + " encoding " + encoding;
  }
}
