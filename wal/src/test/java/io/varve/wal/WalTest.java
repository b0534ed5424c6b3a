package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.PAGE;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static io.varve.wal.Logs.filled;
import static io.varve.wal.Logs.putSegment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WalTest {
  private static final byte[] FULL_0A = bytes("01 0001 399f7b69 0a");

  @TempDir Path temporary;
  private Path directory;

  @BeforeEach
  void nameDirectory() {
    directory = temporary.resolve("data").resolve("wal");
  }

  @Test
  void startsAnEmptyLogWithSegmentZero() throws IOException {
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      assertThat(wal.firstSegment()).isZero();
      assertThat(wal.lastSegment()).isZero();
      assertThat(DISK.list(directory)).containsExactly("00000000");
    }
  }

  @Test
  void startsASegmentAtEachOpening() throws IOException {
    putSegment(directory, 41, FULL_0A);

    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      assertThat(wal.firstSegment()).isEqualTo(41);
      assertThat(wal.lastSegment()).isEqualTo(42);
    }
    assertThat(DISK.list(directory)).containsExactly("00000041", "00000042");
  }

  @Test
  void goesOnAfterTheNewestCheckpoint() throws IOException {
    DISK.createDirectories(directory.resolve("checkpoint.000007"));
    DISK.createDirectories(directory.resolve("checkpoint.00000009"));
    putSegment(directory.resolve("checkpoint.00000011.tmp"), 0, FULL_0A);
    putSegment(directory, 5, FULL_0A);

    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      assertThat(wal.firstSegment()).isEqualTo(10);
      assertThat(wal.lastSegment()).isEqualTo(10);
    }
    assertThat(DISK.list(directory))
        .containsExactly("00000010", "checkpoint.00000009", "checkpoint.000007");
  }

  @Test
  void keepsSegmentsThatACheckpointCoversAsLongAsOthersFollow() throws IOException {
    DISK.createDirectories(directory.resolve("checkpoint.00000004"));
    putSegment(directory, 4, FULL_0A);

    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      assertThat(wal.firstSegment()).isEqualTo(4);
      assertThat(wal.lastSegment()).isEqualTo(5);
    }
  }

  @Test
  void cutsATornTailOffBeforeItGoesOn() throws IOException {
    putSegment(directory, 0, Logs.join(FULL_0A, Arrays.copyOf(FULL_0A, 5)));

    Logs.write(directory, 1, Compression.NONE, batch(bytes("0b")));

    assertThat(Logs.segment(directory, 0)).isEqualTo(FULL_0A);
    assertThat(Logs.read(directory)).containsExactly("0a", "0b");
  }

  @Test
  void refusesALogThatNeedsRepair() throws IOException {
    putSegment(directory, 0, bytes("01 0001 00000000 0a"));

    assertThatThrownBy(() -> Logs.open(directory, 1, Compression.NONE))
        .isInstanceOf(CorruptionException.class);
    assertThat(DISK.list(directory)).containsExactly("00000000");
  }

  @Test
  void refusesASegmentSizeThatIsNotWholePages() {
    assertThatThrownBy(() -> Wal.open(DISK, directory, PAGE + 1, Compression.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Wal.open(DISK, directory, 0, Compression.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cutsSegmentsOnDemand() throws IOException {
    try (Wal wal = Logs.open(directory, 4, Compression.NONE)) {
      wal.log(batch(bytes("0a")));

      assertThat(wal.nextSegment()).isEqualTo(1);
      wal.log(batch(bytes("0b")));
      assertThat(wal.nextSegment()).isEqualTo(2);

      assertThat(wal.lastSegment()).isEqualTo(2);
      assertThat(Logs.segment(directory, 0)).isEqualTo(Arrays.copyOf(FULL_0A, PAGE));
      assertThat(Logs.read(directory)).containsExactly("0a", "0b");
    }
  }

  @Test
  void deletesSegmentsButNotTheOneBeingWritten() throws IOException {
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      for (int i = 0; i < 4; i++) {
        wal.log(batch(bytes("0" + i)));
        wal.nextSegment();
      }
      wal.log(batch(bytes("04")));

      wal.deleteSegmentsBelow(2);
      assertThat(wal.firstSegment()).isEqualTo(2);
      assertThat(Logs.read(directory)).containsExactly("02", "03", "04");

      wal.deleteSegmentsBelow(100);
      assertThat(wal.firstSegment()).isEqualTo(4);
      assertThat(Logs.read(directory)).containsExactly("04");
      assertThat(wal.stats().truncations()).isEqualTo(2);
    }
  }

  @Test
  void measuresAllItsFiles() throws IOException {
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      wal.log(batch(bytes("0a")));
      putSegment(directory.resolve("checkpoint.00000000"), 0, filled(100, 0));

      assertThat(wal.sizeOnDisk()).isEqualTo(108);
    }
  }

  @Test
  void countsWhatItDoes() throws IOException {
    try (Wal wal = Logs.open(directory, 4, Compression.SNAPPY)) {
      wal.log(batch(filled(64, 'a'), bytes("0a")));
      wal.sync();
      wal.nextSegment();

      WalStats stats = wal.stats();
      assertThat(stats.pageFlushes()).isEqualTo(2);
      assertThat(stats.completedPages()).isEqualTo(1);
      assertThat(stats.recordParts()).isEqualTo(2);
      assertThat(stats.recordPartBytes()).isEqualTo(7 + 6 + 7 + 1);
      assertThat(stats.bytesSaved()).isEqualTo(58);
      assertThat(stats.fsyncs()).isEqualTo(2);
      assertThat(stats.fsyncNanos()).isPositive();
      assertThat(stats.currentSegment()).isEqualTo(1);
      assertThat(stats.writesFailed() + stats.fsyncsFailed()).isZero();
    }
  }

  @Test
  void writesABatchOfManyPagesInOneGo() throws IOException {
    try (Wal wal = Logs.open(directory, 64, Compression.NONE)) {
      wal.log(batch(filled(20 * PAGE, 1), filled(9 * PAGE, 2)));

      assertThat(wal.stats().pageFlushes()).isEqualTo(1);
      assertThat(wal.stats().completedPages()).isEqualTo(29);
    }
  }

  @Test
  void isClosedOnlyOnce() throws IOException {
    Wal wal = Logs.open(directory, 1, Compression.NONE);
    wal.log(batch(bytes("0a")));
    wal.close();
    wal.close();

    assertThatThrownBy(() -> wal.log(batch(bytes("0b")))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(wal::nextSegment).isInstanceOf(IllegalStateException.class);
    assertThat(Logs.segment(directory, 0)).hasSize(PAGE);
  }

  @Test
  void syncsFinishedSegmentsInTheBackground() throws IOException {
    var tasks = new ArrayList<Runnable>();
    try (Wal wal = Wal.open(DISK, directory, PAGE, Compression.NONE, tasks::add)) {
      wal.log(batch(bytes("0a")));
      wal.nextSegment();
      wal.log(batch(bytes("0b")));
      wal.nextSegment();
      assertThat(wal.stats().fsyncs()).isZero();
      assertThat(tasks).hasSize(1);

      tasks.getFirst().run();
      assertThat(wal.stats().fsyncs()).isEqualTo(2);

      wal.log(batch(bytes("0c")));
      wal.nextSegment();
      assertThat(tasks).hasSize(2);
      wal.log(batch(bytes("0d")));
      wal.sync();
      assertThat(wal.stats().fsyncs()).isEqualTo(4);
      wal.sync();
      assertThat(wal.stats().fsyncs()).isEqualTo(4);
    }
  }

  @Test
  void logsBatchesOfSeveralThreadsWithoutMixingThem() throws Exception {
    int threads = 4;
    int batches = 150;
    try (Wal wal = Wal.open(DISK, directory, 4 * PAGE, Compression.SNAPPY);
        var executor = Executors.newFixedThreadPool(threads)) {
      var tasks = new ArrayList<Callable<Void>>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        tasks.add(() -> logNumbered(wal, number, batches));
      }
      for (var task : executor.invokeAll(tasks)) {
        task.get();
      }
    }

    assertInOrder(Logs.read(directory), threads, batches);
  }

  /// Each record begins with thread, batch and number of the record in the batch; three per batch.
  private static Void logNumbered(Wal wal, int thread, int batches) throws IOException {
    RandomGenerator random = Logs.random();
    var batch = new RecordBatch();
    for (int i = 0; i < batches; i++) {
      batch.clear();
      for (int record = 0; record < 3; record++) {
        byte[] text = filled(3 + random.nextInt(2000), thread);
        text[1] = (byte) i;
        text[2] = (byte) record;
        batch.begin().putBytes(text);
        batch.end();
      }
      wal.log(batch);
      if (i % 50 == 0) {
        wal.sync();
      }
    }
    return null;
  }

  private static void assertInOrder(List<String> records, int threads, int batches) {
    assertThat(records).hasSize(3 * threads * batches);
    var next = new HashMap<Integer, Integer>();
    for (int i = 0; i < records.size(); i += 3) {
      byte[] first = bytes(records.get(i));
      int batch = next.merge((int) first[0], 1, Integer::sum) - 1;
      for (int record = 0; record < 3; record++) {
        assertThat(Arrays.copyOf(bytes(records.get(i + record)), 3))
            .isEqualTo(new byte[] {first[0], (byte) batch, (byte) record});
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5000, 9300})
  void readsOnFromAPosition(int length) throws IOException {
    WalPosition position;
    var before = new RecordBatch();
    before.begin().putBytes(Logs.filled(length, 200));
    before.end();
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      for (int i = 0; i < 5; i++) {
        wal.log(before);
      }
      position = wal.position();
      wal.log(batch(bytes("0b")));
      wal.nextSegment();
      wal.log(batch(bytes("0c")));
    }

    try (WalReader reader = WalReader.openFrom(DISK, directory, position)) {
      assertThat(Logs.readAll(reader)).containsExactly("0b", "0c");
    }
  }

  @Test
  void readsOnFromTheEnd() throws IOException {
    WalPosition position;
    try (Wal wal = Logs.open(directory, 1, Compression.NONE)) {
      wal.log(batch(bytes("0b")));
      position = wal.position();
    }
    assertThat(position).isEqualTo(new WalPosition(0, 8));

    for (long offset : new long[] {8, Logs.PAGE, 3 * Logs.PAGE, Long.MAX_VALUE}) {
      try (WalReader reader = WalReader.openFrom(DISK, directory, new WalPosition(0, offset))) {
        assertThat(Logs.readAll(reader)).isEmpty();
        assertThat(reader.tornTail()).isFalse();
      }
    }
    assertThatThrownBy(() -> WalReader.openFrom(DISK, directory, new WalPosition(1, 0)))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("segment 1 is needed, but the last is 0");
  }
}
