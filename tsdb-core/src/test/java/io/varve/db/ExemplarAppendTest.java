package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.ExemplarOutcome;
import io.varve.ExemplarSeries;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import io.varve.model.Exemplar;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExemplarAppendTest {
  private static final long T = 1_700_000_000_000L;
  private static final long RANGE = 7_200_000;
  private static final Labels UP = Labels.of("__name__", "up");
  private static final Labels DOWN = Labels.of("__name__", "down");

  @TempDir Path directory;

  private static VarveOptions options() {
    return VarveOptions.defaults().withMaintenance(false);
  }

  private Varve open() throws IOException {
    return Varve.open(directory, options());
  }

  private static Exemplar exemplar(long timestamp) {
    return new Exemplar(Labels.of("trace_id", "t" + timestamp), 0.5, timestamp);
  }

  private static List<ExemplarSeries> exemplars(Varve db) {
    return db.exemplars(0, Long.MAX_VALUE, List.of(List.of(Matcher.notEqual("__name__", ""))));
  }

  private static ExemplarSeries of(Labels series, long... timestamps) {
    return new ExemplarSeries(
        series, Arrays.stream(timestamps).mapToObj(ExemplarAppendTest::exemplar).toList());
  }

  private static void append(Varve db, Labels series, long... timestamps) {
    try (Appender app = db.appender()) {
      for (long t : timestamps) {
        SeriesRef ref = app.append(series, t, 1).ref();
        app.appendExemplar(ref, exemplar(t));
      }
      app.commit();
    }
  }

  @Test
  void exemplarsAreSeenOnceCommitted() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, T, 1).ref();
      assertThat(app.appendExemplar(up, exemplar(T))).isEqualTo(ExemplarOutcome.ACCEPTED);
      assertThat(exemplars(db)).isEmpty();

      CommitResult result = app.commit();

      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.exemplars().accepted()).isEqualTo(1);
      assertThat(exemplars(db)).containsExactly(of(UP, T));
      assertThat(db.exemplars(T + 1, T + 2, List.of(List.of()))).isEmpty();
    }
  }

  @Test
  void refusedExemplarsAreCountedByReasonAndHurtNothing() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, T, 1).ref();
      app.appendExemplar(up, exemplar(T));
      app.commit();

      app.append(up, T + 1, 1);
      assertThat(app.appendExemplar(up, exemplar(T - 1))).isEqualTo(ExemplarOutcome.OUT_OF_ORDER);
      assertThat(app.appendExemplar(up, exemplar(T))).isEqualTo(ExemplarOutcome.DUPLICATE);
      var tooLong = new Exemplar(Labels.of("trace_id", "x".repeat(200)), 1, T + 1);
      assertThat(app.appendExemplar(up, tooLong)).isEqualTo(ExemplarOutcome.LABELS_TOO_LONG);
      // Only the commit sees that the second is before the first.
      assertThat(app.appendExemplar(up, exemplar(T + 9))).isEqualTo(ExemplarOutcome.ACCEPTED);
      assertThat(app.appendExemplar(up, exemplar(T + 8))).isEqualTo(ExemplarOutcome.ACCEPTED);
      CommitResult result = app.commit();

      assertThat(result.accepted()).isEqualTo(1);
      assertThat(result.rejections()).isEmpty();
      assertThat(result.exemplars().accepted()).isEqualTo(2);
      assertThat(result.exemplars().refused())
          .containsEntry(ExemplarOutcome.OUT_OF_ORDER, 2L)
          .containsEntry(ExemplarOutcome.LABELS_TOO_LONG, 1L)
          .hasSize(2);
      assertThat(exemplars(db)).containsExactly(of(UP, T, T + 9));
      assertThat(db.stats().exemplars().outOfOrder()).isEqualTo(2);
      assertThat(db.stats().exemplars().labelsTooLong()).isEqualTo(1);
      assertThat(db.stats().exemplars().appended()).isEqualTo(2);
    }
  }

  @Test
  void exemplarsOfRefusedSamplesAreKept() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, T, 1).ref();
      app.commit();

      assertThat(app.append(up, T - 1, 1)).isEqualTo(AppendOutcome.OUT_OF_ORDER);
      app.appendExemplar(up, exemplar(T - 1));
      app.commit();

      assertThat(exemplars(db)).containsExactly(of(UP, T - 1));
    }
  }

  @Test
  void rolledBackExemplarsAreForgotten() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.series(UP.encoded(), 0, UP.encoded().length);
      app.appendExemplar(up, exemplar(T));
      app.rollback();
      app.commit();

      assertThat(exemplars(db)).isEmpty();
    }
  }

  @Test
  void storeWithoutExemplarsSaysSoAndLogsNone() throws Exception {
    try (Varve db = Varve.open(directory, options().withMaxExemplars(0));
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, T, 1).ref();
      assertThat(app.appendExemplar(up, exemplar(T))).isEqualTo(ExemplarOutcome.DISABLED);
      assertThat(app.commit().exemplars().refused()).containsEntry(ExemplarOutcome.DISABLED, 1L);
    }
    assertThat(records()).hasSize(2).noneMatch(record -> record.startsWith("04"));
    assertThatThrownBy(() -> options().withMaxExemplars(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void sizeChangesWhileOpen() throws Exception {
    try (Varve db = open()) {
      append(db, UP, T, T + 1, T + 2);
      db.resizeExemplars(2);
      assertThat(exemplars(db)).containsExactly(of(UP, T + 1, T + 2));
      assertThat(db.stats().exemplars().max()).isEqualTo(2);
      assertThatThrownBy(() -> db.resizeExemplars(-1)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void exemplarsAreReplayed() throws Exception {
    try (Varve db = open()) {
      append(db, UP, T, T + 1);
      append(db, DOWN, T + 2);
    }

    try (Varve db = open()) {
      assertThat(exemplars(db)).containsExactly(of(DOWN, T + 2), of(UP, T, T + 1));
      assertThat(db.stats().exemplars().appended()).isEqualTo(3);
    }
    try (Varve db = Varve.open(directory, options().withMaxExemplars(0))) {
      assertThat(exemplars(db)).isEmpty();
    }
    try (Varve db = Varve.openReadOnly(directory, options())) {
      assertThat(exemplars(db)).hasSize(2);
    }
  }

  @Test
  void seriesOfAnExemplarAloneIsLoggedBeforeIt() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.series(UP.encoded(), 0, UP.encoded().length);
      app.appendExemplar(up, exemplar(T));
      assertThat(app.commit().exemplars().accepted()).isEqualTo(1);
    }

    try (Varve db = open()) {
      assertThat(exemplars(db)).containsExactly(of(UP, T));
    }
  }

  /// The bytes of Prometheus' format: record types 1, 2, 4 in this order.
  @Test
  void exemplarsAreLoggedAfterSamplesInRecordsOfType4() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      SeriesRef up = app.append(UP, 1000, 1).ref();
      app.appendExemplar(up, new Exemplar(Labels.of("id", "ab"), 2, 1000));
      app.appendExemplar(up, new Exemplar(Labels.EMPTY, 2, 1001));
      app.commit();
    }

    assertThat(records())
        .containsExactly(
            "01" + "0000000000000001" + "01" + "08" + hex("__name__") + "02" + hex("up"),
            "02" + "0000000000000001" + "00000000000003e8" + "0000" + "3ff0000000000000",
            "04"
                + ("0000000000000001" + "00000000000003e8")
                + ("0000" + "4000000000000000" + "01" + "02" + hex("id") + "02" + hex("ab"))
                + ("0002" + "4000000000000000" + "00"));
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private List<String> records() throws IOException {
    var records = new ArrayList<String>();
    try (WalReader in = WalReader.open(new LocalDisk(), directory.resolve("wal"))) {
      while (in.next()) {
        ByteReader record = in.record();
        int from = record.position();
        records.add(HexFormat.of().formatHex(record.array(), from, from + record.remaining()));
      }
    }
    return records;
  }

  @Test
  void checkpointKeepsTheExemplarsThatAreNotInBlocks() throws Exception {
    VarveOptions small =
        options()
            .withWalSegmentBytes(32 << 10)
            .withWalCompression(Compression.NONE)
            .withHeadSnapshot(false);
    long start = T / RANGE * RANGE;
    long end = start + 2 * RANGE;
    try (Varve db = Varve.open(directory, small)) {
      for (long t = start; t < end; t += 5_000) {
        append(db, UP, t);
      }
      db.maintain();
      assertThat(db.stats().checkpoints()).isPositive();
      assertThat(exemplars(db).getFirst().exemplars()).hasSize((int) (2 * RANGE / 5_000));
    }

    try (Varve db = Varve.open(directory, small)) {
      List<Exemplar> left = exemplars(db).getFirst().exemplars();
      assertThat(left).hasSize((int) (RANGE / 5_000));
      assertThat(left.getFirst()).isEqualTo(exemplar(start + RANGE));
      assertThat(left.getLast()).isEqualTo(exemplar(end - 5_000));
    }
  }

  @Test
  void exemplarsOutliveTheirSeriesInTheHead() throws Exception {
    long start = T / RANGE * RANGE;
    try (Varve db = open()) {
      append(db, DOWN, start);
      append(db, UP, start + 1, start + RANGE, start + 2 * RANGE);
      db.maintain();
      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(exemplars(db)).hasSize(2);

      append(db, DOWN, start + 2 * RANGE);
      assertThat(exemplars(db).getFirst()).isEqualTo(of(DOWN, start, start + 2 * RANGE));
    }
  }

  @Test
  void findsSeriesWithoutMakingThem() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      byte[] up = UP.encoded();
      assertThat(app.existingSeries(up, 0, up.length)).isNull();
      SeriesRef made = app.series(up, 0, up.length);
      assertThat(app.existingSeries(up, 0, up.length)).isSameAs(made);
      assertThat(db.stats().headSeries()).isEqualTo(1);
    }
  }
}
