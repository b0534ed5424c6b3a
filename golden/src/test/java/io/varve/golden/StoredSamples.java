package io.varve.golden;

import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import java.util.ArrayList;
import java.util.List;

/// Sample lines of what Varve reads. Static and stateless.
final class StoredSamples {
  private static final Matcher ALL = Matcher.regex(Labels.METRIC_NAME, ".*");

  private StoredSamples() {}

  /// All samples of a store, as `samples.txt.gz` has them.
  static List<String> normalLines(Varve store) {
    var lines = new ArrayList<String>();
    try (Querier querier = store.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(ALL);
      while (series.next()) {
        addNormalLines(series.labels(), series.samples(), lines);
      }
    }
    return lines;
  }

  /// The samples of a chunk, likewise.
  static List<String> normalLines(Labels labels, ChunkBuffer chunk) {
    var lines = new ArrayList<String>();
    var cursor = new ChunkCursor();
    cursor.reset(chunk, labels, 0);
    addNormalLines(labels, cursor, lines);
    return lines;
  }

  private static void addNormalLines(Labels labels, SampleCursor samples, List<String> lines) {
    while (samples.next()) {
      lines.add(
          GoldenSample.line(
              labels,
              samples.timestamp(),
              samples.startTimestamp(),
              GoldenText.normalValue(samples)));
    }
  }

  /// The samples of a chunk, exactly as its cursor gives them.
  static List<String> exactLines(Labels labels, ChunkBuffer chunk) {
    var lines = new ArrayList<String>();
    var cursor = new ChunkCursor();
    cursor.reset(chunk, labels, 0);
    while (cursor.next()) {
      lines.add(
          GoldenSample.line(
              labels, cursor.timestamp(), cursor.startTimestamp(), GoldenText.value(cursor)));
    }
    return lines;
  }

  /// A chunk in memory.
  static ChunkBuffer chunk(int encoding, byte[] bytes) {
    var chunk = new ChunkBuffer();
    System.arraycopy(bytes, 0, chunk.prepare((byte) encoding, bytes.length), 0, bytes.length);
    return chunk;
  }
}
