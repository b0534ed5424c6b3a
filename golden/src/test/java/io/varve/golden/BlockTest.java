package io.varve.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.block.Block;
import io.varve.block.BlockChunks;
import io.varve.block.BlockDirectory;
import io.varve.block.BlockMeta;
import io.varve.block.BlockVerifier;
import io.varve.block.MetaFile;
import io.varve.io.Finding;
import io.varve.model.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Reads the files of each golden block: index and chunk segments against `chunks.txt.gz`, chunks
/// and `meta.json` against `blocks.txt.gz` (sample by sample as they lie there, with layout and
/// what they say about counter resets), tombstones against `tombstones.txt`.
final class BlockTest {
  static List<Golden> withBlocks() {
    List<Golden> golden =
        Golden.all().stream().filter(g -> g.name().matches(".*-(blocks|ooo|spans)")).toList();
    assertThat(golden).hasSize(7);
    return golden;
  }

  /// The blocks in the order of the texts, which is that of their names.
  private static List<Path> blocks(Path data) throws Exception {
    BlockDirectory.Listing listing = new BlockDirectory(Golden.disk(), data).list();
    assertThat(listing.unreadable()).isEmpty();
    return listing.blocks().stream().map(BlockDirectory.Entry::directory).sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("withBlocks")
  void chunksAreTheBytesAtTheirReferences(Golden golden, @TempDir Path temp) throws Exception {
    var lines = new ArrayList<String>();

    for (Path block : blocks(golden.unpack(temp.resolve("data")))) {
      for (BlockChunks.Stored stored : BlockChunks.read(Golden.disk(), block)) {
        lines.add(
            ChunkLine.text(
                block.getFileName().toString(),
                stored.labels(),
                stored.ref(),
                stored.mint(),
                stored.maxt(),
                "block",
                stored.chunk()));
      }
    }

    Lines.assertSame(
        lines,
        golden.lines("chunks.txt.gz").stream().filter(line -> line.contains("\tblock\t")).toList());
  }

  @ParameterizedTest
  @MethodSource("withBlocks")
  void samplesAreExactlyThoseOfTheChunks(Golden golden, @TempDir Path temp) throws Exception {
    var lines = new ArrayList<String>();

    for (Path block : blocks(golden.unpack(temp.resolve("data")))) {
      lines.add(header(MetaFile.read(Golden.disk(), block)));
      for (BlockChunks.Stored stored : BlockChunks.read(Golden.disk(), block)) {
        lines.addAll(StoredSamples.exactLines(stored.labels(), stored.chunk()));
      }
    }

    Lines.assertSame(lines, golden.lines("blocks.txt.gz"));
  }

  private static String header(BlockMeta meta) {
    return String.join(
        "\t",
        "block",
        meta.ulid().toString(),
        Long.toString(meta.minTime()),
        Long.toString(meta.maxTime()),
        Integer.toString(meta.compaction().level()),
        Long.toString(meta.stats().numSeries()),
        Long.toString(meta.stats().numChunks()),
        Long.toString(meta.stats().numSamples()),
        String.join(",", meta.compaction().hints()));
  }

  @ParameterizedTest
  @MethodSource("withBlocks")
  void tombstonesAreThose(Golden golden, @TempDir Path temp) throws Exception {
    var lines = new ArrayList<String>();

    for (Path directory : blocks(golden.unpack(temp.resolve("data")))) {
      Map<Long, Labels> series = BlockChunks.series(Golden.disk(), directory);
      try (Block block = Block.open(Golden.disk(), directory)) {
        block
            .tombstones()
            .forEach((ref, mint, maxt) ->
                lines.add(
                    String.join(
                        "\t",
                        directory.getFileName().toString(),
                        Long.toString(ref),
                        GoldenText.labels(series.get(ref)),
                        Long.toString(mint),
                        Long.toString(maxt))));
      }
    }

    Lines.assertSame(lines, golden.lines("tombstones.txt"));
  }

  @ParameterizedTest
  @MethodSource("withBlocks")
  void blocksVerify(Golden golden, @TempDir Path temp) throws Exception {
    for (Path block : blocks(golden.unpack(temp.resolve("data")))) {
      var findings = new ArrayList<Finding>();

      BlockVerifier.verify(Golden.disk(), block, findings::add);

      assertThat(findings).isEmpty();
    }
  }

  /// All members are kept, those too that only one branch writes (`out_of_order` of the 3.13 one),
  /// and their order is Prometheus'.
  @ParameterizedTest
  @MethodSource("withBlocks")
  void metaJsonIsRewrittenToTheSameBytes(Golden golden, @TempDir Path temp) throws Exception {
    for (Path block : blocks(golden.unpack(temp.resolve("data")))) {
      String before = Files.readString(block.resolve("meta.json"));

      MetaFile.write(Golden.disk(), block, MetaFile.read(Golden.disk(), block));

      assertThat(Files.readString(block.resolve("meta.json"))).isEqualTo(before);
      assertThat(before.contains("\"out_of_order\": false")).isEqualTo(golden.by313());
    }
  }
}
