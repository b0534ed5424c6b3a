package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.index.IndexReader;
import io.varve.index.MatcherPostings;
import io.varve.index.Postings;
import io.varve.index.SeriesEntry;
import io.varve.index.Utf8Order;
import io.varve.io.CorruptionException;
import io.varve.io.Disk;
import io.varve.io.MappedFile;
import io.varve.io.MappedReads;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A block on disk, open for reading: meta data and deletions on the heap, index and chunks mapped,
/// all in one arena, since closing an arena halts every thread for a moment.
///
/// Whoever reads pins the block with {@link #tryAcquire()} and {@link #release()}; the files stay
/// mapped until the owner has closed it and the last pin is gone. Cursors and postings must not be
/// used after that: they throw {@link IllegalStateException}.
///
/// Thread-safe. Reading throws {@link io.varve.io.CorruptionException}.
public final class Block implements BlockView, AutoCloseable {
  private final Path directory;
  private final BlockMeta meta;
  private final Tombstones tombstones;
  private final IndexReader index;
  private final ChunkSegmentReader segments;
  private final long sizeBytes;
  private final Arena arena;
  private final PinCount pins = new PinCount();
  private volatile Consumer<CorruptionException> onDamage = damage -> {};

  private Block(Disk disk, Path directory, Arena arena) throws IOException {
    this.directory = directory;
    this.arena = arena;
    this.meta = MetaFile.read(disk, directory);
    this.tombstones = TombstonesFile.read(disk, directory);
    MappedFile indexFile = disk.map(directory.resolve(BlockWriter.INDEX_FILE_NAME), arena);
    this.index = new IndexReader(indexFile);
    this.segments = ChunkSegmentReader.open(disk, BlockWriter.chunksDirectory(directory), arena);
    this.sizeBytes =
        size(disk, MetaFormat.FILE_NAME)
            + size(disk, TombstonesFormat.FILE_NAME)
            + indexFile.size()
            + segments.sizeBytes();
  }

  private long size(Disk disk, String name) throws IOException {
    return disk.stat(directory.resolve(name)).map(stat -> stat.size()).orElse(0L);
  }

  /// Opens the block in {@code directory}.
  ///
  /// @throws io.varve.io.CorruptionException if a file does not keep its format; chunks and series
  ///   are only looked at when they are read
  /// @throws java.nio.file.NoSuchFileException if a file is missing
  public static Block open(Disk disk, Path directory) throws IOException {
    Arena arena = Arena.ofShared();
    boolean opened = false;
    try {
      Block block = new Block(disk, directory, arena);
      opened = true;
      return block;
    } catch (InternalError e) {
      throw MappedReads.lostPage(directory, -1, e);
    } finally {
      if (!opened) {
        arena.close();
      }
    }
  }

  /// @param action told of each damage that reading finds, by the thread that reads and before it
  ///   gets the exception
  public void onDamage(Consumer<CorruptionException> action) {
    onDamage = action;
  }

  public BlockMeta meta() {
    return meta;
  }

  public Path directory() {
    return directory;
  }

  /// What is deleted of the series of this block.
  public Tombstones tombstones() {
    return tombstones;
  }

  /// Bytes of all files of the block.
  public long sizeBytes() {
    return sizeBytes;
  }

  /// Bytes of heap that the symbol table takes.
  public long symbolTableBytes() {
    return index.symbolTableBytes();
  }

  @Override
  public long minTime() {
    return meta.minTime();
  }

  @Override
  public long maxTime() {
    return meta.maxTime() - 1;
  }

  @Override
  public SeriesCursor select(List<Matcher> matchers, long mint, long maxt) {
    return guard(() -> new BlockCursor(this, postings(matchers), mint, maxt));
  }

  /// Walks all series that have a chunk which overlaps a range, as {@link #select} does.
  ///
  /// @param mint first instant wanted, milliseconds, inclusive
  /// @param maxt last instant wanted, milliseconds, inclusive
  public BlockCursor cursor(long mint, long maxt) {
    return guard(() -> new BlockCursor(this, index.all(), mint, maxt));
  }

  /// Names and values of labels as UTF-8, in byte order; those that no series has may be among
  /// them.
  public Iterator<byte[]> symbols() {
    return index.symbolBytes();
  }

  /// Number of {@link #symbols()}.
  public int symbolCount() {
    return index.symbolCount();
  }

  @Override
  public List<Labels> series(List<Matcher> matchers) {
    var series = new ArrayList<Labels>();
    return guard(() -> {
      forEachSeries(matchers, series::add);
      return series;
    });
  }

  @Override
  public SortedSet<String> labelNames(List<Matcher> matchers) {
    return guard(() -> {
      if (matchers.isEmpty()) {
        return index.labelNames();
      }
      var names = new TreeSet<>(Utf8Order.INSTANCE);
      forEachSeries(matchers, labels -> labels.forEach((name, value) -> names.add(name)));
      return names;
    });
  }

  @Override
  public SortedSet<String> labelValues(String name, List<Matcher> matchers) {
    return guard(() -> {
      if (matchers.isEmpty()) {
        return index.labelValues(name);
      }
      var values = new TreeSet<>(Utf8Order.INSTANCE);
      forEachSeries(
          matchers,
          labels -> {
            String value = labels.get(name);
            if (value != null) {
              values.add(value);
            }
          });
      return values;
    });
  }

  private void forEachSeries(List<Matcher> matchers, Consumer<Labels> action) {
    Postings postings = postings(matchers);
    var entry = new SeriesEntry();
    while (postings.next()) {
      readSeries(postings.ref(), entry);
      action.accept(entry.labels());
    }
  }

  private Postings postings(List<Matcher> matchers) {
    return MatcherPostings.select(index, matchers);
  }

  IndexReader index() {
    return index;
  }

  void readSeries(long id, SeriesEntry entry) {
    try {
      if (!index.series(id, entry)) {
        throw new CorruptionException(
            directory.resolve(BlockWriter.INDEX_FILE_NAME),
            -1,
            "postings name series " + id + ", which there is not");
      }
    } catch (CorruptionException e) {
      onDamage.accept(e);
      throw e;
    }
  }

  void readChunk(long ref, ChunkBuffer target) {
    try {
      segments.read(ref, target);
    } catch (CorruptionException e) {
      onDamage.accept(e);
      throw e;
    } catch (InternalError e) {
      throw MappedReads.lostPage(directory, -1, e);
    }
  }

  PagesBehind pagesBehind() {
    return new PagesBehind(index.file(), segments.segments());
  }

  /// Runs what reads mapped files. The JVM may report a lost page later than the access that met
  /// it, so this is done at the entries, not at each access.
  <T> T guard(Supplier<T> read) {
    try {
      return MappedReads.guard(directory, read);
    } catch (CorruptionException e) {
      onDamage.accept(e);
      throw e;
    }
  }

  /// Pins the block, to be undone by {@link #release()}.
  ///
  /// @return false if it is closed
  public boolean tryAcquire() {
    return pins.tryAcquire();
  }

  /// Undoes one successful {@link #tryAcquire()}.
  public void release() {
    if (pins.release()) {
      arena.close();
    }
  }

  /// Lets no one in any more; unmaps the files now or with the last {@link #release()}. Idempotent.
  @Override
  public void close() {
    if (pins.close()) {
      arena.close();
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
