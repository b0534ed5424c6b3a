package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.head.HeadChunkFiles;
import io.varve.model.Labels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What came out of order and the head does not take yet, read from the files that have it: the WBL
/// and the out-of-order chunks in `chunks_head`.
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
}
