package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Querier;
import io.varve.ReplayProgress;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.SnapshotStats;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.MemoryDisk;
import io.varve.fixture.Property;
import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import io.varve.model.CounterReset;
import io.varve.model.Exemplar;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.Metadata;
import io.varve.model.MetricType;
import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import io.varve.model.SampleValue;
import io.varve.model.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeadSnapshotTest {
  private static final Path DATA = Path.of("/data");
  private static final Path SNAPSHOT = DATA.resolve("varve-head-snapshot");
  private static final long T = 1_700_000_000_000L;
  private static final int SAMPLES = 300;
  private static final double STALE = Double.longBitsToDouble(SampleValue.STALE_NAN_BITS);
  private static final Labels UP = Labels.of("__name__", "up", "job", "node");
  private static final Labels SIZE = Labels.of("__name__", "size", "job", "node");

  private final MemoryDisk disk = new MemoryDisk();
  private final VarveOptions options =
      VarveOptions.defaults()
          .withDisk(disk)
          .withMaintenance(false)
          .withRetention(Duration.ZERO)
          .withOutOfOrderWindow(Duration.ofHours(10));

  private static Histogram histogram(long count) {
    return new Histogram(
        CounterReset.UNKNOWN,
        0,
        0.001,
        0,
        count,
        count,
        new Spans(new int[] {0}, new int[] {1}),
        Spans.NONE,
        new long[] {count},
        new long[0],
        new double[0]);
  }

  /// Some of everything.
  private void fill(Varve db) {
    try (Appender app = db.appender()) {
      SeriesRef up = app.series(UP);
      SeriesRef size = app.series(SIZE);
      for (int i = 0; i < SAMPLES; i++) {
        assertThat(app.append(up, T + i * 15_000L, i % 3)).isEqualTo(AppendOutcome.ACCEPTED);
        app.append(size, T + i * 15_000L, histogram(i));
      }
      app.commit();
      app.append(up, T + 1, 0.5);
      app.append(size, T + 2, histogram(1));
      app.appendExemplar(up, new Exemplar(Labels.of("trace", "x"), 1, T + 5));
      app.updateMetadata(up, new Metadata(MetricType.GAUGE, "", "whether it is up"));
      app.commit();
    }
  }

  private static List<String> content(Varve db) {
    var lines = new ArrayList<String>();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series = querier.select(Matcher.regex("__name__", ".+"));
      while (series.next()) {
        SampleCursor c = series.samples();
        while (c.next()) {
          boolean isFloat = c.kind() == SampleKind.FLOAT;
          Object value = isFloat ? (Object) c.value() : c.floatHistogram().count();
          lines.add(series.labels() + " " + c.timestamp() + " " + value);
        }
      }
    }
    var all = List.of(List.of(Matcher.regex("__name__", ".+")));
    lines.add(db.exemplars(Long.MIN_VALUE, Long.MAX_VALUE, all).toString());
    lines.add(db.metadata().toString());
    return lines;
  }

  private List<String> makeSnapshot() throws IOException {
    try (Varve db = Varve.open(DATA, options)) {
      fill(db);
      List<String> content = content(db);
      assertThat(content).hasSize(2 * SAMPLES + 2 + 2);
      return content;
    }
  }

  private byte[] snapshot() throws IOException {
    return disk.readAll(SNAPSHOT, 1 << 20);
  }

  private SnapshotStats openAndExpect(List<String> content) throws IOException {
    try (Varve db = Varve.openReadOnly(DATA, options)) {
      assertThat(content(db)).isEqualTo(content);
      return db.stats().snapshot();
    }
  }

  @Test
  void isUsedOnceByTheNextWriter() throws Exception {
    List<String> content = makeSnapshot();

    assertThat(openAndExpect(content)).isEqualTo(new SnapshotStats(true, 0));
    assertThat(disk.list(DATA)).contains("varve-head-snapshot");
    Varve killed = Varve.open(DATA, options);
    assertThat(killed.stats().snapshot()).isEqualTo(new SnapshotStats(true, 0));
    assertThat(content(killed)).isEqualTo(content);
    assertThat(disk.list(DATA)).doesNotContain("varve-head-snapshot");

    assertThat(openAndExpect(content)).isEqualTo(SnapshotStats.NONE);
    killed.close();
  }

  @Test
  void isNotMadeNorUsedIfNotWanted() throws Exception {
    List<String> content = makeSnapshot();
    VarveOptions without = options.withHeadSnapshot(false);

    try (Varve db = Varve.open(DATA, without)) {
      assertThat(content(db)).isEqualTo(content);
      assertThat(db.stats().snapshot()).isEqualTo(SnapshotStats.NONE);
    }

    assertThat(disk.list(DATA)).doesNotContain("varve-head-snapshot");
  }

  @Test
  void isWrittenAsSpecified() throws Exception {
    try (Varve db = Varve.open(DATA, options.withMaxExemplars(7))) {
      try (Appender app = db.appender()) {
        app.append(Labels.of("a", "b", "c", "d"), 1000, 1);
        app.append(Labels.of("a", "b", "c", "e"), 1001, 1);
        app.commit();
      }
    }

    // A frame that LZ4 does not make shorter is stored as it is.
    String hex = HexFormat.of().formatHex(snapshot());
    assertThat(hex).startsWith("5648534e" + "01000000" + "01" + "00000000");
    assertThat(hex.substring(0, hex.length() - 8))
        .endsWith("06" + "00000002" + "00000008" + "00000008" + "0000000000000002");
    String state = "8000000000000000".repeat(2) + "00000000000003e8" + "00000000000003e9";
    state +=
        "0000000000000002"
            + "00000000006ddd00"
            + "00"
            + "00000007"
            + "00"
            + "0c77616c2f3030303030303030";
    // Chunks of one sample: count, time as a varint, value. Both are left at the end of 2 h.
    String first = "02" + "02" + "0001610162" + "0001630164" + "01" + "00" + "00";
    first += "01" + "0c" + "0001" + "d00f" + "3ff0000000000000" + "b0e4ee06";
    String second = "02" + "02" + "01" + "0001630165" + "00" + "00" + "00";
    second += "01" + "0c" + "0001" + "d20f" + "3ff0000000000000" + "aee4ee06";
    try (var in = SnapshotFrameReader.open(disk, SNAPSHOT)) {
      assertThat(in.next()).isEqualTo(1);
      assertThat(hex(in.data())).startsWith(state);
      assertThat(in.next()).isEqualTo(2);
      assertThat(hex(in.data())).isEqualTo(first + second);
      assertThat(in.next()).isEqualTo(6);
    }
  }

  /// Below compatibility with 3.13 the log does not say that a series has left.
  @Test
  void seriesThatHaveEndedAreWrittenAsSpecified() throws Exception {
    Labels gone = Labels.of("a", "b", "c", "d");
    VarveOptions early = options.withStaleSeriesCompactionThreshold(0.5);
    try (Varve db = Varve.open(DATA, early);
        Appender app = db.appender()) {
      app.append(Labels.of("a", "b", "c", "e"), 1003, 1);
      app.append(gone, 1001, STALE);
      app.commit();
      db.maintain();
      assertThat(db.stats().headSeries()).isEqualTo(1);
      app.append(Labels.of("a", "b", "c", "e"), 1004, STALE);
      app.commit();
    }

    try (var in = SnapshotFrameReader.open(disk, SNAPSHOT)) {
      assertThat(in.next()).isEqualTo(1);
      assertThat(in.next()).isEqualTo(2);
      // Reference 1, two new labels, the newest of all; no full chunk; XOR and a stale marker.
      assertThat(hex(in.data()))
          .startsWith("02" + "02" + "0001610162" + "0001630165" + "00" + "00" + "00" + "81");
      assertThat(in.next()).isEqualTo(4);
      // Reference 2, segment 0, 3 ms before the newest.
      assertThat(hex(in.data())).isEqualTo("04" + "00" + "05");
      assertThat(in.next()).isEqualTo(5);
      assertThat(hex(in.data())).isEqualTo(HexFormat.of().toHexDigits(gone.hash()) + "05");
      assertThat(in.next()).isEqualTo(6);
    }
    try (Varve db = Varve.open(DATA, early);
        Appender app = db.appender()) {
      assertThat(db.stats().staleSeries().series()).isEqualTo(1);
      assertThat(app.append(gone, 1001, 1).outcome())
          .isEqualTo(AppendOutcome.DUPLICATE_FOR_TIMESTAMP);
      assertThat(app.append(gone, 1002, 1).outcome()).isEqualTo(AppendOutcome.ACCEPTED);
    }
  }

  /// Whoever asks while a head is opened learns early whether the blocks alone can answer.
  @Test
  void tellsWhetherThereAreSamplesOutOfOrder() throws Exception {
    makeSnapshot();
    assertThat(statusOfOpening().mayBeOutOfOrder()).isTrue();

    disk.deleteRecursively(DATA);
    try (Varve db = Varve.open(DATA, options);
        Appender app = db.appender()) {
      app.append(UP, T, 1);
      app.commit();
    }
    ReplayStatus status = statusOfOpening();
    assertThat(status.mayBeOutOfOrder()).isFalse();
    assertThat(status.progress()).isEqualTo(ReplayProgress.DONE);
  }

  private ReplayStatus statusOfOpening() throws IOException {
    var status = new ReplayStatus();
    try (Head head = Head.open(DATA, options, Long.MIN_VALUE, true, status)) {
      assertThat(head.stats().snapshot().used()).isTrue();
    }
    return status;
  }

  private static String hex(ByteReader data) {
    int from = data.position();
    return HexFormat.of().formatHex(data.array(), from, from + data.remaining());
  }

  @Test
  void whatIsCutShortIsLeftAside() throws Exception {
    List<String> content = makeSnapshot();
    byte[] whole = snapshot();

    for (int length = 0; length < whole.length; length++) {
      disk.with(SNAPSHOT.toString(), Arrays.copyOf(whole, length));
      assertThat(openAndExpect(content))
          .as("%d bytes", length)
          .isEqualTo(new SnapshotStats(false, 1));
      assertThat(HeadSnapshotVerifier.verify(disk, SNAPSHOT)).isPresent();
    }
    disk.with(SNAPSHOT.toString(), Arrays.copyOf(whole, whole.length + 1));
    assertThat(openAndExpect(content)).isEqualTo(new SnapshotStats(false, 1));
  }

  @Test
  void whatHasAFlippedByteIsLeftAside() throws Exception {
    List<String> content = makeSnapshot();
    byte[] whole = snapshot();
    assertThat(HeadSnapshotVerifier.verify(disk, SNAPSHOT)).isEmpty();

    for (int at = 0; at < whole.length; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) 0xff;
      disk.with(SNAPSHOT.toString(), flipped);
      assertThat(openAndExpect(content)).as("byte %d", at).isEqualTo(new SnapshotStats(false, 1));
    }
  }

  @Test
  void aDamagedOneIsDeletedByTheNextWriter() throws Exception {
    List<String> content = makeSnapshot();
    byte[] damaged = snapshot();
    damaged[damaged.length / 2] ^= 1;
    disk.with(SNAPSHOT.toString(), damaged);

    Varve db = Varve.open(DATA, options);

    assertThat(content(db)).isEqualTo(content);
    assertThat(db.stats().snapshot()).isEqualTo(new SnapshotStats(false, 1));
    assertThat(disk.list(DATA)).doesNotContain("varve-head-snapshot");
    db.close();
  }

  /// With a checksum that is right, there is no end to what a frame may say.
  @Test
  void whatLiesBehindAChecksumIsNotBelieved() throws Exception {
    List<String> content = makeSnapshot();
    byte[] whole = snapshot();

    Property.forAll(
        600,
        random -> {
          disk.with(SNAPSHOT.toString(), Frames.changed(disk, SNAPSHOT, whole, random));
          try (Varve db = Varve.openReadOnly(DATA, options)) {
            if (!db.stats().snapshot().used()) {
              assertThat(content(db)).isEqualTo(content);
            } else {
              var ignored = readable(db);
            }
          }
        });
  }

  private static boolean readable(Varve db) {
    try {
      return !content(db).isEmpty();
    } catch (CorruptionException e) {
      return false;
    }
  }

  /// A program that takes no notice of the snapshot, as Prometheus, and leaves it there.
  @Test
  void isNotUsedOnceAnotherProgramHasWritten() throws Exception {
    makeSnapshot();
    byte[] old = snapshot();
    List<String> content;
    try (Varve other = Varve.open(DATA, options.withHeadSnapshot(false))) {
      try (Appender app = other.appender()) {
        app.append(UP, T + 5_000_000, 42);
        app.commit();
      }
      content = content(other);
    }
    disk.with(SNAPSHOT.toString(), old);

    assertThat(openAndExpect(content)).isEqualTo(SnapshotStats.NONE);
  }

  @Test
  void isNotUsedOnceAnotherProgramHasOpened() throws Exception {
    List<String> content = makeSnapshot();
    byte[] old = snapshot();
    Varve.open(DATA, options.withHeadSnapshot(false)).close();
    disk.with(SNAPSHOT.toString(), old);

    assertThat(openAndExpect(content)).isEqualTo(SnapshotStats.NONE);
  }

  @Test
  void isNotUsedIfAnyFileIsGone() throws Exception {
    makeSnapshot();

    for (String name : List.of("chunks_head/000001", "wal/00000000", "wbl/00000000")) {
      byte[] kept = disk.readAll(DATA.resolve(name), 1 << 20);
      disk.delete(DATA.resolve(name));
      try (Varve db = Varve.openReadOnly(DATA, options)) {
        assertThat(db.stats().snapshot().used()).isFalse();
      }
      disk.with("/data/" + name, kept);
    }
    try (Varve db = Varve.openReadOnly(DATA, options)) {
      assertThat(db.stats().snapshot().used()).isTrue();
    }
  }

  @Test
  void isNotUsedForAHeadThatWouldMakeOtherChunks() throws Exception {
    List<String> content = makeSnapshot();

    try (Varve db = Varve.openReadOnly(DATA, options.withBlockRange(Duration.ofHours(1)))) {
      assertThat(db.stats().snapshot()).isEqualTo(SnapshotStats.NONE);
      assertThat(content(db)).isEqualTo(content);
    }
  }

  /// The log makes damaged chunks anew, but only if it is asked.
  @Test
  void isNotMadeOfChunksThatAreFoundDamaged() throws Exception {
    List<String> content = makeSnapshot();
    Varve db = Varve.open(DATA, options);
    try (var chunks = disk.openForWrite(DATA.resolve("chunks_head/000001"))) {
      chunks.write(new byte[] {42, 42, 42, 42}, 0, 4, 60);
    }
    assertThat(readable(db)).isFalse();

    db.close();

    assertThat(disk.list(DATA)).doesNotContain("varve-head-snapshot");
    Varve again = Varve.open(DATA, options);
    assertThat(content(again)).isEqualTo(content);
    again.close();
  }

  @Test
  void whatWasNotLoggedIsNotInIt() throws Exception {
    Varve db = Varve.open(DATA, options);
    Appender app = db.appender();
    app.append(UP, T, 1);
    app.append(SIZE, T, 2);
    app.rollback();
    app.append(UP, T, 1);
    app.commit();
    app.append(SIZE, T + 1, 2);
    db.close();

    try (Varve again = Varve.openReadOnly(DATA, options)) {
      assertThat(again.stats().snapshot().used()).isTrue();
      assertThat(again.stats().headSeries()).isEqualTo(1);
      assertThat(content(again)).startsWith(UP + " " + T + " 1.0").hasSize(3);
    }
  }

  @Test
  void referencesAreNotGivenAgain() throws Exception {
    long last;
    try (Varve db = Varve.open(DATA, options)) {
      fill(db);
      try (Appender app = db.appender()) {
        last = app.series(Labels.of("__name__", "rolled back")).id();
      }
    }

    try (Varve db = Varve.open(DATA, options);
        Appender app = db.appender()) {
      assertThat(app.series(UP).id()).isLessThan(last);
      assertThat(app.series(Labels.of("__name__", "new")).id()).isEqualTo(last + 1);
    }
  }
}
