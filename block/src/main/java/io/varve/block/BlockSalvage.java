package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.ChunkList;
import io.varve.index.IndexFormat;
import io.varve.index.IndexVerifier;
import io.varve.index.SeriesEntry;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.MappedFile;
import io.varve.model.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes a new block of what can still be read of a damaged one: the series whose entries are
/// intact, with those of their chunks that are. Lists of postings are made anew, so that damage to
/// them costs nothing. Without a readable header, table of contents and symbols of the index there
/// is nothing to start from.
///
/// The damaged block stays as it is; moving it aside is for the caller, before the new one is
/// loaded, for both tell of the same time. Used once, by one thread.
public final class BlockSalvage {
  private final Disk disk;
  private final Path damaged;
  private final ChunkBuffer chunk = new ChunkBuffer();
  private final ChunkSamples samples = new ChunkSamples();
  private final Tombstones.Builder deleted = Tombstones.builder();
  private Labels previous = Labels.EMPTY;

  /// Chunks of the present series that were copied, and where the last of them ends.
  private int copied;

  private long previousEnd;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;

  private BlockSalvage(Disk disk, Path damaged) {
    this.disk = disk;
    this.damaged = damaged;
  }

  /// Writes the new block.
  ///
  /// @param damaged the block to read; what is wrong with it tells {@link BlockVerifier}
  /// @param dataDirectory where the new block goes
  /// @param ulid name of the new block
  /// @return what the new block says of itself, or empty, and there is none, if nothing can be read
  public static Optional<BlockMeta> salvage(Disk disk, Path damaged, Path dataDirectory, Ulid ulid)
      throws IOException {
    try {
      return new BlockSalvage(disk, damaged).run(dataDirectory, ulid);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<BlockMeta> run(Path dataDirectory, Ulid ulid) throws IOException {
    try (Arena arena = Arena.ofShared();
        BlockWriter writer = BlockWriter.create(disk, dataDirectory, ulid)) {
      MappedFile index = disk.map(damaged.resolve(IndexFormat.FILE_NAME), arena);
      ChunkSegmentReader segments =
          ChunkSegmentReader.openUnchecked(disk, BlockWriter.chunksDirectory(damaged), arena);
      Tombstones tombstones = readable(() -> TombstonesFile.read(disk, damaged));
      var verifier = new IndexVerifier(index, finding -> {});
      if (!addSymbols(verifier, writer)) {
        return Optional.empty();
      }
      verifier.verify((id, offset, entry, afterDamage) ->
          copy(id, entry, segments, tombstones == null ? Tombstones.EMPTY : tombstones, writer));
      return finish(ulid, writer);
    }
  }

  /// Adds the symbols of the index, used or not.
  private static boolean addSymbols(IndexVerifier index, BlockWriter writer) throws IOException {
    try {
      for (Iterator<byte[]> symbols = index.symbols(); symbols.hasNext(); ) {
        writer.addSymbol(symbols.next());
      }
      return true;
    } catch (CorruptionException e) {
      return false;
    }
  }

  private void copy(
      long id,
      SeriesEntry entry,
      ChunkSegmentReader segments,
      Tombstones tombstones,
      BlockWriter writer) {
    Labels labels = readable(entry);
    if (labels.compareTo(previous) <= 0) {
      return;
    }
    try {
      writer.startSeries(labels);
      copied = 0;
      for (int i = 0; i < entry.chunks().size(); i++) {
        copyChunk(entry.chunks(), i, segments, writer);
      }
      long ref = writer.endSeries();
      if (ref >= 0) {
        previous = labels;
        Intervals spans = tombstones.get(id);
        for (int i = 0; i < spans.size(); i++) {
          deleted.add(ref, spans.mint(i), spans.maxt(i));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyChunk(ChunkList chunks, int i, ChunkSegmentReader segments, BlockWriter writer)
      throws IOException {
    long mint = chunks.minTime(i);
    long maxt = chunks.maxTime(i);
    if (maxt < mint || (copied > 0 && mint <= previousEnd) || !isIntact(chunks, i, segments)) {
      return;
    }
    writer.addChunk(
        mint, maxt, chunk.encoding(), chunk.bytes(), 0, chunk.length(), samples.count());
    copied++;
    previousEnd = maxt;
    minTime = Math.min(minTime, mint);
    maxTime = Math.max(maxTime, maxt);
  }

  private boolean isIntact(ChunkList chunks, int i, ChunkSegmentReader segments) {
    try {
      segments.read(chunks.ref(i), chunk);
      samples.read(chunk, damaged, chunks.ref(i));
      return samples.first() == chunks.minTime(i) && samples.last() == chunks.maxTime(i);
    } catch (CorruptionException e) {
      return false;
    }
  }

  /// The labels of a series, none if they make no sense.
  private static Labels readable(SeriesEntry entry) {
    try {
      return entry.labels();
    } catch (CorruptionException e) {
      return Labels.EMPTY;
    }
  }

  /// The new block takes the place of the damaged one: it has its time, level, sources and hints,
  /// where they can be read. It does not name it as its parent, since a parent is deleted.
  private Optional<BlockMeta> finish(Ulid ulid, BlockWriter writer) throws IOException {
    if (minTime > maxTime) {
      return Optional.empty();
    }
    writer.delete(deleted.build());
    BlockMeta meta = readable(() -> MetaFile.read(disk, damaged));
    boolean fits = meta != null && meta.minTime() <= minTime && maxTime < meta.maxTime();
    if (meta == null || !fits) {
      return writer.finish(minTime, maxTime + 1, BlockMeta.Compaction.ofHead(ulid));
    }
    return writer.finish(meta.minTime(), meta.maxTime(), meta.compaction());
  }

  private interface Read<T> {
    T read() throws IOException;
  }

  private static <T> @Nullable T readable(Read<T> read) throws IOException {
    try {
      return read.read();
    } catch (CorruptionException | NoSuchFileException e) {
      return null;
    }
  }
}
