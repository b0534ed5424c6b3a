package io.varve.block;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.varve.block.BlockMeta.Compaction;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkEncoding;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Walking all of a block.
class BlockCursorTest {
  private static final Path MAPPINGS = Path.of("/proc/self/smaps");
  private static final int SERIES = 40;
  private static final int CHUNK = 200_000;

  private final Disk disk = new LocalDisk();
  @TempDir private Path data;

  @Test
  void tellsLabelsAsSymbolsAndTakesThemBack() throws IOException {
    Ulid copy = new Ulid(1, 1);
    try (Block block = write(disk)) {
      try (BlockWriter writer = BlockWriter.create(disk, data, copy)) {
        for (Iterator<byte[]> symbols = block.symbols(); symbols.hasNext(); ) {
          writer.addSymbol(symbols.next());
        }
        copyBySymbols(block, writer);
        assertThat(writer.finish(0, SERIES, Compaction.ofHead(copy))).isPresent();
      }
      try (Block copied = Block.open(disk, data.resolve(copy.toString()))) {
        assertThat(copied.series(List.of())).isEqualTo(block.series(List.of())).hasSize(SERIES);
        assertThat(copied.symbolCount()).isEqualTo(block.symbolCount());
      }
    }
  }

  private static void copyBySymbols(Block block, BlockWriter writer) throws IOException {
    BlockCursor series = block.cursor(0, SERIES);
    while (series.next()) {
      writer.startSeries(series.symbols(), series.symbolCount());
      writer.addChunk(0, 0, ChunkEncoding.XOR, new byte[] {0, 1, 0}, 0, 3, 1);
      assertThat(writer.endSeries()).isPositive();
    }
  }

  @Test
  void leavesNoPagesInMemoryIfItIsToGiveThemBack() throws IOException {
    assumeTrue(disk.stat(MAPPINGS).isPresent());
    try (Block block = write(disk)) {
      List<Byte> read = firstBytes(block.cursor(0, SERIES));
      long kept = residentBytes(block);

      assertThat(firstBytes(block.cursor(0, SERIES).givingBackPages())).isEqualTo(read);

      assertThat(kept).isGreaterThan((long) SERIES * CHUNK);
      assertThat(residentBytes(block)).isLessThan(1 << 20);
      assertThat(firstBytes(block.cursor(0, SERIES))).isEqualTo(read);
    }
  }

  private static List<Byte> firstBytes(BlockCursor series) {
    var bytes = new ArrayList<Byte>();
    var chunk = new ChunkBuffer();
    while (series.next()) {
      series.readChunk(0, chunk);
      bytes.add(chunk.bytes()[2]);
    }
    return bytes;
  }

  /// Bytes of the mapped files of a block that count as memory of this process.
  private long residentBytes(Block block) throws IOException {
    byte[] text = new byte[16 << 20];
    int length;
    try (DiskFile mappings = disk.open(MAPPINGS)) {
      length = mappings.read(text, 0, text.length, 0);
    }
    Matcher resident =
        Pattern.compile(
                Pattern.quote(block.directory().toString()) + "/.*\\n(?:.*\\n)*?Rss: +(\\d+)")
            .matcher(new String(text, 0, length, US_ASCII));
    long kilobytes = 0;
    while (resident.find()) {
      kilobytes += Long.parseLong(resident.group(1));
    }
    return kilobytes << 10;
  }

  /// Long chunks, each with its number in it.
  private Block write(Disk disk) throws IOException {
    Ulid ulid = new Ulid(0, 1);
    try (BlockWriter writer = BlockWriter.create(disk, data, ulid)) {
      writer.addSymbol("a".getBytes(UTF_8));
      for (int i = 0; i < SERIES; i++) {
        writer.addSymbol(value(i).getBytes(UTF_8));
      }
      byte[] chunk = new byte[CHUNK];
      chunk[1] = 1;
      for (int i = 0; i < SERIES; i++) {
        chunk[2] = (byte) i;
        writer.startSeries(Labels.of("a", value(i)));
        writer.addChunk(i, i, ChunkEncoding.XOR, chunk, 0, CHUNK, 1);
        writer.endSeries();
      }
      assertThat(writer.finish(0, SERIES, Compaction.ofHead(ulid))).isPresent();
    }
    return Block.open(disk, data.resolve(ulid.toString()));
  }

  private static String value(int series) {
    return "value-%02d".formatted(series);
  }
}
