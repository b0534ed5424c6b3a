package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.BlockDirectory;
import io.varve.index.IndexLayout;
import io.varve.index.IndexReader;
import io.varve.index.IndexWriter;
import io.varve.index.Postings;
import io.varve.index.SeriesEntry;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads the index of each golden block and writes its symbols and series again: the files must be
/// equal, byte for byte. Until 3.6 Prometheus wrote label indices.
final class IndexBytesTest {
  static List<Golden> withBlocks() {
    return BlockTest.withBlocks();
  }

  @ParameterizedTest
  @MethodSource("withBlocks")
  void writingAgainGivesTheSameBytes(Golden golden, @TempDir Path temp) throws Exception {
    Path data = golden.unpack(temp.resolve("data"));
    List<BlockDirectory.Entry> blocks = new BlockDirectory(Golden.disk(), data).list().blocks();

    assertThat(blocks).isNotEmpty();
    for (BlockDirectory.Entry block : blocks) {
      Path original = block.directory().resolve("index");
      Path written = temp.resolve(block.meta().ulid().toString());
      writeAgain(
          original, written, golden.by313() ? IndexLayout.CURRENT : IndexLayout.WITH_LABEL_INDICES);

      assertThat(Files.mismatch(written, original)).as("first byte that differs").isEqualTo(-1);
    }
  }

  private static void writeAgain(Path original, Path target, IndexLayout layout)
      throws IOException {
    try (Arena arena = Arena.ofConfined();
        var writer = new IndexWriter(Golden.disk(), target, layout)) {
      var reader = new IndexReader(Golden.disk().map(original, arena));
      reader.symbolBytes().forEachRemaining(writer::addSymbol);
      var series = new SeriesEntry();
      for (Postings all = reader.all(); all.next(); ) {
        assertThat(reader.series(all.ref(), series)).isTrue();
        assertThat(writer.addSeries(series.labels(), series.chunks())).isEqualTo(all.ref());
      }
      writer.finish();
    }
  }
}
