package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.fixture.MemoryDisk;
import io.varve.fuzz.Seal;
import io.varve.fuzz.Seeds;
import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// The chunks of a block of which all else is well: read, verified, and saved as far as they go.
final class ChunkSegmentFuzzTest {
  private static final Ulid ULID = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();
  private static final Ulid OTHER = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAW").orElseThrow();
  private static final Path BLOCK = Path.of("data", ULID.toString());
  private static final MemoryDisk SOUND = sound();
  private static final byte[] INDEX = content("index");
  private static final byte[] META = content("meta.json");

  static Stream<byte[]> seeds() {
    return Stream.of(content("chunks/000001"));
  }

  /// A block of six series, each with a small golden chunk of another encoding.
  private static MemoryDisk sound() {
    var disk = new MemoryDisk();
    Path data = Path.of("data");
    try {
      disk.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (BlockWriter writer = BlockWriter.create(disk, data, ULID)) {
      Collection<String[]> chunks = smallest();
      for (int i = 0; i < chunks.size(); i++) {
        writer.addSymbol(("" + i).getBytes(UTF_8));
      }
      writer.addSymbol("__name__".getBytes(UTF_8));
      long mint = Long.MAX_VALUE;
      long maxt = Long.MIN_VALUE;
      int series = 0;
      for (String[] chunk : chunks) {
        mint = Math.min(mint, Long.parseLong(chunk[3]));
        maxt = Math.max(maxt, Long.parseLong(chunk[4]));
        add(writer, Labels.of("__name__", "" + series++), chunk);
      }
      writer.finish(mint, maxt + 1, BlockMeta.Compaction.ofHead(ULID));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return disk;
  }

  /// The lines of the smallest chunks, one of each encoding.
  private static Collection<String[]> smallest() {
    return Stream.of("prometheus-3.5-blocks", "prometheus-3.13-blocks")
        .flatMap(name -> Seeds.lines("golden/" + name + "/chunks.txt.gz"))
        .map(line -> line.split("\t", -1))
        .collect(
            toMap(
                chunk -> chunk[5],
                chunk -> chunk,
                BinaryOperator.minBy(Comparator.comparingInt(chunk -> chunk[8].length())),
                TreeMap::new))
        .values();
  }

  private static void add(BlockWriter writer, Labels labels, String[] chunk) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(chunk[8]);
    writer.startSeries(labels);
    writer.addChunk(
        Long.parseLong(chunk[3]),
        Long.parseLong(chunk[4]),
        Byte.parseByte(chunk[5]),
        bytes,
        0,
        bytes.length,
        Integer.parseInt(chunk[6]));
    writer.endSeries();
  }

  private static byte[] content(String file) {
    try {
      return SOUND.readAll(BLOCK.resolve(file), 1 << 20);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest
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
            // That it can be read is all there is to ask.
            var ignored = cursor.timestamp();
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
