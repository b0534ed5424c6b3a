package io.varve.compact;

import io.varve.block.Block;
import io.varve.block.BlockCursor;
import io.varve.block.BlockMeta;
import io.varve.block.MetaFile;
import io.varve.block.Tombstones;
import io.varve.block.TombstonesFile;
import io.varve.block.UlidFactory;
import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.ChunkRun;
import io.varve.fixture.MemoryBlock;
import io.varve.index.IndexLayout;
import io.varve.index.IndexReader;
import io.varve.index.Postings;
import io.varve.index.SeriesEntry;
import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// Blocks of a test in one directory. Confined to one thread.
final class Blocks implements AutoCloseable {
  static final String CHUNKS = "chunks/000001";

  private final Disk disk;
  private final Path data;
  private final UlidFactory ulids = new UlidFactory(() -> 1000, new Random(1));
  private final List<Block> open = new ArrayList<>();

  Blocks(Disk disk, Path data) {
    this.disk = disk;
    this.data = data;
  }

  Path data() {
    return data;
  }

  /// How blocks are written to it.
  ///
  /// @param newest the highest encoding of chunks
  BlockOutput output(byte newest) {
    return new BlockOutput(
        disk, data, ulids, () -> new ChunkRun(false, newest), IndexLayout.CURRENT);
  }

  Block write(MemoryBlock content, long minTime, long maxTime) throws IOException {
    BlockCut cut = new BlockCut(output(ChunkEncoding.FLOAT_HISTOGRAM_ST));
    return open(cut.write(content, minTime, maxTime).orElseThrow());
  }

  Block open(BlockMeta meta) throws IOException {
    Block block = Block.open(disk, data.resolve(meta.ulid().toString()));
    open.add(block);
    return block;
  }

  /// A span to delete.
  record Deletion(Labels labels, long mint, long maxt) {}

  /// The block with some more deleted, opened again.
  Block delete(Block block, List<Deletion> deletions) throws IOException {
    var tombstones = block.tombstones().toBuilder();
    try (Arena arena = Arena.ofConfined()) {
      var index = new IndexReader(disk.map(block.directory().resolve("index"), arena));
      var entry = new SeriesEntry();
      for (Postings all = index.all(); all.next(); ) {
        index.series(all.ref(), entry);
        deletions.stream()
            .filter(deletion -> deletion.labels.equals(entry.labels()))
            .forEach(deletion -> tombstones.add(all.ref(), deletion.mint, deletion.maxt));
      }
    }
    Tombstones built = tombstones.build();
    TombstonesFile.write(disk, block.directory(), built);
    BlockMeta meta = block.meta();
    BlockMeta changed = meta.withStats(meta.stats().withNumTombstones(built.size()));
    MetaFile.write(disk, block.directory(), changed);
    return open(changed);
  }

  /// Adds samples to a series, in chunks of so many at most.
  static MemoryBlock add(MemoryBlock block, Labels labels, List<Sample> samples, int chunkSize) {
    var run = new ChunkRun(false, ChunkEncoding.FLOAT_HISTOGRAM_ST);
    for (int from = 0; from < samples.size(); from += chunkSize) {
      List<Sample> part = samples.subList(from, Math.min(from + chunkSize, samples.size()));
      run.reset(new Samples(part));
      while (run.next()) {
        ChunkEncoder chunk = run.chunk();
        block.addChunk(
            labels,
            chunk.minTime(),
            chunk.lastTime(),
            chunk.encoding(),
            Arrays.copyOf(chunk.bytes(), chunk.length()));
      }
    }
    return block;
  }

  /// All samples that are not deleted, in the order of the chunks.
  static SortedMap<Labels, List<Sample>> samples(Block block) {
    SortedMap<Labels, List<Sample>> samples = new TreeMap<>();
    var chunk = new ChunkBuffer();
    var cursor = new ChunkCursor();
    BlockCursor series = block.cursor(Long.MIN_VALUE, Long.MAX_VALUE);
    while (series.next()) {
      var read = new ArrayList<Sample>();
      for (int i = 0; i < series.chunkCount(); i++) {
        series.readChunk(i, chunk);
        cursor.reset(chunk, "test", 0);
        while (cursor.next()) {
          if (!series.deleted().contains(cursor.timestamp())) {
            read.add(Samples.at(cursor));
          }
        }
      }
      if (!read.isEmpty()) {
        samples.put(series.labels(), read);
      }
    }
    return samples;
  }

  /// All chunks: times, encoding and payload.
  static SortedMap<Labels, List<String>> chunks(Block block) {
    SortedMap<Labels, List<String>> chunks = new TreeMap<>();
    var chunk = new ChunkBuffer();
    BlockCursor series = block.cursor(Long.MIN_VALUE, Long.MAX_VALUE);
    while (series.next()) {
      var read = new ArrayList<String>();
      for (int i = 0; i < series.chunkCount(); i++) {
        series.readChunk(i, chunk);
        read.add(
            series.chunkMinTime(i)
                + ".."
                + series.chunkMaxTime(i)
                + " "
                + chunk.encoding()
                + " "
                + HexFormat.of().formatHex(chunk.bytes(), 0, chunk.length()));
      }
      chunks.put(series.labels(), read);
    }
    return chunks;
  }

  @Override
  public void close() {
    open.forEach(Block::close);
  }
}
