package io.varve.block;

import io.varve.index.IndexFormat;
import io.varve.index.IndexVerifier;
import io.varve.index.SeriesEntry;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
import io.varve.io.MappedReads;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks all of one block: each file by itself, and that they tell the same. Besides what {@link
/// IndexVerifier} and {@link ChunkCheck} do, compares the block's time with that of its chunks, its
/// counts with what is there, and its deletions with its series.
///
/// Reports one finding for each damage; what only follows from it (counts that differ because a
/// series cannot be read) is left out. Changes nothing. Used once, by one thread.
public final class BlockVerifier {
  private final Disk disk;
  private final Path directory;
  private final Consumer<Finding> findings;
  private long found;
  private @Nullable BlockMeta meta;
  private long series;

  private BlockVerifier(Disk disk, Path directory, Consumer<Finding> findings) {
    this.disk = disk;
    this.directory = directory;
    this.findings = findings;
  }

  /// Checks the block in {@code block}.
  ///
  /// @param findings takes each damage; not called after this method has returned
  /// @return number of findings
  /// @throws IOException if the block cannot be checked
  public static long verify(Disk disk, Path block, Consumer<Finding> findings) throws IOException {
    var verifier = new BlockVerifier(disk, block, findings);
    verifier.run();
    return verifier.found;
  }

  private void run() throws IOException {
    meta = orReport(MetaFormat.FILE_NAME, () -> MetaFile.read(disk, directory));
    if (meta != null) {
      checkName(meta);
    }
    try (Arena arena = Arena.ofShared()) {
      MappedReads.guard(
          directory,
          () -> {
            checkMapped(arena);
            return true;
          });
    } catch (CorruptionException e) {
      report(directory, -1, -1, e.what());
    } catch (WrappedIOException e) {
      throw e.cause;
    }
  }

  /// Carries an {@link IOException} through a guard.
  private static final class WrappedIOException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException cause;

    WrappedIOException(IOException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  private void checkMapped(Arena arena) {
    try {
      ChunkCheck chunks = chunks(arena);
      MappedFile file =
          orReport(
              IndexFormat.FILE_NAME,
              () -> disk.map(directory.resolve(IndexFormat.FILE_NAME), arena));
      IndexVerifier index = file == null ? null : checkIndex(file, chunks);
      boolean hasSeries = index != null && index.hasSeries();
      if (chunks != null && !hasSeries) {
        chunks.checkAlone();
      }
      checkTombstones(index);
      checkCounts(chunks);
    } catch (IOException e) {
      throw new WrappedIOException(e);
    }
  }

  /// Checks the index, and the chunks as it names them.
  private IndexVerifier checkIndex(MappedFile file, @Nullable ChunkCheck chunks) {
    var index = new IndexVerifier(file, this::report);
    index.verify((id, offset, entry, afterDamage) -> {
      series++;
      checkTimes(file.file(), offset, entry);
      if (chunks != null) {
        chunks.check(entry.chunks(), afterDamage);
      }
    });
    if (chunks != null && index.hasSeries()) {
      chunks.end(!index.isComplete());
    }
    return index;
  }

  private @Nullable ChunkCheck chunks(Arena arena) throws IOException {
    Path chunks = BlockWriter.chunksDirectory(directory);
    ChunkSegmentReader segments =
        orReport(
            ChunkSegmentFormat.DIRECTORY_NAME,
            () -> ChunkSegmentReader.openUnchecked(disk, chunks, arena));
    if (segments == null) {
      return null;
    }
    var check = new ChunkCheck(segments, this::report);
    check.checkSegments();
    return check;
  }

  private void checkTimes(Path index, long offset, SeriesEntry entry) {
    BlockMeta block = meta;
    int chunks = entry.chunks().size();
    if (block == null || chunks == 0) {
      return;
    }
    long first = entry.chunks().minTime(0);
    long last = entry.chunks().maxTime(chunks - 1);
    if (first < block.minTime() || last >= block.maxTime()) {
      report(
          index,
          offset,
          -1,
          "a series has chunks over [%d, %d], outside of the block's [%d, %d)"
              .formatted(first, last, block.minTime(), block.maxTime()));
    }
  }

  private void checkName(BlockMeta block) {
    Path name = directory.getFileName();
    boolean named = name == null || Ulid.parse(name.toString()).isEmpty();
    if (!named && !block.ulid().equals(Ulid.parse(name.toString()).orElseThrow())) {
      report(
          directory.resolve(MetaFormat.FILE_NAME),
          -1,
          -1,
          "is of block " + block.ulid() + ", in the directory of another");
    }
  }

  private void checkTombstones(@Nullable IndexVerifier index) throws IOException {
    Tombstones tombstones =
        orReport(TombstonesFormat.FILE_NAME, () -> TombstonesFile.read(disk, directory));
    if (tombstones == null) {
      return;
    }
    Path file = directory.resolve(TombstonesFormat.FILE_NAME);
    Set<Long> strangers = new HashSet<>();
    tombstones.forEach((ref, mint, maxt) -> {
      // A thousand of them tell enough.
      if (index != null && index.isComplete() && !index.hasSeries(ref) && strangers.size() < 1000) {
        if (strangers.add(ref)) {
          report(file, -1, -1, "names series " + ref + ", which there is not");
        }
      }
    });
    BlockMeta block = meta;
    if (block != null && block.stats().numTombstones() != tombstones.size()) {
      reportCount("numTombstones", block.stats().numTombstones(), tombstones.size());
    }
  }

  /// Counts that are 0 may have been left out by old writers, and damage makes any of them differ.
  private void checkCounts(@Nullable ChunkCheck chunks) {
    BlockMeta block = meta;
    if (block == null || chunks == null || found > 0) {
      return;
    }
    BlockMeta.Stats stats = block.stats();
    checkCount("numSeries", stats.numSeries(), series);
    checkCount("numChunks", stats.numChunks(), chunks.chunks());
    checkCount("numSamples", stats.numSamples(), chunks.floats() + chunks.histograms());
    if (stats.numFloatSamples() + stats.numHistogramSamples() > 0) {
      checkCount("numFloatSamples", stats.numFloatSamples(), chunks.floats());
      checkCount("numHistogramSamples", stats.numHistogramSamples(), chunks.histograms());
    }
  }

  private void checkCount(String name, long said, long actual) {
    if (said != actual && said != 0) {
      reportCount(name, said, actual);
    }
  }

  private void reportCount(String name, long said, long actual) {
    report(
        directory.resolve(MetaFormat.FILE_NAME),
        -1,
        -1,
        name + " is " + said + ", but there are " + actual);
  }

  private interface Read<T> {
    T read() throws IOException;
  }

  /// @return what was read, or null, after a report, if it is damaged or missing
  private <T> @Nullable T orReport(String name, Read<T> read) throws IOException {
    Path file = directory.resolve(name);
    try {
      return read.read();
    } catch (CorruptionException e) {
      // Where a text stops making sense is not where it is wrong.
      report(file, name.equals(MetaFormat.FILE_NAME) ? -1 : e.offset(), -1, e.what());
    } catch (NoSuchFileException e) {
      report(file, -1, -1, "is missing");
    }
    return null;
  }

  private void report(Path file, long offset, long length, String what) {
    report(new Finding(file, offset, length, what));
  }

  private void report(Finding finding) {
    found++;
    findings.accept(finding);
  }
}
