package io.varve.wal;

import static io.varve.wal.Logs.DISK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.chunk.ChunkEncoding;
import io.varve.io.Compression;
import io.varve.io.CorruptionException;
import io.varve.io.DiskFile;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkSnapshotTest {
  private static final WalPosition POSITION = new WalPosition(7, 1234);
  private static final byte[] UP = Labels.of("__name__", "up").encoded();

  @TempDir Path directory;

  @Test
  void readsWhatPrometheusWrites() throws IOException {
    String[] fields = Golden.line("snapshot").split(" ", 2);
    Path snapshot = directory.resolve(fields[0]);
    Logs.putSegment(snapshot, 0, Golden.file(fields[1]));

    ChunkSnapshotRef latest = ChunkSnapshots.latest(DISK, directory).orElseThrow();

    assertThat(latest).isEqualTo(new ChunkSnapshotRef(snapshot, new WalPosition(0, 32768)));
    assertThat(read(latest))
        .containsExactlyInAnyOrder(
            "series 1 {__name__=\"floats\", job=\"x\"}",
            "chunk 1 1 1000..2000 0002d00f3ff8000000000000e807c26fffc0 4004000000000000",
            "series 2 {__name__=\"histogram\"}",
            "chunk 2 2 1000..1000 x " + Golden.EXPONENTIAL,
            "series 3 {__name__=\"float_histogram\"}",
            "chunk 3 3 1000..1000 x " + Golden.EXPONENTIAL.toFloat(),
            "series 4 {__name__=\"nhcb\"}",
            "chunk 4 2 1000..1000 x " + Golden.CUSTOM,
            "series 5 {__name__=\"stale\"}",
            "chunk 5 1 3000..3000 0001f02e7ff0000000000002 7ff0000000000002",
            "tombstone 1 1000 1000",
            "exemplar 1 1500 4022000000000000 {trace_id=\"abc\"}");
  }

  @ParameterizedTest
  @EnumSource
  void readsBackWhatItWrites(Compression compression) throws IOException {
    ChunkSnapshotRef snapshot = write(compression);

    assertThat(snapshot)
        .isEqualTo(
            new ChunkSnapshotRef(directory.resolve("chunk_snapshot.000007.0000001234"), POSITION));
    assertThat(read(snapshot))
        .containsExactly(
            "series 1 {__name__=\"up\"}",
            "series 2 {__name__=\"up\"}",
            "chunk 2 1 5..9 0a0b 7",
            "series 3 {__name__=\"up\"}",
            "chunk 3 2 5..9 0a0b " + Golden.EXPONENTIAL,
            "series 4 {__name__=\"up\"}",
            "chunk 4 3 5..9 0a0b " + Golden.floats(Golden.CUSTOM),
            "series 5 {__name__=\"up\"}",
            "chunk 5 5 5..9 0a0b " + Histogram.STALE,
            "tombstone 2 -3 6",
            "tombstone 3 5 5",
            "exemplar 2 6 1 {__name__=\"up\"}",
            "exemplar 3 5 2 {}");
    assertThat(DISK.list(directory)).containsExactly("chunk_snapshot.000007.0000001234");
  }

  /// Byte by byte, as the format is specified.
  @Test
  void writesTheFormat() throws IOException {
    ChunkSnapshotRef snapshot = write(Compression.NONE);

    try (WalReader reader = WalReader.openComplete(DISK, snapshot.directory())) {
      List<String> records = Logs.readAll(reader);
      String up = "01085f5f6e616d655f5f027570";
      String chunk = "01 0000000000000005 0000000000000009";
      assertThat(records).hasSize(7);
      assertThat(records.get(0)).isEqualTo(hex("01 0000000000000001" + up + "0000000000000000 00"));
      assertThat(records.get(1))
          .isEqualTo(
              hex(
                  "01 0000000000000002"
                      + up
                      + "0000000000000000"
                      + chunk
                      + "01 02 0a0b"
                      + "00".repeat(56)
                      + "0000000000000007"));
      assertThat(records.get(4))
          .isEqualTo(
              hex(
                  "01 0000000000000005"
                      + up
                      + "0000000000000000"
                      + chunk
                      + "05 02 0a0b"
                      + "00 00 0000000000000000 00 00 7ff0000000000002 00 00 00 00"));
      assertThat(records.get(5)).isEqualTo(hex("02 07 01 02 05 0c 03 0a 0a"));
      assertThat(records.get(6))
          .isEqualTo(
              hex(
                  "03 0000000000000002 0000000000000006"
                      + "00 00 0000000000000001"
                      + up
                      + "02 01 0000000000000002 00"));
    }
  }

  @Test
  void writesAtMostTenThousandExemplarsInARecord() throws IOException {
    try (var writer = ChunkSnapshotWriter.create(DISK, directory, POSITION, Compression.SNAPPY)) {
      for (int i = 0; i < 20_001; i++) {
        writer.exemplar(1, i, i, UP);
      }
      ChunkSnapshotRef snapshot = writer.publish();

      assertThat(read(snapshot)).hasSize(20_001);
      try (WalReader reader = WalReader.openComplete(DISK, snapshot.directory())) {
        assertThat(Logs.readAll(reader)).hasSize(4).first().isEqualTo("020101");
      }
    }
  }

  @Test
  void leavesNothingBehindUnlessPublished() throws IOException {
    try (var writer = ChunkSnapshotWriter.create(DISK, directory, POSITION, Compression.NONE)) {
      writer.series(1, UP);
    }

    assertThat(DISK.list(directory)).isEmpty();
  }

  @Test
  void refusesEntriesOutOfTheirOrder() throws IOException {
    try (var writer = ChunkSnapshotWriter.create(DISK, directory, POSITION, Compression.NONE)) {
      writer.tombstone(1, 2, 3);
      assertThatThrownBy(() -> writer.series(1, UP)).isInstanceOf(IllegalStateException.class);
      writer.exemplar(1, 2, 3, UP);
      assertThatThrownBy(() -> writer.tombstone(1, 2, 3)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void refusesLastSamplesOfAnotherKindThanTheChunk() throws IOException {
    byte[] chunk = {1};
    try (var writer = ChunkSnapshotWriter.create(DISK, directory, POSITION, Compression.NONE)) {
      assertThatThrownBy(() -> writer.series(1, UP, 3, 1, 2, chunk, 0, 1, Golden.CUSTOM))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.series(1, UP, 1, 1, 2, chunk, 0, 1, Golden.CUSTOM))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.series(1, UP, 2, 1, 2, chunk, 0, 1, 5L))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void findsTheNewestAndDeletesTheOlder() throws IOException {
    for (String name :
        List.of(
            "chunk_snapshot.000009.0000000010",
            "chunk_snapshot.000010.0000000009",
            "chunk_snapshot.000010.0000000100",
            "chunk_snapshot.000011.0000000100.tmp",
            "chunk_snapshot.000012",
            "chunk_snapshot.x.y",
            "wal")) {
      DISK.createDirectories(directory.resolve(name));
    }
    try (DiskFile file = DISK.create(directory.resolve("chunk_snapshot.000099.0000000001"))) {
      file.sync();
    }

    ChunkSnapshotRef latest = ChunkSnapshots.latest(DISK, directory).orElseThrow();

    assertThat(latest.position()).isEqualTo(new WalPosition(10, 100));
    ChunkSnapshots.deleteBelow(DISK, directory, latest.position());
    assertThat(DISK.list(directory))
        .containsExactly(
            "chunk_snapshot.000010.0000000100",
            "chunk_snapshot.000012",
            "chunk_snapshot.000099.0000000001",
            "chunk_snapshot.x.y",
            "wal");
    ChunkSnapshots.deleteAll(DISK, directory);
    assertThat(ChunkSnapshots.latest(DISK, directory)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "04 00",
        "01 0000000000000001",
        "01 0000000000000001 00 0000000000000000 00",
        "01 0000000000000001 01 0161 0162 0000000000000000",
        "01 0000000000000001 01 0161 0162 0000000000000000 00 00",
        "01 0000000000000001 02 0161 0162 0161 0163 0000000000000000 00",
        "01 0000000000000001 01 0161 0162 0000000000000000 01 0000000000000005 0000000000000004"
            + " 02 01 00 00 00 0000000000000000 00 00 7ff0000000000002 00 00 00 00",
        "01 0000000000000001 01 0161 0162 0000000000000000 01 0000000000000005 0000000000000009"
            + " 07 01 00",
        "01 0000000000000001 01 0161 0162 0000000000000000 01 0000000000000005 0000000000000009"
            + " 02 ffffffff0f 00",
        "01 0000000000000001 01 0161 0162 0000000000000000 01 0000000000000005 0000000000000009"
            + " 02 01 00 00 c801 0000000000000000 00 00 7ff0000000000002 00 00 00 00",
        "02 01",
        "02 01 02",
        "02 02 01",
        "02 00",
        "02 03 01 00 00",
        "03 0000000000000002 0000000000000006 00 00 0000000000000001 02 0161 0162 0161 0163",
      })
  void refusesWhatDoesNotFollowTheFormat(String record) throws IOException {
    ChunkSnapshotRef snapshot = snapshot(Logs.fragment(1, Logs.bytes(record)));

    assertThatThrownBy(() -> read(snapshot)).isInstanceOf(CorruptionException.class);
  }

  @Test
  void refusesATornEnd() throws IOException {
    byte[] whole = Logs.fragment(1, Logs.bytes("02 01 01"));
    for (int length = 1; length < whole.length; length++) {
      ChunkSnapshotRef snapshot = snapshot(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(snapshot)).isInstanceOf(CorruptionException.class);
    }
  }

  /// What is cut off between two records cannot be told from a snapshot that never had it.
  @Test
  void readsAPrefixOrRefusesWhateverIsCutOff() throws IOException {
    byte[] whole = DISK.readAll(write(Compression.NONE).directory().resolve("00000000"), 1 << 20);
    List<String> all =
        read(new ChunkSnapshotRef(directory.resolve("chunk_snapshot.000007.0000001234"), POSITION));
    int refused = 0;
    for (int length = 0; length < 700; length++) {
      ChunkSnapshotRef snapshot = snapshot(Arrays.copyOf(whole, length));
      try {
        List<String> read = read(snapshot);
        assertThat(read).as("%d bytes", length).isEqualTo(all.subList(0, read.size()));
      } catch (CorruptionException e) {
        assertThat(e.file()).contains("00000000");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(400);
  }

  @Test
  void survivesEveryFlippedByte() throws IOException {
    byte[] whole = DISK.readAll(write(Compression.NONE).directory().resolve("00000000"), 1 << 20);
    List<String> all =
        read(new ChunkSnapshotRef(directory.resolve("chunk_snapshot.000007.0000001234"), POSITION));
    for (int at = 0; at < 700; at++) {
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      ChunkSnapshotRef snapshot = snapshot(flipped);
      try {
        assertThat(read(snapshot)).as("byte %d", at).isEqualTo(all);
      } catch (CorruptionException e) {
        assertThat(e.file()).contains("00000000");
      }
    }
  }

  private ChunkSnapshotRef snapshot(byte[] segment) throws IOException {
    Path path = directory.resolve("chunk_snapshot.000001.0000000001");
    Logs.putSegment(path, 0, segment);
    return new ChunkSnapshotRef(path, new WalPosition(1, 1));
  }

  private ChunkSnapshotRef write(Compression compression) throws IOException {
    byte[] chunk = Logs.bytes("ff0a0bff");
    try (var writer = ChunkSnapshotWriter.create(DISK, directory, POSITION, compression)) {
      writer.series(1, UP);
      writer.series(2, UP, ChunkEncoding.XOR, 5, 9, chunk, 1, 2, 7L);
      writer.series(3, UP, ChunkEncoding.HISTOGRAM, 5, 9, chunk, 1, 2, Golden.EXPONENTIAL);
      NativeHistogram floats = Golden.floats(Golden.CUSTOM);
      writer.series(4, UP, ChunkEncoding.FLOAT_HISTOGRAM, 5, 9, chunk, 1, 2, floats);
      writer.series(5, UP, ChunkEncoding.HISTOGRAM_ST, 5, 9, chunk, 1, 2, Histogram.STALE);
      writer.tombstone(2, -3, 6);
      writer.tombstone(3, 5, 5);
      writer.exemplar(2, 6, 1, UP);
      writer.exemplar(3, 5, 2, new byte[0]);
      return writer.publish();
    }
  }

  private static String hex(String text) {
    return text.replace(" ", "");
  }

  private static List<String> read(ChunkSnapshotRef snapshot) throws IOException {
    var lines = new Lines();
    ChunkSnapshotReader.read(DISK, snapshot, lines);
    return lines.list;
  }

  /// Keeps what a reader tells, as text; the data of golden histogram chunks is not shown.
  private static final class Lines implements ChunkSnapshotHandler {
    private final List<String> list = new ArrayList<>();

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      list.add("series " + ref + " " + Labels.decode(buf, offset, length));
    }

    @Override
    public void floatChunk(
        long ref,
        int encoding,
        long mint,
        long maxt,
        byte[] buf,
        int offset,
        int length,
        long lastValueBits) {
      String data = Logs.hex(Arrays.copyOfRange(buf, offset, offset + length));
      list.add(chunk(ref, encoding, mint, maxt, data) + Long.toHexString(lastValueBits));
    }

    @Override
    public void histogramChunk(
        long ref,
        int encoding,
        long mint,
        long maxt,
        byte[] buf,
        int offset,
        int length,
        NativeHistogram last) {
      String data = Logs.hex(Arrays.copyOfRange(buf, offset, offset + length));
      list.add(chunk(ref, encoding, mint, maxt, length > 2 ? "x" : data) + last);
    }

    private static String chunk(long ref, int encoding, long mint, long maxt, String data) {
      return "chunk " + ref + " " + encoding + " " + mint + ".." + maxt + " " + data + " ";
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {
      list.add("tombstone " + ref + " " + mint + " " + maxt);
    }

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
      Labels labels = Labels.decode(buf, offset, length);
      list.add("exemplar " + ref + " " + t + " " + Long.toHexString(valueBits) + " " + labels);
    }
  }
}
