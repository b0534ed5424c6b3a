package io.varve.block;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.Utf8Order;
import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Puts blocks on disk for tests.
final class BlockFiles {
  static final Ulid ULID = Ulid.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV").orElseThrow();

  private BlockFiles() {}

  /// Copies all chunks of {@code view} to a block.
  ///
  /// @return its directory
  static Path write(Disk disk, Path data, BlockView view) throws IOException {
    try (BlockWriter writer = BlockWriter.create(disk, data, ULID)) {
      writeSeries(view, writer);
      writer.finish(view.minTime(), view.maxTime() + 1, BlockMeta.Compaction.ofHead(ULID));
    }
    return data.resolve(ULID.toString());
  }

  static void writeSeries(BlockView view, BlockWriter writer) throws IOException {
    var symbols = new TreeSet<>(Utf8Order.INSTANCE);
    view.labelNames(List.of()).forEach(name -> addSymbols(view, name, symbols));
    for (String symbol : symbols) {
      writer.addSymbol(symbol.getBytes(UTF_8));
    }
    writeChunks(view, writer);
  }

  /// Writes what {@link #writeSeries} writes after the symbols.
  static void writeChunks(BlockView view, BlockWriter writer) throws IOException {
    var chunk = new ChunkBuffer();
    SeriesCursor series = view.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE);
    while (series.next()) {
      writer.startSeries(series.labels());
      for (int i = 0; i < series.chunkCount(); i++) {
        series.readChunk(i, chunk);
        writer.addChunk(
            series.chunkMinTime(i),
            series.chunkMaxTime(i),
            chunk.encoding(),
            chunk.bytes(),
            0,
            chunk.length(),
            ChunkHeader.sampleCount(chunk, series.labels(), 0));
      }
      writer.endSeries();
    }
  }

  private static void addSymbols(BlockView view, String name, Set<String> symbols) {
    symbols.add(name);
    symbols.addAll(view.labelValues(name, List.of()));
  }

  static void replace(Disk disk, Path file, byte[] content) throws IOException {
    disk.deleteRecursively(file);
    try (DiskFile out = disk.create(file)) {
      out.write(content, 0, content.length, 0);
    }
  }
}
