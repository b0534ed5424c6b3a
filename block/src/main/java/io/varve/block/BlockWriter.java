package io.varve.block;

import static java.util.Objects.requireNonNull;

import io.varve.index.ChunkList;
import io.varve.index.IndexLayout;
import io.varve.index.IndexWriter;
import io.varve.index.PostingsListener;
import io.varve.io.Disk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Writes one block. Its files are listed with this package.
///
/// Order of calls: all symbols; then for each series, in the order of labels, {@link #startSeries},
/// its chunks in the order of time, {@link #endSeries}; then {@link #finish}. The block appears
/// under its name with the last call, complete and durable, or never.
///
/// Confined to one thread. {@link #close()} is always needed.
public final class BlockWriter implements AutoCloseable {
  static final String INDEX_FILE_NAME = "index";

  private final Disk disk;
  private final Ulid ulid;
  private final AtomicDirectory directory;
  private final IndexWriter index;
  private final ChunkSegmentWriter segments;
  private final ChunkList chunks = new ChunkList();

  private Tombstones tombstones = Tombstones.EMPTY;

  /// Of the present series: one of both.
  private @Nullable Labels labels;

  private int @Nullable [] symbols;
  private int symbolCount;

  private long numSamples;
  private long numFloatSamples;
  private long numHistogramSamples;
  private long numSeries;
  private long numChunks;

  private BlockWriter(Disk disk, Ulid ulid, AtomicDirectory directory, IndexWriter index) {
    this.disk = disk;
    this.ulid = ulid;
    this.directory = directory;
    this.index = index;
    this.segments =
        new ChunkSegmentWriter(
            disk, chunksDirectory(directory.path()), ChunkSegmentFormat.SEGMENT_LENGTH);
  }

  /// As below, with the index laid out as {@link IndexLayout#CURRENT}.
  public static BlockWriter create(Disk disk, Path dataDirectory, Ulid ulid) throws IOException {
    return create(disk, dataDirectory, ulid, IndexLayout.CURRENT);
  }

  /// Starts a block in {@code dataDirectory}, in a directory that has another name until the end.
  public static BlockWriter create(Disk disk, Path dataDirectory, Ulid ulid, IndexLayout layout)
      throws IOException {
    AtomicDirectory directory =
        AtomicDirectory.create(disk, dataDirectory.resolve(ulid.toString()));
    try {
      disk.createDirectories(chunksDirectory(directory.path()));
      var index = new IndexWriter(disk, directory.path().resolve(INDEX_FILE_NAME), layout);
      return new BlockWriter(disk, ulid, directory, index);
    } catch (IOException | RuntimeException e) {
      try (directory) {
        throw e;
      }
    }
  }

  static Path chunksDirectory(Path block) {
    return block.resolve(ChunkSegmentFormat.DIRECTORY_NAME);
  }

  /// Adds a label name or value that the series use, as UTF-8, each once, in ascending byte order.
  public void addSymbol(byte[] symbol) throws IOException {
    index.addSymbol(symbol);
  }

  public void startSeries(Labels labels) {
    requireNoSeries();
    this.labels = labels;
    chunks.clear();
  }

  /// As {@link #startSeries(Labels)}, of labels as symbols.
  ///
  /// @param symbols name, value, name, value ...: of each how many were added before it; lent until
  ///   the series has ended
  /// @param count of symbols
  public void startSeries(int[] symbols, int count) {
    requireNoSeries();
    this.symbols = symbols;
    symbolCount = count;
    chunks.clear();
  }

  private void requireNoSeries() {
    if (isInSeries()) {
      throw new IllegalStateException("a series has not ended: " + series());
    }
  }

  private boolean isInSeries() {
    return labels != null || symbols != null;
  }

  /// The present series, for messages.
  private Object series() {
    return labels != null
        ? labels
        : "of symbols " + Arrays.toString(Arrays.copyOf(requireNonNull(symbols), symbolCount));
  }

  /// Adds a chunk to the present series.
  ///
  /// @param mint time of its first sample, milliseconds since the epoch
  /// @param maxt time of its last sample, milliseconds since the epoch
  /// @param bytes holds the payload, `length` bytes from `offset` on
  /// @param numSamples as {@link ChunkHeader#sampleCount} reads it
  /// @throws IllegalArgumentException if it does not lie after the chunk before
  public void addChunk(
      long mint, long maxt, byte encoding, byte[] bytes, int offset, int length, int numSamples)
      throws IOException {
    if (!isInSeries()) {
      throw new IllegalStateException("no series has started");
    }
    int last = chunks.size() - 1;
    if (maxt < mint || (last >= 0 && mint <= chunks.maxTime(last))) {
      throw new IllegalArgumentException(
          "series %s: a chunk over [%d, %d] after one that ends at %d"
              .formatted(series(), mint, maxt, last < 0 ? Long.MIN_VALUE : chunks.maxTime(last)));
    }
    chunks.add(segments.write(encoding, bytes, offset, length), mint, maxt);
    this.numSamples += numSamples;
    if (ChunkHeader.holdsFloats(encoding)) {
      numFloatSamples += numSamples;
    } else if (ChunkHeader.holdsHistograms(encoding)) {
      numHistogramSamples += numSamples;
    }
  }

  /// Ends the present series; one without a chunk is left out.
  ///
  /// @return the reference of the series, or -1 if it is left out
  public long endSeries() throws IOException {
    if (!isInSeries()) {
      throw new IllegalStateException("no series has started");
    }
    long ref = -1;
    if (!chunks.isEmpty()) {
      ref = addSeries();
      numSeries++;
      numChunks += chunks.size();
    }
    labels = null;
    symbols = null;
    return ref;
  }

  private long addSeries() throws IOException {
    return symbols != null
        ? index.addSeries(symbols, symbolCount, chunks)
        : index.addSeries(requireNonNull(labels), chunks);
  }

  /// Bytes written so far.
  public long length() {
    return segments.length() + index.length();
  }

  /// Sets what is deleted of the series of this block; nothing if not called.
  void delete(Tombstones tombstones) {
    this.tombstones = tombstones;
  }

  /// Makes the block appear, durably.
  ///
  /// @param minTime first instant, milliseconds since the epoch, inclusive
  /// @param maxTime end, milliseconds since the epoch, exclusive
  /// @return empty, and there is no block, if it would have no sample
  public Optional<BlockMeta> finish(long minTime, long maxTime, BlockMeta.Compaction compaction)
      throws IOException {
    return finish(minTime, maxTime, compaction, (lists, of) -> {});
  }

  /// As {@link #finish(long, long, BlockMeta.Compaction)}.
  ///
  /// @param listener is told how far the postings are, and may give up by an exception
  public Optional<BlockMeta> finish(
      long minTime, long maxTime, BlockMeta.Compaction compaction, PostingsListener listener)
      throws IOException {
    requireNoSeries();
    if (numSamples == 0) {
      return Optional.empty();
    }
    segments.finish();
    disk.syncDirectory(chunksDirectory(directory.path()));
    index.finish(listener);
    TombstonesFile.write(disk, directory.path(), tombstones);
    var stats =
        new BlockMeta.Stats(
            numSamples,
            numFloatSamples,
            numHistogramSamples,
            numSeries,
            numChunks,
            tombstones.size(),
            ExtraFields.NONE);
    var meta = new BlockMeta(ulid, minTime, maxTime, stats, compaction);
    MetaFile.write(disk, directory.path(), meta);
    directory.publish();
    return Optional.of(meta);
  }

  /// Gives up, unless finished, and removes what was written.
  @Override
  public void close() throws IOException {
    // Closes in the reverse order, each whatever the others throw.
    try (directory;
        index;
        segments) {
      labels = null;
      symbols = null;
    }
  }
}
