package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.Decompressor;
import io.varve.io.HeapByteSink;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Records against those of Prometheus' own encoder, both ways.
final class PrometheusRecordsTest {
  private static final long[] REFS = {10, 11, 9, 10, 1L << 40};
  private static final long[] TIMES = {1000, 1000, 9192, -5, 1_700_000_000_000L};
  private static final long[] STARTS = {0, 500, 500, 0, 1_600_000_000_000L};
  private static final long[] VALUES = {
    bits(1), SampleValue.STALE_NAN_BITS, bits(-0.0), bits(Math.PI), bits(7)
  };
  private static final long[] HISTOGRAM_REFS = {10, 11, 5, 12, 13};
  private static final long[] HISTOGRAM_TIMES = {1000, 1010, 999, 2000, 2000};
  private static final long[] HISTOGRAM_STARTS = {900, 900, 0, 950, 950};

  /// The order in which the log of all records has them.
  static final List<String> ALL =
      List.of(
          "series",
          "samples",
          "tombstones",
          "exemplars",
          "markers",
          "metadata",
          "histograms",
          "customHistograms",
          "floatHistograms",
          "customFloatHistograms",
          "samplesV2",
          "histogramsV2",
          "floatHistogramsV2");

  @TempDir Path directory;

  record Case(String name, Consumer<HeapByteSink> encoding, List<String> told) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "series",
            PrometheusRecordsTest::series,
            List.of("series 1 {a=\"bc\"}", "series 2 {__name__=\"up\", job=\"n\u00f6de\"}")),
        new Case(
            "samples",
            sink -> RecordEncoder.samples(sink, REFS, TIMES, VALUES, 0, 5),
            List.of(
                "sample 10 1000 3ff0000000000000",
                "sample 11 1000 7ff0000000000002",
                "sample 9 9192 8000000000000000",
                "sample 10 -5 400921fb54442d18",
                "sample 1099511627776 1700000000000 401c000000000000")),
        new Case(
            "tombstones",
            PrometheusRecordsTest::tombstones,
            List.of("tombstone 3 -1 64", "tombstone 4 " + Long.MIN_VALUE + " " + Long.MAX_VALUE)),
        new Case(
            "exemplars",
            PrometheusRecordsTest::exemplars,
            List.of(
                "exemplar 10 1000 3ff8000000000000 {trace_id=\"abc\"}",
                "exemplar 7 1010 c000000000000000 {}")),
        new Case(
            "markers", PrometheusRecordsTest::markers, List.of("marker 1 100000008", "marker 2 0")),
        new Case(
            "metadata",
            PrometheusRecordsTest::metadata,
            List.of("metadata 1 1 [seconds] [Help \u00f6]", "metadata 300 7 [] []")),
        histograms("histograms", HistogramRecordEncoder::histograms, Golden.histograms(), 1, 2, 4),
        histograms(
            "customHistograms",
            HistogramRecordEncoder::customHistograms,
            Golden.histograms(),
            0,
            3),
        histograms(
            "floatHistograms",
            HistogramRecordEncoder::floatHistograms,
            Golden.floatHistograms(),
            1,
            2,
            4),
        histograms(
            "customFloatHistograms",
            HistogramRecordEncoder::customFloatHistograms,
            Golden.floatHistograms(),
            0,
            3),
        new Case(
            "samplesV2",
            sink -> StartRecordEncoder.samples(sink, REFS, TIMES, STARTS, VALUES, 0, 5),
            List.of(
                "sample 10 1000 3ff0000000000000",
                "sample 11 1000 since 500 7ff0000000000002",
                "sample 9 9192 since 500 8000000000000000",
                "sample 10 -5 400921fb54442d18",
                "sample 1099511627776 1700000000000 since 1600000000000 401c000000000000")),
        new Case(
            "histogramsV2",
            sink ->
                StartRecordEncoder.histograms(
                    sink,
                    HISTOGRAM_REFS,
                    HISTOGRAM_TIMES,
                    HISTOGRAM_STARTS,
                    Golden.histograms(),
                    0,
                    5),
            told(Golden.histograms(), HISTOGRAM_STARTS, 0, 1, 2, 3, 4)),
        new Case(
            "floatHistogramsV2",
            sink ->
                StartRecordEncoder.floatHistograms(
                    sink,
                    HISTOGRAM_REFS,
                    HISTOGRAM_TIMES,
                    HISTOGRAM_STARTS,
                    Golden.floatHistograms(),
                    0,
                    5),
            told(Golden.floatHistograms(), HISTOGRAM_STARTS, 0, 1, 2, 3, 4)));
  }

  private interface HistogramEncoding {
    void write(
        HeapByteSink sink,
        long[] refs,
        long[] timestamps,
        NativeHistogram[] histograms,
        int from,
        int to);
  }

  private static Case histograms(
      String name, HistogramEncoding encoding, NativeHistogram[] histograms, int... kept) {
    return new Case(
        name,
        sink -> encoding.write(sink, HISTOGRAM_REFS, HISTOGRAM_TIMES, histograms, 0, 5),
        told(histograms, new long[5], kept));
  }

  private static List<String> told(NativeHistogram[] histograms, long[] starts, int... kept) {
    var told = new Told();
    for (int i : kept) {
      switch (histograms[i]) {
        case Histogram h -> told.histogram(HISTOGRAM_REFS[i], HISTOGRAM_TIMES[i], starts[i], h);
        case FloatHistogram h ->
            told.floatHistogram(HISTOGRAM_REFS[i], HISTOGRAM_TIMES[i], starts[i], h);
      }
    }
    return told.lines;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writesWhatPrometheusWrites(Case of) {
    HeapByteSink sink = ByteSink.onHeap(16);

    of.encoding.accept(sink);

    assertThat(Logs.hex(sink.toByteArray())).isEqualTo(Golden.line(of.name));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsWhatPrometheusWrites(Case of) {
    assertThat(Told.by(Logs.bytes(Golden.line(of.name)))).isEqualTo(of.told);
  }

  @ParameterizedTest
  @ValueSource(strings = {"series", "floatHistogramsV2"})
  void readsWhatPrometheusCompresses(String name) {
    byte[] frame = Logs.bytes(Golden.line("zstd-" + name));
    var decompressor = new Decompressor();

    int length = decompressor.decompress(Compression.ZSTD, frame, 0, frame.length, 1 << 20);

    assertThat(Logs.hex(Arrays.copyOf(decompressor.array(), length))).isEqualTo(Golden.line(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"log-none", "log-zstd"})
  void readsTheLogOfAllRecords(String name) throws Exception {
    var expected = new ArrayList<String>();
    ALL.forEach(record -> expected.addAll(Told.by(Logs.bytes(Golden.line(record)))));
    expected.removeIf(line -> line.startsWith("histogram 13 "));
    expected.add("metadata 1 2 [s] [newer]");
    expected.add("tombstone 1 0 999");
    expected.add("tombstone 1 0 1001");
    putLog(name);

    var told = new Told();
    try (WalReader reader = WalReader.open(Logs.DISK, directory)) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), told);
      }
    }

    assertThat(told.lines).isEqualTo(expected);
  }

  /// Prometheus writes all records of a checkpoint in one version, with or without starts; here
  /// each keeps its own.
  @ParameterizedTest
  @ValueSource(strings = {"log-none", "log-zstd"})
  void makesTheCheckpointThatPrometheusMakes(String name) throws Exception {
    List<String> v1 = Golden.lines("checkpoint-st-false");
    List<String> v2 = Golden.lines("checkpoint-st-true");
    var expected = new ArrayList<>(v1.subList(0, 7));
    expected.addAll(v2.subList(7, 10));
    expected.addAll(v1.subList(12, 14));
    putLog(name);

    CheckpointStats stats =
        Checkpoint.create(
            Logs.DISK, directory, 0, 0, ref -> ref == 1 || ref == 10, 1001, Compression.ZSTD);

    try (WalReader reader =
        WalReader.open(Logs.DISK, Checkpoint.latest(Logs.DISK, directory).orElseThrow())) {
      assertThat(Logs.readAll(reader)).isEqualTo(expected);
    }
    assertThat(stats).isEqualTo(new CheckpointStats(2, 1, 26, 14, 4, 3, 2, 1, 3, 2, 0));
  }

  private void putLog(String name) throws Exception {
    Logs.putSegment(directory, 0, Golden.file(Golden.line(name)));
    Logs.putSegment(directory, 1, new byte[0]);
  }

  @Test
  void knowsAllRecordsOfTheFile() {
    assertThat(cases().map(Case::name)).isEqualTo(ALL);
  }

  private static void series(HeapByteSink sink) {
    RecordEncoder.seriesStart(sink);
    RecordEncoder.series(sink, 1, Labels.of("a", "bc").encoded());
    RecordEncoder.series(sink, 2, Labels.of("__name__", "up", "job", "n\u00f6de").encoded());
  }

  private static void tombstones(HeapByteSink sink) {
    RecordEncoder.tombstonesStart(sink);
    RecordEncoder.tombstone(sink, 3, -1, 64);
    RecordEncoder.tombstone(sink, 4, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private static void exemplars(HeapByteSink sink) {
    long[] refs = {10, 7};
    long[] times = {1000, 1010};
    long[] values = {bits(1.5), bits(-2)};
    byte[][] labels = {Labels.of("trace_id", "abc").encoded(), {}};
    RecordEncoder.exemplars(sink, refs, times, values, labels, 0, 2);
  }

  private static void markers(HeapByteSink sink) {
    RecordEncoder.mmapMarkersStart(sink);
    RecordEncoder.mmapMarker(sink, 1, 0x100000008L);
    RecordEncoder.mmapMarker(sink, 2, 0);
  }

  private static void metadata(HeapByteSink sink) {
    RecordEncoder.metadataStart(sink);
    RecordEncoder.metadata(sink, 1, 1, "seconds", "Help \u00f6");
    RecordEncoder.metadata(sink, 300, 7, "", "");
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }
}
