package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static io.varve.wal.Logs.batch;
import static io.varve.wal.Logs.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.fixture.FaultyDisk;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointTest {
  private static final Labels UP = Labels.of("__name__", "up");

  @TempDir Path directory;

  @Test
  void keepsWhatIsStillNeeded() throws IOException {
    var batch = new RecordBatch();
    series(batch, 1, 2, 3);
    samples(batch, 1, 100, 199, 200, 201);
    samples(batch, 2, 100);
    tombstone(batch, 1, 0, 199);
    tombstone(batch, 1, 0, 200);
    tombstone(batch, 3, 0, 500);
    Logs.write(directory, 4, Compression.SNAPPY, batch);
    startSegment();

    CheckpointStats stats = create(0, 0, ref -> ref != 3, 200);

    assertThat(checkpoint())
        .containsExactly(
            "series 1 {__name__=\"up\", i=\"1\"}",
            "series 2 {__name__=\"up\", i=\"2\"}",
            "sample 1 200 c8",
            "sample 1 201 c9",
            "tombstone 1 0 200");
    assertThat(stats).isEqualTo(new CheckpointStats(3, 1, 5, 3, 3, 2, 0, 0, 0, 0, 0));
  }

  @Test
  void isNamedAfterTheLastSegmentInIt() throws IOException {
    writeSegments(4);

    create(0, 2, ref -> true, 0);

    assertThat(Checkpoint.latest(DISK, directory))
        .contains(new CheckpointRef(directory.resolve("checkpoint.00000002"), 2));
    assertThat(DISK.list(directory)).contains("00000000", "00000003").noneMatch(this::isTemporary);
    assertThat(checkpoint()).hasSize(3);
    assertThat(DISK.list(directory.resolve("checkpoint.00000002"))).containsExactly("00000000");
  }

  private boolean isTemporary(String name) {
    return name.endsWith(".tmp");
  }

  @Test
  void foldsThePreviousCheckpointIn() throws IOException {
    writeSegments(6);
    create(0, 2, ref -> true, 0);
    deleteSegmentsBelow(3);

    create(3, 4, ref -> true, 2);

    assertThat(checkpoint()).containsExactly("sample 1 2 2", "sample 1 3 3", "sample 1 4 4");
    Checkpoint.deleteBelow(DISK, directory, 4);
    assertThat(DISK.list(directory))
        .contains("checkpoint.00000004")
        .doesNotContain("checkpoint.00000002");
  }

  @Test
  void passesOverSegmentsThatThePreviousCheckpointHolds() throws IOException {
    writeSegments(6);
    create(0, 2, ref -> true, 0);

    create(0, 3, ref -> true, 0);

    assertThat(checkpoint()).hasSize(4);
  }

  @Test
  void isNotMadeTwice() throws IOException {
    writeSegments(4);
    create(0, 2, ref -> true, 0);

    assertThat(create(0, 2, ref -> true, 2)).isEqualTo(CheckpointStats.NONE);
    assertThat(create(0, 1, ref -> true, 2)).isEqualTo(CheckpointStats.NONE);

    assertThat(checkpoint()).hasSize(3);
  }

  @Test
  void carriesUnknownRecordsOver() throws IOException {
    Logs.write(directory, 4, Compression.SNAPPY, batch(bytes("0e 0102"), bytes("ff"), bytes("02")));
    startSegment();

    CheckpointStats stats = create(0, 0, ref -> false, Long.MAX_VALUE);

    try (WalReader reader =
        WalReader.open(DISK, Checkpoint.latest(DISK, directory).orElseThrow())) {
      assertThat(Logs.readAll(reader)).containsExactly("0e0102", "ff");
    }
    assertThat(stats.unknownRecords()).isEqualTo(2);
  }

  @Test
  void keepsTheNewestMetadataInTheOrderOfSeriesAtTheEnd() throws IOException {
    var batch = new RecordBatch();
    metadata(batch, 3, "old");
    metadata(batch, 300, "dropped");
    samples(batch, 1, 5);
    metadata(batch, 1, "b");
    metadata(batch, 3, "c");
    Logs.write(directory, 4, Compression.SNAPPY, batch);
    startSegment();

    CheckpointStats stats = create(0, 0, ref -> ref != 300, 0);

    assertThat(checkpoint())
        .containsExactly("sample 1 5 5", "metadata 1 1 [] [b]", "metadata 3 1 [] [c]");
    assertThat(stats).isEqualTo(new CheckpointStats(0, 0, 1, 0, 0, 0, 0, 0, 4, 2, 0));
  }

  @Test
  void keepsMetadataOverACheckpointOfACheckpoint() throws IOException {
    var batch = new RecordBatch();
    metadata(batch, 1, "a".repeat(800_000));
    metadata(batch, 2, "b".repeat(800_000));
    metadata(batch, 3, "c");
    Logs.write(directory, 4, Compression.SNAPPY, batch);
    var newer = new RecordBatch();
    metadata(newer, 1, "newer");
    Logs.write(directory, 4, Compression.SNAPPY, newer);
    startSegment();

    create(0, 0, ref -> true, 0);
    create(0, 1, ref -> true, 0);

    assertThat(checkpoint())
        .containsExactly(
            "metadata 1 1 [] [newer]",
            "metadata 2 1 [] [" + "b".repeat(800_000) + "]",
            "metadata 3 1 [] [c]");
  }

  @Test
  void dropsSeriesNobodyCanIndex() throws IOException {
    Logs.write(
        directory,
        4,
        Compression.NONE,
        batch(bytes("01 0000000000000001 00 0000000000000002 02 0162 0131 0161 0132")));
    startSegment();

    CheckpointStats stats = create(0, 0, ref -> true, 0);

    assertThat(checkpoint()).containsExactly("series 2 {a=\"2\", b=\"1\"}");
    assertThat(stats.droppedSeries()).isEqualTo(1);
  }

  @Test
  void isNotMadeOfADamagedLog() throws IOException {
    writeSegments(3);
    Logs.putSegment(directory, 1, bytes("01 0001 00000000 0a"));

    assertThatThrownBy(() -> create(0, 1, ref -> true, 0)).isInstanceOf(CorruptionException.class);

    assertThat(DISK.list(directory)).containsExactly("00000000", "00000001", "00000002");
  }

  @Test
  void isNotMadeOverAGap() throws IOException {
    writeSegments(6);
    create(0, 1, ref -> true, 0);
    deleteSegmentsBelow(3);

    assertThatThrownBy(() -> create(3, 4, ref -> true, 0))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("segments 2 to 2 are missing");
  }

  @Test
  void isNotMadeOfTheSegmentBeingWritten() throws IOException {
    writeSegments(3);

    assertThatThrownBy(() -> create(0, 2, ref -> true, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesNothingBehindWhenItFails() throws IOException {
    writeSegments(3);
    for (FaultyDisk.Call failing : FaultyDisk.Call.values()) {
      var disk = new FaultyDisk(new LocalDisk());
      if (failing != FaultyDisk.Call.DELETE) {
        disk.failAll(failing);
      }

      try {
        Checkpoint.create(disk, directory, 0, 1, ref -> true, 0, Compression.NONE);
      } catch (IOException e) {
        assertThat(DISK.list(directory)).containsExactly("00000000", "00000001", "00000002");
      }
      DISK.deleteRecursively(directory.resolve("checkpoint.00000001"));
    }
  }

  @Test
  void holdsAsMuchAsALog() throws IOException {
    RandomGenerator random = Logs.random();
    try (Wal wal = Logs.open(directory, 8, Compression.SNAPPY)) {
      var batch = new RecordBatch();
      for (int i = 0; i < 300; i++) {
        batch.clear();
        long[] values = random.longs(500).toArray();
        RecordEncoder.samples(batch.begin(), values, values, values, 0, values.length);
        batch.end();
        wal.log(batch);
      }
      wal.nextSegment();
      assertThat(wal.lastSegment()).isGreaterThan(5);
    }
    Told log = new Told();
    tell(WalReader.open(DISK, directory), log);

    create(0, Segments.in(DISK, directory).last() - 1, ref -> true, Long.MIN_VALUE);

    assertThat(checkpoint()).isEqualTo(log.lines).hasSize(150_000);
  }

  private CheckpointStats create(int first, int last, LongPredicate keep, long mint)
      throws IOException {
    return Checkpoint.create(DISK, directory, first, last, keep, mint, Compression.SNAPPY);
  }

  private List<String> checkpoint() throws IOException {
    var told = new Told();
    tell(WalReader.open(DISK, Checkpoint.latest(DISK, directory).orElseThrow()), told);
    return told.lines;
  }

  private static void tell(WalReader reader, Told told) throws IOException {
    try (reader) {
      while (reader.next()) {
        RecordDecoder.decode(reader.record(), told);
      }
    }
  }

  private void startSegment() throws IOException {
    Logs.write(directory, 4, Compression.NONE);
  }

  /// Segments from 0 on; segment n holds the sample of series 1 at time n with value n.
  private void writeSegments(int count) throws IOException {
    for (int number = 0; number < count; number++) {
      var batch = new RecordBatch();
      samples(batch, 1, number);
      Logs.write(directory, 1, Compression.NONE, batch);
    }
  }

  private void deleteSegmentsBelow(int end) throws IOException {
    for (int number = 0; number < end; number++) {
      DISK.delete(WalFormat.segment(directory, number));
    }
  }

  private static void series(RecordBatch batch, long... refs) {
    HeapByteSink sink = batch.begin();
    RecordEncoder.seriesStart(sink);
    for (long ref : refs) {
      RecordEncoder.series(sink, ref, UP.toBuilder().set("i", "" + ref).build().encoded());
    }
    batch.end();
  }

  /// Samples of which the value's bits are the time.
  private static void samples(RecordBatch batch, long ref, long... times) {
    long[] refs = new long[times.length];
    Arrays.fill(refs, ref);
    RecordEncoder.samples(batch.begin(), refs, times, times, 0, times.length);
    batch.end();
  }

  private static void metadata(RecordBatch batch, long ref, String help) {
    HeapByteSink sink = batch.begin();
    RecordEncoder.metadataStart(sink);
    RecordEncoder.metadata(sink, ref, 1, "", help);
    batch.end();
  }

  private static void tombstone(RecordBatch batch, long ref, long mint, long maxt) {
    HeapByteSink sink = batch.begin();
    RecordEncoder.tombstonesStart(sink);
    RecordEncoder.tombstone(sink, ref, mint, maxt);
    batch.end();
  }
}
