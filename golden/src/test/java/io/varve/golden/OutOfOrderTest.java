package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.Appender;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.chunk.ChunkBuffer;
import io.varve.head.HeadChunkFiles;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What came out of order: read from the files that have it, the WBL and the out-of-order chunks in
/// `chunks_head`, and written by Varve, too.
final class OutOfOrderTest {
  static List<Golden> outOfOrder() {
    return Golden.ending("-ooo");
  }

  @ParameterizedTest
  @MethodSource("outOfOrder")
  void theFilesHaveTheSamplesThatCameOutOfOrder(Golden golden, @TempDir Path temp)
      throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    OutOfOrderSamples samples = OutOfOrderSamples.of(golden);
    List<String> expected = samples.outOfOrderOf(golden.lines("samples.txt.gz"));
    Map<Long, Labels> series = LogContents.ofWal(data).series;

    Set<String> inWbl = new TreeSet<>();
    for (LogContents.LoggedSample logged : LogContents.ofWbl(data).samples) {
      inWbl.add(GoldenText.labels(series.get(logged.ref())) + logged.sample());
    }
    Set<String> inChunks = new TreeSet<>();
    for (HeadChunkFiles.Stored stored : HeadChunkFiles.read(Golden.disk(), data)) {
      if (stored.outOfOrder()) {
        inChunks.addAll(StoredSamples.normalLines(series.get(stored.series()), stored.chunk()));
      }
    }

    assertThat(expected).isNotEmpty();
    assertThat(inChunks).isNotEmpty();
    Set<String> inFiles = new TreeSet<>(inWbl);
    inFiles.addAll(inChunks);
    // Some of what the files have has come into a block meanwhile.
    Lines.assertSame(
        samples.settled(samples.outOfOrderOf(List.copyOf(inFiles))), samples.settled(expected));
    assertThat(samples.settled(golden.lines("samples.txt.gz")))
        .containsAll(samples.settled(List.copyOf(inFiles)));
  }

  /// Whatever a marker in the WBL refers to is an out-of-order chunk of that series.
  @ParameterizedTest
  @MethodSource("outOfOrder")
  void markersReferToChunks(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Map<Long, Long> markers = LogContents.ofWbl(data).markers;
    List<HeadChunkFiles.Stored> stored = HeadChunkFiles.read(Golden.disk(), data);

    assertThat(markers).isNotEmpty();
    markers.forEach((series, ref) ->
        assertThat(stored)
            .as("series %d, chunk %x", series, ref)
            .anyMatch(chunk ->
                chunk.outOfOrder()
                    && chunk.series() == series
                    && ((long) chunk.file() << 32 | chunk.offset()) == ref));
  }

  /// Has Varve write the same.
  private static void write(Golden golden, Path data) throws IOException {
    VarveOptions options = golden.options().withOutOfOrderWindow(Duration.ofHours(3));
    try (Varve store = Varve.open(data, options);
        Appender appender = store.appender()) {
      for (Commits.Commit commit : Commits.of(golden).commits()) {
        assertThat(Writing.write(commit, appender)).isEmpty();
        store.maintain();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("outOfOrder")
  void samplesComeBackAsTheWriterHadThem(Golden golden, @TempDir Path temp) throws Exception {
    OutOfOrderSamples samples = OutOfOrderSamples.of(golden);

    write(golden, temp);

    try (Varve store = Varve.openReadOnly(temp, golden.options())) {
      // One of late samples, or one that it was merged into.
      assertThat(store.blocks())
          .anyMatch(block -> !block.compaction().endsHead() || block.compaction().level() > 1);
      Lines.assertSame(
          samples.settled(StoredSamples.normalLines(store)),
          samples.settled(golden.lines("samples.txt.gz")));
    }
  }

  /// But for their places in the files, and those that became a block: their file is gone here.
  @ParameterizedTest
  @MethodSource("outOfOrder")
  void chunksAreThoseOfTheWriter(Golden golden, @TempDir Path temp) throws Exception {
    Path theirs = golden.unpack(temp.resolve("theirs"));
    Path ours = temp.resolve("ours");

    write(golden, ours);

    assertThat(chunks(ours)).isNotEmpty();
    assertThat(chunks(theirs)).containsAll(chunks(ours));
  }

  private static Set<String> chunks(Path data) throws IOException {
    Map<Long, Labels> series = LogContents.ofWal(data).series;
    var chunks = new TreeSet<String>();
    for (HeadChunkFiles.Stored stored : HeadChunkFiles.read(Golden.disk(), data)) {
      if (stored.outOfOrder()) {
        ChunkBuffer chunk = stored.chunk();
        chunks.add(
            "%s %d %d %d %s"
                .formatted(
                    GoldenText.labels(series.get(stored.series())),
                    stored.mint(),
                    stored.maxt(),
                    chunk.encoding(),
                    HexFormat.of().formatHex(chunk.bytes(), 0, chunk.length())));
      }
    }
    return chunks;
  }
}
