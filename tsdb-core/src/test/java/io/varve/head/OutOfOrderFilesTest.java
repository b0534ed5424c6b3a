package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.Appender;
import io.varve.CommitResult;
import io.varve.Querier;
import io.varve.SeriesRef;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.fixture.FaultyDisk;
import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.io.Crc32c;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import io.varve.model.CounterReset;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.model.Spans;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import io.varve.wal.Wal;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files of samples out of order, WBL and chunks_head: what is written, byte for byte, and what
/// is read of them when some are lost or damaged.
class OutOfOrderFilesTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final long NEWEST = START + 3_600_000;
  private static final Labels UP = Labels.of("__name__", "up");

  @TempDir Path directory;

  private static VarveOptions options() {
    return VarveOptions.defaults()
        .withMaintenance(false)
        .withHeadSnapshot(false)
        .withWalCompression(Compression.NONE)
        .withOutOfOrderWindow(Duration.ofHours(2));
  }

  private Varve open() throws IOException {
    return Varve.open(directory, options());
  }

  /// Adds samples in one commit, each with its offset as its value.
  private static void append(Varve db, long... offsets) {
    try (Appender app = db.appender()) {
      for (long offset : offsets) {
        assertThat(app.append(UP, START + offset, (double) offset).outcome().stored()).isTrue();
      }
      assertThat(app.commit()).isEqualTo(new CommitResult(offsets.length, List.of()));
    }
  }

  private static long[] range(int from, int to) {
    return LongStream.range(from, to).toArray();
  }

  private static List<Long> offsets(Varve db) {
    var found = new ArrayList<Long>();
    try (Querier q = db.querier(0, NEWEST - 1)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "up"));
      while (set.next()) {
        SampleCursor c = set.samples();
        while (c.next()) {
          found.add(c.timestamp() - START);
        }
      }
    }
    return found;
  }

  private static List<Long> expected(int to) {
    return LongStream.range(0, to).boxed().toList();
  }

  private List<String> wbl() throws IOException {
    var records = new ArrayList<String>();
    try (WalReader in = WalReader.open(new LocalDisk(), directory.resolve("wbl"))) {
      while (in.next()) {
        ByteReader record = in.record();
        byte[] bytes =
            Arrays.copyOfRange(
                record.array(), record.position(), record.position() + record.remaining());
        records.add(HexFormat.of().formatHex(bytes));
      }
    }
    return records;
  }

  private Path wblSegment(int number) {
    return directory.resolve("wbl/0000000" + number);
  }

  private Path chunkFile() {
    return directory.resolve("chunks_head/000001");
  }

  private static String hex(long value) {
    return String.format("%016x", value);
  }

  @Test
  void aCommitOutOfOrderIsASampleRecordOfTheWbl() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      assertThat(directory.resolve("wbl")).doesNotExist();
      append(db, 1);

      assertThat(wbl())
          .containsExactly("02" + hex(1) + hex(START + 1) + "0000" + "3ff0000000000000");
      assertThat(chunkFile()).doesNotExist();
    }
  }

  @Test
  void aFullBufferIsAChunkWithTheBitAndAMarkerBeforeTheNextSample() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 32));
      append(db, 33, 34);

      assertThat(wbl()).hasSize(3);
      assertThat(wbl().get(1)).isEqualTo("05" + hex(1) + "0000000100000008");
      assertThat(wbl().get(2))
          .isEqualTo(
              "02"
                  + hex(1)
                  + hex(START + 33)
                  + "0000" // the same series and time
                  + "4040800000000000"
                  + "0002" // 1 ms later
                  + "4041000000000000");
    }

    byte[] file = Files.readAllBytes(chunkFile());
    ByteReader in = new ByteReader(file, 0, file.length, chunkFile(), 0);
    assertThat(in.readInt()).isEqualTo(0x0130BC91);
    assertThat(in.readInt()).isEqualTo(0x01000000);
    assertThat(in.readLong()).isEqualTo(1);
    assertThat(in.readLong()).isEqualTo(START);
    assertThat(in.readLong()).isEqualTo(START + 31);
    assertThat(in.readByte()).isEqualTo(0x81);
    int length = in.readLength(1);
    assertThat(in.readShort()).isEqualTo(32);
    in.skip(length - 2);
    int crc = Crc32c.of(file, 8, in.position() - 8);
    assertThat(in.readInt()).isEqualTo(crc);
    assertThat(in.remaining()).isZero();
  }

  @Test
  void aMarkerComesAfterAllSamplesOfItsSeriesHoweverManyOfOneCommit() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 100));
    }

    assertThat(wbl().stream().map(record -> record.substring(0, 2)))
        .containsExactly("02", "05", "02", "05", "02", "05", "02");
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(100));
      assertThat(db.stats().outOfOrder().wblReplayUnknownRefs()).isZero();
    }
  }

  @Test
  void markersOfSeveralSeriesAreOneRecord() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      for (int i = 0; i < 5; i++) {
        app.append(Labels.of("i", "" + i), NEWEST, 1);
      }
      app.commit();
      for (int t = 0; t < 33; t++) {
        for (int i = 0; i < 5; i++) {
          app.append(Labels.of("i", "" + i), START + t, 1);
        }
        app.commit();
      }
    }

    assertThat(wbl().stream().filter(record -> record.startsWith("05")))
        .singleElement()
        .satisfies(record -> assertThat(record).hasSize(2 * (1 + 5 * 16)));
  }

  @Test
  void chunksThatWereLostAreMadeAnewOnceForAll() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 100));
    }
    Files.delete(chunkFile());
    long chunks;
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(100));
      append(db, 100, 101);
      chunks = db.stats().headChunks();
    }
    int logged = wbl().size();

    for (int i = 0; i < 3; i++) {
      try (Varve db = open()) {
        assertThat(offsets(db)).isEqualTo(expected(102));
        assertThat(db.stats().headChunks()).isEqualTo(chunks);
      }
    }
    assertThat(wbl()).hasSize(logged);
  }

  /// A marker that names a chunk of the second file speaks for those of the first, too.
  @Test
  void aChunkFileIsSafeBeforeTheNextOneIsThere() throws Exception {
    var calls = new ArrayList<String>();
    var disk = new FaultyDisk(new LocalDisk());
    disk.failBy((call, path) -> {
      if (path.toString().contains("chunks_head")) {
        calls.add(call + " " + path.getFileName());
      }
    });
    for (int from = 0; from < 100; from += 50) {
      try (Varve db = Varve.open(directory, options().withDisk(disk))) {
        append(db, NEWEST - START + from);
        append(db, range(from, from + 50));
      }
    }
    assertThat(calls)
        .containsSubsequence("SYNC 000001", "SYNC_DIRECTORY chunks_head", "CREATE 000002");
    calls.clear();

    try (Varve db = Varve.open(directory, options().withDisk(disk))) {
      append(db, range(100, 150));
      append(db, 5 * (NEWEST - START));
      db.maintain();
      db.maintain();
    }
    assertThat(calls).containsSubsequence("SYNC 000002", "CREATE 000003", "SYNC 000003");
  }

  @Test
  void aStoreThatCannotBeOpenedLeavesNoFileOpen() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 40));
    }
    var disk = new FaultyDisk(new LocalDisk());
    disk.failBy((call, path) -> {
      if (call == FaultyDisk.Call.CREATE && path.getParent().endsWith("wbl")) {
        throw new IOException("no segment");
      }
    });

    assertThatThrownBy(() -> Varve.open(directory, options().withDisk(disk)))
        .hasMessage("no segment");

    assertThat(disk.openFiles()).isZero();
    assertThat(disk.openMappings()).isZero();
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(40));
    }
  }

  @Test
  void aStoreOpensIfOnlyMarkersCannotBeLogged() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 100));
    }
    Files.delete(chunkFile());
    var disk = new FaultyDisk(new LocalDisk());
    disk.failBy((call, path) -> {
      if (call == FaultyDisk.Call.WRITE && path.getParent().endsWith("wbl")) {
        throw new IOException("no record");
      }
    });

    try (Varve db = Varve.open(directory, options().withDisk(disk))) {
      assertThat(offsets(db)).isEqualTo(expected(100));
      disk.heal();
      append(db, 100);
    }
    assertThat(wbl().stream().map(record -> record.substring(0, 2))).endsWith("05", "02");
  }

  @Test
  void whatCanBeLoggedIsAppliedAndWhatIsRejectedIsCountedEvenIfTheRestCannot() throws Exception {
    var failing = new AtomicBoolean();
    try (Varve db = Varve.open(directory, options().withDisk(disk(failing)));
        Appender app = db.appender()) {
      append(db, NEWEST - START);
      failing.set(true);
      app.append(UP, NEWEST + 1, 1);
      app.append(UP, START + 1, 1);
      app.append(UP, START - 7_200_000, 1);
      assertThatThrownBy(app::commit).isInstanceOf(UncheckedIOException.class);
      failing.set(false);

      assertThat(db.stats().samplesTooOld()).isEqualTo(1);
      assertThat(db.stats().samplesAppended()).isEqualTo(3);
    }
  }

  /// A buffer of floats and histograms becomes two chunks, of which the second is lost.
  @Test
  void aMarkerCountsOnlyIfAllItsChunksAreThere() throws Exception {
    try (Varve db = open();
        Appender app = db.appender()) {
      append(db, NEWEST - START);
      append(db, range(0, 20));
      SeriesRef up = app.series(UP.encoded(), 0, UP.encoded().length);
      for (int t = 20; t < 33; t++) {
        app.append(up, START + t, histogram(t));
      }
      app.commit();
    }
    byte[] chunks = Files.readAllBytes(chunkFile());
    Files.write(chunkFile(), Arrays.copyOf(chunks, chunks.length - 1));

    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(33));
    }
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(33));
    }
  }

  private static Histogram histogram(long count) {
    return new Histogram(
        CounterReset.GAUGE,
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

  @Test
  void chunksStayWithoutTheWbl() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 40));
    }
    Files.delete(wblSegment(0));
    Files.delete(directory.resolve("wbl"));

    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(32));
    }
  }

  @Test
  void aDamagedWblIsReadUpToTheDamage() throws Exception {
    long firstCommits;
    try (Varve db = open()) {
      append(db, NEWEST - START);
      append(db, range(0, 10));
      firstCommits = Files.size(wblSegment(0));
      append(db, 10, 11);
    }
    byte[] segment = Files.readAllBytes(wblSegment(0));
    segment[(int) firstCommits + 20] ^= 1;
    Files.write(wblSegment(0), segment);

    assertThatThrownBy(() -> Varve.openReadOnly(directory, options()))
        .hasMessageContaining("00000000");
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(10));
      assertThat(db.stats().walCorruptions()).isEqualTo(1);
      append(db, 10);
    }
    assertThat(directory.resolve("quarantine-1/wbl/00000000")).exists();
    try (Varve db = open()) {
      assertThat(offsets(db)).isEqualTo(expected(11));
      assertThat(db.stats().walCorruptions()).isZero();
    }
  }

  @Test
  void samplesOfUnknownSeriesAreCountedAndTheirReferencesNotUsedAgain() throws Exception {
    try (Varve db = open()) {
      append(db, NEWEST - START);
    }
    try (Wal wbl = Wal.open(new LocalDisk(), directory.resolve("wbl"), 1 << 20, Compression.NONE)) {
      var batch = new RecordBatch();
      RecordEncoder.samples(batch.begin(), new long[] {7}, new long[] {START}, new long[1], 0, 1);
      batch.end();
      HeapByteSink record = batch.begin();
      RecordEncoder.mmapMarkersStart(record);
      RecordEncoder.mmapMarker(record, 9, 1L << 32 | 8);
      batch.end();
      wbl.log(batch);
    }

    try (Varve db = open();
        Appender app = db.appender()) {
      assertThat(db.stats().outOfOrder().wblReplayUnknownRefs()).isEqualTo(2);
      SeriesRef created = app.append(Labels.of("a", "b"), NEWEST, 1).ref();
      assertThat(created.id()).isGreaterThan(9);
    }
  }

  @Test
  void whatCouldNotBeLoggedIsNotTakenTwiceAndLoggedLater() throws Exception {
    var failing = new AtomicBoolean();
    try (Varve db = Varve.open(directory, options().withDisk(disk(failing)))) {
      append(db, NEWEST - START);
      failing.set(true);
      assertThatThrownBy(() -> append(db, 1, 2)).isInstanceOf(UncheckedIOException.class);
      assertThatThrownBy(() -> append(db, 3)).isInstanceOf(UncheckedIOException.class);
      failing.set(false);
      append(db, 1, 2);
      append(db, 3);

      assertThat(offsets(db)).containsExactly(1L, 2L, 3L);
      assertThat(db.stats().outOfOrder().samplesAppended()).isEqualTo(3);
    }
    try (Varve db = open()) {
      assertThat(offsets(db)).containsExactly(1L, 2L, 3L);
    }
  }

  /// A disk that refuses whatever concerns the WBL as long as it is failing.
  private static Disk disk(AtomicBoolean failing) {
    var disk = new LocalDisk();
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (failing.get() && Arrays.toString(arguments).contains("wbl")) {
                throw new IOException("No space left on device");
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void theBufferKeepsTheOrderOfTimesAndTheFirstOfEqualOnes() {
    var buffer = new OutOfOrderBuffer();
    for (long t : new long[] {50, 10, 30, 20, 60, 40, 5}) {
      assertThat(buffer.insert(t == 30 ? 29 : 0, t, t, null, 0)).isTrue();
    }
    assertThat(buffer.insert(0, 30, 99, null, 0)).isFalse();
    assertThat(buffer.insert(0, 35, 0, histogram(3), 0)).isTrue();

    assertThat(LongStream.range(0, buffer.size()).map(i -> buffer.time((int) i)))
        .containsExactly(5L, 10L, 20L, 30L, 35L, 40L, 50L, 60L);
    assertThat(buffer.start(3)).isEqualTo(29);
    assertThat(buffer.start(4)).isZero();
    assertThat(Double.doubleToRawLongBits(buffer.value(3))).isEqualTo(30);
    assertThat(buffer.histogram(3)).isNull();
    assertThat(buffer.histogram(4)).isEqualTo(histogram(3));
    assertThat(buffer.minTime()).isEqualTo(5);
    assertThat(buffer.maxTime()).isEqualTo(60);
  }
}
