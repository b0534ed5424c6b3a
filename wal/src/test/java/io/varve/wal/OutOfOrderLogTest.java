package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.Compression;
import io.varve.io.HeapByteSink;
import io.varve.io.QuarantineDirectory;
import io.varve.model.NativeHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log of out-of-order samples: another directory, with markers in it and no checkpoints.
final class OutOfOrderLogTest {
  @TempDir Path dataDirectory;

  private Path directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = dataDirectory.resolve("wbl");
  }

  @Test
  void keepsSamplesAndMarkersInTheirOrder() throws IOException {
    try (Wal wbl = Logs.open(directory, 1, Compression.ZSTD)) {
      wbl.log(samples(1, 500));
      wbl.log(marker(1, 0));
      wbl.log(histograms());
      wbl.log(marker(1, 1L << 32 | 8));
      wbl.nextSegment();
      wbl.log(samples(1, 400));
    }

    assertThat(told())
        .containsExactly(
            "sample 1 500 1f4",
            "marker 1 0",
            "histogram 1 7 " + Golden.EXPONENTIAL,
            "histogram 2 8 " + Golden.CUSTOM,
            "histogram 2 8 " + Golden.floats(Golden.CUSTOM),
            "marker 1 100000008",
            "sample 1 400 190");
  }

  @Test
  void isTruncatedWithoutACheckpoint() throws IOException {
    try (Wal wbl = Logs.open(directory, 1, Compression.NONE)) {
      wbl.log(samples(1, 500));
      wbl.nextSegment();
      wbl.log(samples(1, 400));
      wbl.deleteSegmentsBelow(wbl.lastSegment());
    }

    assertThat(DISK.list(directory)).containsExactly("00000001");
    assertThat(told()).containsExactly("sample 1 400 190");
    Logs.write(directory, 1, Compression.NONE);
    assertThat(DISK.list(directory)).containsExactly("00000001", "00000002");
  }

  @Test
  void isSalvagedLikeTheOtherLog() throws IOException {
    Logs.write(directory, 1, Compression.NONE, samples(1, 500), marker(1, 8), samples(1, 400));
    byte[] segment = Logs.segment(directory, 0);
    int second = 7 + 1 + 16 + 10;
    segment[second + 3] ^= 1;
    Logs.putSegment(directory, 0, segment);

    WalSalvage.salvage(DISK, directory, QuarantineDirectory.in(DISK, dataDirectory));

    assertThat(dataDirectory.resolve("quarantine-1/wbl/00000000")).hasBinaryContent(segment);
    assertThat(told()).containsExactly("sample 1 500 1f4");
  }

  private List<String> told() throws IOException {
    var told = new Told();
    try (WalReader reader = WalReader.open(DISK, directory)) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), told);
      }
    }
    return told.lines;
  }

  private static RecordBatch samples(long ref, long t) {
    var batch = new RecordBatch();
    long[] times = {t};
    RecordEncoder.samples(batch.begin(), new long[] {ref}, times, times, 0, 1);
    batch.end();
    return batch;
  }

  private static RecordBatch marker(long ref, long chunkRef) {
    var batch = new RecordBatch();
    HeapByteSink sink = batch.begin();
    RecordEncoder.mmapMarkersStart(sink);
    RecordEncoder.mmapMarker(sink, ref, chunkRef);
    batch.end();
    return batch;
  }

  /// All sorts at a time, as a commit logs them.
  private static RecordBatch histograms() {
    long[] refs = {1, 2, 2};
    long[] times = {7, 8, 8};
    NativeHistogram[] all = {Golden.EXPONENTIAL, Golden.CUSTOM, Golden.floats(Golden.CUSTOM)};
    var batch = new RecordBatch();
    HistogramRecordEncoder.histograms(batch.begin(), refs, times, all, 0, 3);
    batch.end();
    HistogramRecordEncoder.customHistograms(batch.begin(), refs, times, all, 0, 3);
    batch.end();
    HistogramRecordEncoder.floatHistograms(batch.begin(), refs, times, all, 0, 3);
    batch.end();
    HistogramRecordEncoder.customFloatHistograms(batch.begin(), refs, times, all, 0, 3);
    batch.end();
    assertThat(batch.records()).isEqualTo(3);
    return batch;
  }
}
