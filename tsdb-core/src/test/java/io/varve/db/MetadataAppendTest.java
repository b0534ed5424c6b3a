package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.wal.Checkpoint;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataAppendTest {
  private static final long T = 1_700_000_000_000L;
  private static final long RANGE = 7_200_000;
  private static final Labels BUCKET = Labels.of("__name__", "latency_bucket", "le", "1");
  private static final Labels COUNT = Labels.of("__name__", "latency_count");
  private static final Labels TOTAL = Labels.of("__name__", "requests_total");
  private static final Metadata LATENCY = new Metadata(MetricType.HISTOGRAM, "seconds", "How long");
  private static final Metadata REQUESTS = new Metadata(MetricType.COUNTER, "", "Requests");

  @TempDir Path directory;

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false);
  }

  private Varve open() throws IOException {
    return Varve.open(directory, options());
  }

  private static void append(Varve db, long t, Labels... series) {
    try (Appender app = db.appender()) {
      for (Labels labels : series) {
        app.append(labels, t, 1);
      }
      app.commit();
    }
  }

  private static void tell(Varve db, String family, Metadata metadata) {
    try (Appender app = db.appender()) {
      assertThat(app.updateMetadata(family, metadata)).isTrue();
      app.commit();
    }
  }

  private static void tell(Varve db, Labels series, Metadata metadata) {
    try (Appender app = db.appender()) {
      app.updateMetadata(app.series(series.encoded(), 0, series.encoded().length), metadata);
      app.commit();
    }
  }

  /// Records of metadata in the log, in hexadecimal.
  private List<String> records() throws IOException {
    var records = new ArrayList<String>();
    try (WalReader in = WalReader.open(new LocalDisk(), directory.resolve("wal"))) {
      while (in.next()) {
        ByteReader record = in.record();
        int from = record.position();
        String hex = HexFormat.of().formatHex(record.array(), from, from + record.remaining());
        if (hex.startsWith("06")) {
          records.add(hex);
        }
      }
    }
    return records;
  }

  private static String hex(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().toHexDigits((byte) bytes.length) + HexFormat.of().formatHex(bytes);
  }

  private static String entry(String ref, String type, Metadata metadata) {
    return ref
        + type
        + "02"
        + (hex("UNIT") + hex(metadata.unit()))
        + (hex("HELP") + hex(metadata.help()));
  }

  @Test
  void metadataOfSeriesIsLoggedOnceAndReplayed() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef total = app.append(TOTAL, T, 1).ref();
      app.updateMetadata(total, REQUESTS);
      assertThat(db.metadata()).isEmpty();
      app.commit();
      assertThat(db.metadata()).isEqualTo(Map.of("requests_total", List.of(REQUESTS)));

      app.updateMetadata(total, REQUESTS);
      app.commit();
    }
    assertThat(records()).containsExactly("06" + entry("01", "01", REQUESTS));

    try (Varve db = open()) {
      assertThat(db.metadata()).isEqualTo(Map.of("requests_total", List.of(REQUESTS)));
    }
  }

  @Test
  void newestMetadataOfASeriesCounts() throws Exception {
    var other = new Metadata(MetricType.GAUGE, "", "Other");
    try (Varve db = open()) {
      append(db, T, TOTAL);
      tell(db, TOTAL, REQUESTS);
      tell(db, TOTAL, other);
      assertThat(db.metadata()).isEqualTo(Map.of("requests_total", List.of(other)));
    }
    try (Varve db = open()) {
      assertThat(db.metadata()).isEqualTo(Map.of("requests_total", List.of(other)));
    }
  }

  @Test
  void seriesOfAFamilyThatDifferAreAllShown() throws Exception {
    var other = new Metadata(MetricType.HISTOGRAM, "seconds", "How long, otherwise");
    try (Varve db = open()) {
      tell(db, BUCKET, LATENCY);
      tell(db, COUNT, other);
      assertThat(db.metadata()).isEqualTo(Map.of("latency", List.of(LATENCY, other)));
    }
  }

  @Test
  void metadataOfAFamilyIsLoggedWithOneOfItsSeriesAndOutlivesARestart() throws Exception {
    try (Varve db = open()) {
      append(db, T, BUCKET, COUNT, TOTAL);
      tell(db, "latency", LATENCY);
      tell(db, "requests", REQUESTS);
      tell(db, "latency", LATENCY);
      assertThat(db.metadata())
          .isEqualTo(Map.of("latency", List.of(LATENCY), "requests", List.of(REQUESTS)));
    }
    assertThat(records())
        .containsExactly("06" + entry("02", "03", LATENCY), "06" + entry("03", "01", REQUESTS));

    try (Varve db = open()) {
      // Only the sender knows that the exposition leaves _total out of the name of the family.
      assertThat(db.metadata())
          .isEqualTo(Map.of("latency", List.of(LATENCY), "requests_total", List.of(REQUESTS)));
      tell(db, "latency", LATENCY);
      tell(db, "requests", REQUESTS);
      assertThat(db.metadata())
          .isEqualTo(Map.of("latency", List.of(LATENCY), "requests", List.of(REQUESTS)));
    }
    assertThat(records()).hasSize(2);
  }

  @Test
  void familyWithoutSeriesIsKnownInMemoryAndLoggedOnceItHasOne() throws Exception {
    try (Varve db = open()) {
      tell(db, "latency", LATENCY);
      assertThat(db.metadata()).isEqualTo(Map.of("latency", List.of(LATENCY)));
      append(db, T, COUNT);
      assertThat(records()).isEmpty();
      tell(db, "latency", LATENCY);
      assertThat(records()).hasSize(1);
    }
  }

  @Test
  void familyGetsAnotherSeriesWhenItsOwnIsGone() throws Exception {
    long start = T / RANGE * RANGE;
    try (Varve db = open()) {
      append(db, start, COUNT);
      tell(db, "latency", LATENCY);
      append(db, start + 2 * RANGE, BUCKET);
      db.maintain();
      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(db.metadata()).isEqualTo(Map.of("latency", List.of(LATENCY)));
      tell(db, "latency", LATENCY);
    }
    assertThat(records()).hasSize(2);

    try (Varve db = open()) {
      assertThat(db.metadata()).isEqualTo(Map.of("latency", List.of(LATENCY)));
    }
  }

  @Test
  void metadataLeavesWithItsSeries() throws Exception {
    long start = T / RANGE * RANGE;
    try (Varve db = open()) {
      append(db, start, TOTAL);
      tell(db, TOTAL, REQUESTS);
      append(db, start + 2 * RANGE, COUNT);
      db.maintain();
      assertThat(db.metadata()).isEmpty();
    }
  }

  @Test
  void checkpointKeepsMetadata() throws Exception {
    VarveOptions small =
        options().withWalSegmentBytes(32 << 10).withWalCompression(Compression.NONE);
    long start = T / RANGE * RANGE;
    try (Varve db = Varve.open(directory, small)) {
      append(db, start, COUNT);
      tell(db, "latency", LATENCY);
      for (long t = start + 1000; t < start + 2 * RANGE; t += 2_000) {
        append(db, t, COUNT, TOTAL);
      }
      db.maintain();
      assertThat(Checkpoint.latest(new LocalDisk(), directory.resolve("wal"))).isPresent();
      assertThat(records()).isEmpty();
    }

    try (Varve db = Varve.open(directory, small)) {
      assertThat(db.metadata()).isEqualTo(Map.of("latency", List.of(LATENCY)));
    }
  }

  @Test
  void rolledBackMetadataIsForgotten() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef total = app.append(TOTAL, T, 1).ref();
      app.updateMetadata(total, REQUESTS);
      app.updateMetadata("latency", LATENCY);
      app.rollback();
      app.commit();
      assertThat(db.metadata()).isEmpty();
    }
  }

  @Test
  void memoryForFamiliesIsBounded() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      assertThat(app.updateMetadata("", LATENCY)).isFalse();
      var endless = new Metadata(MetricType.GAUGE, "", "x".repeat(17_000));
      assertThat(app.updateMetadata("x", endless)).isFalse();
      for (int i = 0; i < 10_005; i++) {
        app.updateMetadata("family" + i, LATENCY);
      }
      app.commit();
      assertThat(db.metadata())
          .hasSize(10_000)
          .doesNotContainKey("family4")
          .containsKeys("family5", "family10004");
    }
  }
}
