package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.ByteSink;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;

/// Writes the index file of a block, see {@link IndexFormat}: first all symbols, then all series,
/// then {@link #finish()}. The bytes are those that Prometheus writes for the same input, of the
/// versions that the {@link IndexLayout} names.
///
/// Holds symbols and postings in memory; series go to the file as they come. A file that would
/// exceed what the format can address is an {@link IllegalStateException}; after that, and after an
/// {@link IOException}, only {@link #close()} is of use. Confined to one thread.
public final class IndexWriter implements AutoCloseable {
  private final IndexOutput out;
  private final IndexLayout layout;
  private final SymbolTable symbols = new SymbolTable();
  private final PostingsCollector postings = new PostingsCollector();
  private final SeriesEncoder encoder = new SeriesEncoder(symbols);
  private final HeapByteSink buffer = ByteSink.onHeap(1 << 12);
  private Stage stage = Stage.SYMBOLS;
  private long previousChunk;
  private long seriesStart;

  private enum Stage {
    SYMBOLS,
    SERIES,
    DONE
  }

  /// Creates the file, to be laid out as {@link IndexLayout#CURRENT}.
  public IndexWriter(Disk disk, Path file) throws IOException {
    this(disk, file, IndexLayout.CURRENT);
  }

  /// Creates the file.
  public IndexWriter(Disk disk, Path file, IndexLayout layout) throws IOException {
    this(disk, file, layout, IndexLimits.OF_FORMAT);
  }

  IndexWriter(Disk disk, Path file, IndexLayout layout, IndexLimits limits) throws IOException {
    this.layout = layout;
    this.out = new IndexOutput(disk, file, limits);
  }

  /// Adds a symbol: a name or value of the series to come.
  ///
  /// @throws IllegalArgumentException if it is not above the one before, in byte order
  public void addSymbol(String symbol) {
    addSymbol(symbol.getBytes(UTF_8));
  }

  /// As {@link #addSymbol(String)}, of UTF-8 bytes.
  public void addSymbol(byte[] symbol) {
    requireStage(Stage.SYMBOLS);
    symbols.add(symbol);
  }

  /// Adds a series.
  ///
  /// @return the id of the series, its reference in postings
  /// @throws IllegalArgumentException if its labels are not above those of the series before, a
  ///   name or value is not among the symbols, a chunk does not begin after the one before it ends,
  ///   or a chunk reference is below the one before, of whichever series; nothing is added then
  public long addSeries(Labels labels, ChunkList chunks) throws IOException {
    startSeries();
    encoder.next(labels);
    return add(chunks);
  }

  /// As {@link #addSeries(Labels, ChunkList)}, of labels as symbols.
  ///
  /// @param symbols name, value, name, value ...: of each how many were added before it
  /// @param count of symbols
  public long addSeries(int[] symbols, int count, ChunkList chunks) throws IOException {
    startSeries();
    encoder.next(symbols, count);
    return add(chunks);
  }

  private void startSeries() throws IOException {
    if (stage == Stage.SYMBOLS) {
      writeSymbols();
    }
    requireStage(Stage.SERIES);
  }

  private long add(ChunkList chunks) throws IOException {
    requireOrder(chunks);
    buffer.clear();
    encoder.encode(chunks, buffer);

    out.align(IndexFormat.SERIES_ALIGNMENT);
    long id = out.position() / IndexFormat.SERIES_ALIGNMENT;
    out.putEntry(buffer);
    postings.addSeries((int) id);
    for (int i = 0; i < encoder.labelCount(); i++) {
      postings.add(encoder.name(i), encoder.value(i), (int) id);
    }
    encoder.advance();
    if (!chunks.isEmpty()) {
      previousChunk = chunks.ref(chunks.size() - 1);
    }
    return id;
  }

  /// Bytes put into the file so far.
  public long length() {
    return out.position();
  }

  /// Writes what follows the series and syncs the file. Making its name durable is left to the
  /// caller.
  public void finish() throws IOException {
    finish((lists, of) -> {});
  }

  /// As {@link #finish()}.
  ///
  /// @param listener is told how far it is, and may end it by an exception
  public void finish(PostingsListener listener) throws IOException {
    if (stage == Stage.SYMBOLS) {
      writeSymbols();
    }
    requireStage(Stage.SERIES);
    stage = Stage.DONE;
    byte[] encoded = writeSections(listener).encode();
    out.putBytes(encoded, 0, encoded.length);
    out.sync();
  }

  /// Writes what lies between the series and the table of contents.
  private IndexToc writeSections(PostingsListener listener) throws IOException {
    long[] pairs = postings.sortedPairs();
    var labelIndices = new LabelIndexWriter(out, symbols, pairs);
    var lists = new PostingsWriter(out, symbols, postings, pairs);
    boolean withLabelIndices = layout == IndexLayout.WITH_LABEL_INDICES;
    long seriesEnd = out.position();
    if (withLabelIndices) {
      labelIndices.writeIndices();
    }
    long listsStart = out.position();
    lists.writeLists(listener);
    long labelTable = out.position();
    if (withLabelIndices) {
      labelIndices.writeTable();
    }
    long table = out.position();
    lists.writeTable();
    return new IndexToc(
        IndexFormat.HEADER_LENGTH, seriesStart, seriesEnd, labelTable, listsStart, table);
  }

  /// Frees what the writer holds. Without {@link #finish()} before it, leaves a file that no reader
  /// accepts; whoever owns its directory deletes it.
  @Override
  public void close() throws IOException {
    stage = Stage.DONE;
    out.close();
  }

  private void writeSymbols() throws IOException {
    stage = Stage.SERIES;
    buffer.clear();
    buffer.putInt(IndexFormat.MAGIC);
    buffer.putByte(IndexFormat.VERSION_2);
    out.drain(buffer);
    out.beginSection("symbols", IndexFormat.COUNT_LENGTH + symbols.length());
    buffer.putInt(symbols.count());
    out.drain(buffer);
    symbols.writeTo(out);
    out.endSection();
    seriesStart = out.position();
  }

  private void requireOrder(ChunkList chunks) {
    if (encoder.isTooLong()) {
      throw new IllegalArgumentException(
          "a series has labels of more than the "
              + IndexFormat.MAX_LABELS_LENGTH
              + " bytes allowed");
    }
    if (!encoder.ascends()) {
      throw new IllegalArgumentException(
          "series "
              + encoder.labels()
              + " is not above the one before, "
              + encoder.previousLabels());
    }
    long ref = previousChunk;
    for (int i = 0; i < chunks.size(); i++) {
      if (Long.compareUnsigned(chunks.ref(i), ref) < 0) {
        throw new IllegalArgumentException(
            "series "
                + encoder.labels()
                + ": chunk reference "
                + chunks.ref(i)
                + " is below "
                + ref);
      }
      ref = chunks.ref(i);
      if (chunks.maxTime(i) < chunks.minTime(i)) {
        throw new IllegalArgumentException(
            "series " + encoder.labels() + ": a chunk ends before it begins: " + chunks);
      }
      if (i > 0 && chunks.minTime(i) <= chunks.maxTime(i - 1)) {
        throw new IllegalArgumentException(
            "series "
                + encoder.labels()
                + ": a chunk begins before the one before it ends: "
                + chunks);
      }
    }
  }

  private void requireStage(Stage expected) {
    if (stage != expected) {
      throw new IllegalStateException("the writer is at stage " + stage + ", not " + expected);
    }
  }
}
