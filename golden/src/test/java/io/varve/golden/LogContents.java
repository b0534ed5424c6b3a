package io.varve.golden;

import io.varve.io.ByteReader;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.wal.Checkpoint;
import io.varve.wal.CheckpointRef;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the log of a directory holds, record by record, decoded by {@link RecordDecoder}.
final class LogContents implements RecordHandler {
  /// A record.
  ///
  /// @param path of its segment file within the data directory
  /// @param items what it holds
  @SuppressWarnings("ArrayRecordComponent") // only passed on
  record LogRecord(String path, byte[] bytes, int items) {
    int type() {
      return bytes[0];
    }

    /// Its line in `wal.txt.gz`.
    String line() {
      return path + '\t' + type() + '\t' + HexFormat.of().formatHex(bytes);
    }
  }

  /// @param sample its normal line without the labels
  record LoggedSample(long ref, long time, String sample) {}

  /// @param text as in `exemplars.txt`, without the labels of the series
  record LoggedExemplar(long ref, long time, String text) {}

  record Span(long ref, long mint, long maxt) {}

  final List<LogRecord> records = new ArrayList<>();
  final Map<Long, Labels> series = new HashMap<>();
  final List<LoggedSample> samples = new ArrayList<>();
  final List<LoggedExemplar> exemplars = new ArrayList<>();
  final List<Span> tombstones = new ArrayList<>();
  final Map<Long, Long> markers = new HashMap<>();

  /// By series, the newest: as in `metadata.txt`, without the labels.
  final Map<Long, String> metadata = new HashMap<>();

  private int items;

  /// The newest checkpoint and the segments after it.
  static LogContents ofWal(Path data) throws IOException {
    var contents = new LogContents();
    Path directory = data.resolve("wal");
    Optional<CheckpointRef> checkpoint = Checkpoint.latest(Golden.disk(), directory);
    if (checkpoint.isPresent()) {
      String name = "wal/" + checkpoint.get().directory().getFileName();
      try (WalReader in = WalReader.open(Golden.disk(), checkpoint.get())) {
        contents.read(name, in);
      }
    }
    int after = checkpoint.map(CheckpointRef::index).orElse(-1);
    try (WalReader in = WalReader.openAfter(Golden.disk(), directory, after)) {
      contents.read("wal", in);
    }
    return contents;
  }

  /// The log of out-of-order samples; empty if there is none.
  static LogContents ofWbl(Path data) throws IOException {
    var contents = new LogContents();
    Path directory = data.resolve("wbl");
    if (Files.exists(directory)) {
      try (WalReader in = WalReader.open(Golden.disk(), directory)) {
        contents.read("wbl", in);
      }
    }
    return contents;
  }

  private void read(String directory, WalReader in) throws IOException {
    while (in.next()) {
      ByteReader record = in.record();
      int from = record.position();
      byte[] bytes = Arrays.copyOfRange(record.array(), from, from + record.remaining());
      items = 0;
      RecordDecoder.decode(record, this);
      String path = directory + "/%08d".formatted(in.segment());
      records.add(new LogRecord(path, bytes, items));
    }
  }

  @Override
  public void series(long ref, byte[] buf, int offset, int length) {
    items++;
    series.put(ref, Labels.decode(buf, offset, length));
  }

  @Override
  public void sample(long ref, long t, long st, long valueBits) {
    add(ref, t, st, "f " + GoldenText.bits(valueBits));
  }

  @Override
  public void histogram(long ref, long t, long st, Histogram histogram) {
    add(ref, t, st, GoldenText.normalValue(histogram));
  }

  @Override
  public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {
    add(ref, t, st, GoldenText.normalValue(histogram));
  }

  private void add(long ref, long t, long st, String value) {
    items++;
    samples.add(new LoggedSample(ref, t, "\t" + t + "\t" + st + "\t" + value));
  }

  @Override
  public void tombstone(long ref, long mint, long maxt) {
    items++;
    tombstones.add(new Span(ref, mint, maxt));
  }

  @Override
  public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
    items++;
    exemplars.add(
        new LoggedExemplar(ref, t, exemplarText(Labels.decode(buf, offset, length), t, valueBits)));
  }

  static String exemplarText(Labels labels, long t, long valueBits) {
    return "\tx\t" + GoldenText.labels(labels) + "\t" + t + "\t" + GoldenText.bits(valueBits);
  }

  @Override
  public void mmapMarker(long ref, long chunkRef) {
    items++;
    markers.put(ref, chunkRef);
  }

  @Override
  public void metadata(long ref, int kind, String unit, String help) {
    items++;
    String type =
        switch (kind) {
          case 0 -> "unknown";
          case 1 -> "counter";
          case 2 -> "gauge";
          case 3 -> "histogram";
          default -> throw new AssertionError("metadata of kind " + kind);
        };
    metadata.put(
        ref, "\t" + type + "\t" + GoldenText.quoted(unit) + "\t" + GoldenText.quoted(help));
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
