package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.head.HeadChunkFiles;
import io.varve.model.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads the files of `chunks_head/`, chunks out of order too, against `chunks.txt.gz`: series,
/// places, times, numbers of samples and bytes.
final class HeadChunkTest {
  static List<Golden> withHeadChunks() {
    List<Golden> golden =
        Golden.all().stream().filter(g -> !g.name().matches(".*(killed|2.42-snapshot)")).toList();
    assertThat(golden).hasSize(12);
    return golden;
  }

  @ParameterizedTest
  @MethodSource("withHeadChunks")
  void chunksAreThose(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    Map<Long, Labels> series = LogContents.ofWal(data).series;
    var lines = new ArrayList<String>();

    for (HeadChunkFiles.Stored stored : HeadChunkFiles.read(Golden.disk(), data)) {
      lines.add(
          ChunkLine.text(
              "chunks_head/%06d".formatted(stored.file()),
              series.getOrDefault(stored.series(), Labels.EMPTY),
              stored.offset(),
              stored.mint(),
              stored.maxt(),
              stored.outOfOrder() ? "out-of-order" : "in-order",
              stored.chunk()));
    }

    assertThat(lines).isNotEmpty();
    Lines.assertSame(
        lines,
        golden.lines("chunks.txt.gz").stream()
            .filter(line -> line.startsWith("chunks_head/"))
            .toList());
  }

  /// The files of those directories that have no chunks are empty or not there, which is no damage.
  @ParameterizedTest
  @MethodSource("withoutHeadChunks")
  void noChunksAreNoDamage(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));

    assertThat(HeadChunkFiles.read(Golden.disk(), data)).isEmpty();
    assertThat(golden.lines("chunks.txt.gz")).isEmpty();
    assertThat(Files.isDirectory(data.resolve("chunks_head"))).isTrue();
  }

  static List<Golden> withoutHeadChunks() {
    var golden = new ArrayList<>(Golden.all());
    golden.removeAll(withHeadChunks());
    return golden;
  }
}
