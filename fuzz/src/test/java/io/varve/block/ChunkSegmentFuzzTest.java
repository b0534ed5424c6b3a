package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.fuzz.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The chunks of a block of which all else is well: read, verified, and saved as far as they go.
final class ChunkSegmentFuzzTest {
  private static final String RESOURCES =
      "block/src/test/resources/prometheus/3.5/01M7YWPSJ3BVA2AQ8B8VVKTQ4R/";
  private static final Path BLOCK = Path.of("data/01M7YWPSJ3BVA2AQ8B8VVKTQ4R");
  private static final Ulid OTHER = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();
  private static final byte[] INDEX = Seeds.file(RESOURCES + "index");
  private static final byte[] META = Seeds.file(RESOURCES + "meta.json");

  static Stream<byte[]> seeds() {
    return Stream.of(Seeds.file(RESOURCES + "chunks/000001"));
  }

  @FuzzTest
  @MethodSource("seeds")
  void readsOrRefuses(byte[] input) throws IOException {
    check(input);
    check(Seal.chunks(input.clone()));
  }

  private static void check(byte[] segment) throws IOException {
    var disk =
        new MemoryDisk()
            .with(BLOCK + "/index", INDEX)
            .with(BLOCK + "/meta.json", META)
            .with(BLOCK + "/chunks/000001", segment);
    var findings = new ArrayList<Finding>();
    BlockVerifier.verify(disk, BLOCK, findings::add);
    try {
      readAll(disk, BLOCK);
    } catch (CorruptionException e) {
      assertThat(findings).as("the verifier finds what a reader finds: %s", e).isNotEmpty();
    }
    salvage(disk);
  }

  private static void readAll(MemoryDisk disk, Path directory) throws IOException {
    var chunk = new ChunkBuffer();
    var cursor = new ChunkCursor();
    try (Block block = Block.open(disk, directory);
        SeriesCursor series = block.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      while (series.next()) {
        for (int i = 0; i < series.chunkCount(); i++) {
          series.readChunk(i, chunk);
          cursor.reset(chunk, directory, 0);
          while (cursor.next()) {
            assertThat(cursor.timestamp()).isNotNull();
          }
        }
      }
    }
  }

  /// What is saved is sound.
  private static void salvage(MemoryDisk disk) throws IOException {
    if (BlockSalvage.salvage(disk, BLOCK, BLOCK.getParent(), OTHER).isPresent()) {
      Path saved = BLOCK.resolveSibling(OTHER.toString());
      var findings = new ArrayList<Finding>();
      BlockVerifier.verify(disk, saved, findings::add);
      assertThat(findings).isEmpty();
      readAll(disk, saved);
    }
  }
}
