package io.varve.head;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.AppendOutcome;
import io.varve.Appender;
import io.varve.Querier;
import io.varve.SeriesSet;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkBuffer;
import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SampleCursor;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordEncoder;
import io.varve.wal.Wal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs and chunk files as other programs, crashes and rotten disks leave them.
class HeadReplayTest {
  private static final long START = 1_700_000_000_000L / 7_200_000 * 7_200_000;
  private static final Labels UP = Labels.of("__name__", "up");

  @TempDir Path directory;

  private Varve open() throws IOException {
    return Varve.open(
        directory, VarveOptions.defaults().withMaintenance(false).withHeadSnapshot(false));
  }

  private List<Long> times(Varve db) {
    var times = new ArrayList<Long>();
    try (Querier q = db.querier(0, Long.MAX_VALUE)) {
      SeriesSet set = q.select(Matcher.equal("__name__", "up"));
      while (set.next()) {
        SampleCursor c = set.samples();
        while (c.next()) {
          times.add(c.timestamp());
        }
      }
    }
    return times;
  }

  /// Writes records as another program would.
  private interface Writing {
    void into(RecordBatch batch);
  }

  private void log(Writing... batches) throws IOException {
    try (Wal wal =
        Wal.open(new LocalDisk(), directory.resolve("wal"), 32 << 10, Compression.NONE)) {
      for (Writing batch : batches) {
        var records = new RecordBatch();
        batch.into(records);
        wal.log(records);
      }
    }
  }

  private static Writing series(long ref) {
    return batch -> {
      HeapByteSink sink = batch.begin();
      RecordEncoder.seriesStart(sink);
      RecordEncoder.series(sink, ref, UP.encoded());
      batch.end();
    };
  }

  private static Writing samples(long ref, long... times) {
    return batch -> {
      long[] refs = new long[times.length];
      java.util.Arrays.fill(refs, ref);
      RecordEncoder.samples(batch.begin(), refs, times, new long[times.length], 0, times.length);
      batch.end();
    };
  }

  private static Writing tombstone(long ref, long mint, long maxt) {
    return batch -> {
      HeapByteSink sink = batch.begin();
      RecordEncoder.tombstonesStart(sink);
      RecordEncoder.tombstone(sink, ref, mint, maxt);
      batch.end();
    };
  }

  @Test
  void deletedSpansStayHidden() throws Exception {
    log(
        series(7),
        samples(7, START, START + 1, START + 2, START + 3),
        tombstone(7, START + 1, START + 2));

    try (Varve db = open()) {
      assertThat(times(db)).containsExactly(START, START + 3);
    }
  }

  @Test
  void deletedSpansAreLeftOutOfTheBlock() throws Exception {
    log(
        series(7),
        samples(7, START, START + 1, START + 2, START + 12_000_000),
        tombstone(7, START + 1, START + 1));

    try (Varve db = open()) {
      db.maintain();
      assertThat(db.blocks()).singleElement().extracting(m -> m.stats().numSamples()).isEqualTo(2L);
      assertThat(times(db)).containsExactly(START, START + 2, START + 12_000_000);
    }
  }

  @Test
  void seriesUnderTwoReferencesIsOne() throws Exception {
    log(series(7), samples(7, START), series(9), samples(9, START + 1));

    try (Varve db = open();
        Appender app = db.appender()) {
      assertThat(times(db)).containsExactly(START, START + 1);
      assertThat(db.stats().headSeries()).isEqualTo(1);
      assertThat(app.append(Labels.of("__name__", "down"), START + 2, 1).ref().id()).isEqualTo(10);
    }
  }

  @Test
  void samplesOfUnknownSeriesAreCountedAndLeftOut() throws Exception {
    log(series(7), samples(7, START), samples(8, START + 1, START + 2));

    try (Varve db = open()) {
      assertThat(times(db)).containsExactly(START);
      assertThat(db.stats().walReplayUnknownRefs()).isEqualTo(2);
    }
  }

  /// The second of them, too, has samples that are older than the eviction.
  @Test
  void evictedSeriesComesBackUnderAnotherReference() throws Exception {
    log(
        series(7),
        samples(7, START, START + 5),
        tombstone(7, Long.MIN_VALUE, Long.MAX_VALUE),
        series(8),
        samples(8, START + 2, START + 7));

    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = open()) {
        assertThat(times(db)).containsExactly(START + 2, START + 7);
        assertThat(db.stats().headSeries()).isEqualTo(1);
        assertThat(db.stats().walReplayUnknownRefs()).isZero();
      }
    }
  }

  @Test
  void evictedSeriesTakesNoMoreSamples() throws Exception {
    log(
        series(7),
        samples(7, START, START + 1),
        tombstone(7, Long.MIN_VALUE, Long.MAX_VALUE),
        tombstone(7, Long.MIN_VALUE, Long.MAX_VALUE),
        samples(7, START + 2));

    try (Varve db = open()) {
      assertThat(times(db)).isEmpty();
      assertThat(db.stats().headSeries()).isZero();
      assertThat(db.stats().walReplayUnknownRefs()).isEqualTo(2);
    }
  }

  @Test
  void referenceOfATombstoneIsNotGivenAgain() throws Exception {
    log(tombstone(7, Long.MIN_VALUE, Long.MAX_VALUE));

    try (Varve db = open();
        Appender app = db.appender()) {
      assertThat(app.append(UP, START, 1).ref().id()).isEqualTo(8);
    }
  }

  @Test
  void seriesOfReferenceZeroIsNotTakenForOthers() throws Exception {
    long[] unknown = new long[2000];
    long[] times = new long[unknown.length];
    for (int i = 0; i < unknown.length; i++) {
      unknown[i] = i + 1L;
      times[i] = START + 1 + i;
    }
    log(
        series(0),
        samples(0, START),
        batch -> {
          RecordEncoder.samples(
              batch.begin(), unknown, times, new long[unknown.length], 0, unknown.length);
          batch.end();
        });

    try (Varve db = open()) {
      assertThat(times(db)).containsExactly(START);
      assertThat(db.stats().walReplayUnknownRefs()).isEqualTo(unknown.length);
    }
  }

  @Test
  void fullChunksOfAnEvictedSeriesThatCameBackAreKept() throws Exception {
    fill(0, 300);
    log(tombstone(1, Long.MIN_VALUE, Long.MAX_VALUE));
    Map<Long, Double> expected = fill(300, 700);

    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = open()) {
        assertThat(times(db)).containsExactlyElementsOf(expected.keySet());
      }
    }
  }

  /// A chunk without samples, under a right checksum, that claims to have been full at a time that
  /// the log has a sample of. Found by fuzzing.
  @Test
  void chunkThatLiesDoesNotHarmTheLog() throws Exception {
    fill(10);
    HeapByteSink file = ByteSink.onHeap(100);
    file.putInt(HeadChunkFormat.MAGIC);
    file.putInt(HeadChunkFormat.VERSION << 24);
    file.putLong(1);
    file.putLong(START);
    file.putLong(START + 15_000);
    file.putByte(1);
    file.putUnsignedVarint(2);
    file.putShort(0);
    file.putInt(file.crc32c(8));
    Files.createDirectories(chunkFile().getParent());
    Files.write(chunkFile(), file.toByteArray());

    try (Varve db = open();
        Appender app = db.appender()) {
      assertThat(db.stats().walCorruptions()).isZero();
      assertThat(times(db)).hasSize(8).contains(START + 30_000);
      assertThat(app.append(UP, START + 150_000, 1).outcome()).isEqualTo(AppendOutcome.ACCEPTED);
    }
  }

  @Test
  void newestSampleOfAChunkThatLiesCannotBeCompared() throws Exception {
    var buffer = new ChunkBuffer();
    buffer.prepare((byte) 1, 2);

    assertThatThrownBy(() -> LastSample.of(buffer, "file", 8))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("file at offset 8");
  }

  /// What a replay makes anew is in a newer file than chunks that come later.
  @Test
  void olderFilesStayAsLongAsAnyChunkInThemIsNeeded() throws Exception {
    Map<Long, Double> expected = new TreeMap<>(fill(0, 500));
    expected.putAll(fill(500, 700));
    expected.putAll(fill(700, 900));
    Path second = chunkFile().resolveSibling("000002");
    Files.write(second, java.util.Arrays.copyOf(Files.readAllBytes(second), 8));

    for (int opening = 0; opening < 2; opening++) {
      try (Varve db = open()) {
        assertThat(times(db)).containsExactlyElementsOf(expected.keySet());
        db.maintain();
        assertThat(db.blocks()).hasSize(1);
        assertThat(times(db)).containsExactlyElementsOf(expected.keySet());
      }
    }
  }

  /// A store with several full chunks of one series in its chunk file.
  private Map<Long, Double> fill(int samples) throws IOException {
    return fill(0, samples);
  }

  private Map<Long, Double> fill(int from, int to) throws IOException {
    var expected = new TreeMap<Long, Double>();
    try (Varve db = open();
        Appender app = db.appender()) {
      for (int i = from; i < to; i++) {
        double value = Math.sin(i);
        app.append(UP, START + i * 15_000L, value);
        expected.put(START + i * 15_000L, value);
      }
      app.commit();
    }
    return expected;
  }

  private Path chunkFile() {
    return directory.resolve("chunks_head").resolve("000001");
  }

  @Test
  void chunkFilesAreAdopted() throws Exception {
    Map<Long, Double> expected = fill(700);
    long bytes = Files.size(chunkFile());

    try (Varve db = open()) {
      assertThat(times(db)).containsExactlyElementsOf(expected.keySet());
      assertThat(db.stats().headChunkBytes()).isEqualTo(bytes);
    }
    assertThat(directory.resolve("chunks_head").resolve("000002")).doesNotExist();
  }

  @Test
  void logMakesUpForAChunkFileCutShortAnywhere() throws Exception {
    Map<Long, Double> expected = fill(400);
    byte[] whole = Files.readAllBytes(chunkFile());

    for (int length = 0; length < whole.length; length += 37) {
      Files.write(chunkFile(), java.util.Arrays.copyOf(whole, length));
      try (Varve db = open()) {
        assertThat(times(db)).as("length %s", length).containsExactlyElementsOf(expected.keySet());
      }
      deleteChunkFiles();
    }
  }

  @Test
  void logMakesUpForAFlippedByteInAChunkFile() throws Exception {
    Map<Long, Double> expected = fill(400);
    byte[] whole = Files.readAllBytes(chunkFile());

    for (int at = 0; at < whole.length; at += 31) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      Files.write(chunkFile(), damaged);
      try (Varve db = open()) {
        assertThat(times(db)).as("byte %s", at).containsExactlyElementsOf(expected.keySet());
      }
      deleteChunkFiles();
    }
  }

  private void deleteChunkFiles() throws IOException {
    try (var files = Files.list(directory.resolve("chunks_head"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void damageInTheLogCostsTheRestOfItsPageAndTheOriginalIsKept() throws Exception {
    log(series(7), samples(7, START), samples(7, START + 1), samples(7, START + 2));
    Path segment = directory.resolve("wal").resolve("00000000");
    byte[] bytes = Files.readAllBytes(segment);
    // Each of the sample records is 7 + 27 bytes long; the last two follow this.
    int second = indexOfSecondSamples(bytes);
    bytes[second + 10] ^= 1;
    Files.write(segment, bytes, StandardOpenOption.TRUNCATE_EXISTING);

    try (Varve db = open()) {
      assertThat(times(db)).containsExactly(START);
      assertThat(db.stats().walCorruptions()).isEqualTo(1);
    }
    assertThat(directory.resolve("quarantine-1/wal/00000000")).hasBinaryContent(bytes);
    try (Varve db = open()) {
      assertThat(times(db)).containsExactly(START);
      assertThat(db.stats().walCorruptions()).isZero();
    }
  }

  private static int indexOfSecondSamples(byte[] bytes) {
    int at = 0;
    for (int record = 0; record < 2; record++) {
      at += 7 + ((bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff));
    }
    return at;
  }
}
