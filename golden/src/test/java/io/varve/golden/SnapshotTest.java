package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.head.HeadChunkFiles;
import io.varve.io.ByteReader;
import io.varve.io.Compression;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.wal.ChunkSnapshotHandler;
import io.varve.wal.ChunkSnapshotReader;
import io.varve.wal.ChunkSnapshotRef;
import io.varve.wal.ChunkSnapshotWriter;
import io.varve.wal.ChunkSnapshots;
import io.varve.wal.WalReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads the chunk snapshots, alone and as the head does, and writes them again.
final class SnapshotTest {
  static List<Golden> snapshots() {
    return Golden.ending("-snapshot");
  }

  private static ChunkSnapshotRef snapshot(Path data) throws Exception {
    return ChunkSnapshots.latest(Golden.disk(), data).orElseThrow();
  }

  /// The open chunks of the snapshot and the full ones in the chunk files are all there is, less
  /// what is deleted.
  @ParameterizedTest
  @MethodSource("snapshots")
  void chunksHaveTheSamples(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    var contents = new Contents();
    ChunkSnapshotReader.read(Golden.disk(), snapshot(data), contents);

    var lines = new ArrayList<String>();
    for (HeadChunkFiles.Stored full : HeadChunkFiles.read(Golden.disk(), data)) {
      lines.addAll(contents.alive(full.series(), full.chunk()));
    }
    contents.chunks.forEach((ref, open) -> lines.addAll(contents.alive(ref, open)));

    assertThat(contents.chunks).hasSize(golden.by242() ? 3 : 7);
    Lines.assertSame(lines.stream().sorted().toList(), golden.lines("samples.txt.gz"));
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void exemplarsAreThose(Golden golden, @TempDir Path temp) throws Exception {
    var contents = new Contents();

    ChunkSnapshotReader.read(
        Golden.disk(), snapshot(golden.unpack(temp.resolve("data"))), contents);

    Lines.assertSame(
        contents.exemplars.stream().sorted().toList(),
        golden.lines("exemplars.txt").stream().sorted().toList());
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void writingAgainGivesTheSameRecords(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    ChunkSnapshotRef original = snapshot(data);
    Path target = temp.resolve("written");
    Golden.disk().createDirectories(target);

    try (var writer =
        ChunkSnapshotWriter.create(
            Golden.disk(), target, original.position(), Compression.SNAPPY)) {
      var copy = new Copy(writer);
      ChunkSnapshotReader.read(Golden.disk(), original, copy);
      copy.endSeries();
      writer.publish();
    }

    List<String> written = records(snapshot(target).directory());
    Lines.assertSame(written, records(original.directory()));
    assertThat(snapshot(target).position()).isEqualTo(original.position());
    // As many of each type as records.txt says.
    assertThat(Stream.of("01", "02", "03").map(type -> count(written, type)).toList())
        .isEqualTo(
            golden.fields("records.txt").stream()
                .filter(f -> f[0].startsWith("chunk_snapshot") && !f[1].equals("file"))
                .map(fields -> Long.valueOf(fields[3]))
                .toList());
  }

  private static long count(List<String> records, String type) {
    return records.stream().filter(record -> record.startsWith(type)).count();
  }

  private static List<String> records(Path directory) throws IOException {
    var records = new ArrayList<String>();
    try (WalReader in = WalReader.open(Golden.disk(), directory)) {
      while (in.next()) {
        ByteReader record = in.record();
        int from = record.position();
        records.add(HexFormat.of().formatHex(record.array(), from, from + record.remaining()));
      }
    }
    return records;
  }

  private static ChunkBuffer copy(int encoding, byte[] buf, int offset, int length) {
    return StoredSamples.chunk(encoding, Arrays.copyOfRange(buf, offset, offset + length));
  }

  /// Collects a snapshot.
  private static final class Contents implements ChunkSnapshotHandler {
    final Map<Long, Labels> series = new HashMap<>();
    final Map<Long, ChunkBuffer> chunks = new HashMap<>();
    final List<String> exemplars = new ArrayList<>();
    private final List<LogContents.Span> tombstones = new ArrayList<>();

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      series.put(ref, Labels.decode(buf, offset, length));
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
      ChunkCursor last = add(ref, mint, maxt, copy(encoding, buf, offset, length));
      assertThat(Double.doubleToRawLongBits(last.value())).isEqualTo(lastValueBits);
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
      ChunkCursor cursor = add(ref, mint, maxt, copy(encoding, buf, offset, length));
      NativeHistogram stored =
          switch (last) {
            case Histogram ignored -> cursor.histogram();
            case FloatHistogram ignored -> cursor.floatHistogram();
          };
      assertThat(NormalHistogram.of(stored)).isEqualTo(NormalHistogram.of(last));
    }

    /// @return a cursor on the last sample
    private ChunkCursor add(long ref, long mint, long maxt, ChunkBuffer chunk) {
      chunks.put(ref, chunk);
      var cursor = new ChunkCursor();
      cursor.reset(chunk, "snapshot", 0);
      for (int i = cursor.sampleCount(); i > 0; i--) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.timestamp()).isBetween(mint, maxt);
      }
      assertThat(cursor.timestamp()).isEqualTo(maxt);
      return cursor;
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {
      tombstones.add(new LogContents.Span(ref, mint, maxt));
    }

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
      Labels labels = Labels.decode(buf, offset, length);
      exemplars.add(
          GoldenText.labels(series.get(ref)) + LogContents.exemplarText(labels, t, valueBits));
    }

    /// The samples of a chunk that are not deleted.
    List<String> alive(long ref, ChunkBuffer chunk) {
      return StoredSamples.normalLines(series.get(ref), chunk).stream()
          .filter(line -> !deleted(ref, Long.parseLong(line.split("\t", -1)[1])))
          .toList();
    }

    private boolean deleted(long ref, long t) {
      return tombstones.stream()
          .anyMatch(span -> span.ref() == ref && span.mint() <= t && t <= span.maxt());
    }
  }

  /// Writes what it is told.
  private static final class Copy implements ChunkSnapshotHandler {
    private interface Write {
      void run() throws IOException;
    }

    private final ChunkSnapshotWriter writer;

    /// Writes the series told last as one that has no chunk, unless one was told.
    private Consumer<Copy> withoutChunk = copy -> {};

    private byte[] labels = {};

    Copy(ChunkSnapshotWriter writer) {
      this.writer = writer;
    }

    private void write(Write action) {
      try {
        action.run();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void endSeries() {
      withoutChunk.accept(this);
      withoutChunk = copy -> {};
    }

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {
      endSeries();
      byte[] own = Arrays.copyOfRange(buf, offset, offset + length);
      labels = own;
      withoutChunk = copy -> copy.write(() -> copy.writer.series(ref, own));
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
      withoutChunk = copy -> {};
      write(() ->
          writer.series(ref, labels, encoding, mint, maxt, buf, offset, length, lastValueBits));
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
      withoutChunk = copy -> {};
      write(() -> writer.series(ref, labels, encoding, mint, maxt, buf, offset, length, last));
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {
      endSeries();
      writer.tombstone(ref, mint, maxt);
    }

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {
      endSeries();
      write(() ->
          writer.exemplar(ref, t, valueBits, Arrays.copyOfRange(buf, offset, offset + length)));
    }
  }
}
