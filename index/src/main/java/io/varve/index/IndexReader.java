package io.varve.index;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.varve.io.CorruptionException;
import io.varve.io.MappedFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Predicate;

/// Reads the index file of a block, see {@link IndexFormat}. What lookups need is in memory: the
/// label names, and each 32nd symbol and value; series and lists are read from the mapping when
/// asked for, and checked against their checksums each time.
///
/// Opening checks the checksums of what is mapped for good, the symbols and the table of postings.
/// The first lookup walks through both and checks their order: some 60 ms for a million of each.
///
/// Thread-safe; usable as long as the mapping. Any method may throw {@link CorruptionException},
/// and nothing else comes of broken bytes.
public final class IndexReader implements PostingsSource {
  private static final byte[] NO_PREFIX = {};

  private final MappedFile file;
  private final int version;
  private final PostingsTable table;
  private final SeriesSection series;

  /// Reads and checks header, table of contents, and the checksums of the symbols and of the table
  /// of postings.
  ///
  /// @param file the mapped index; its arena stays the caller's
  public IndexReader(MappedFile file) {
    this.file = file;
    version = checkHeader(file);
    IndexToc toc = IndexToc.read(file);
    var symbols = new MappedSymbols(file, toc.symbols(), version);
    table = new PostingsTable(file, toc.postingsOffsetTable(), version);
    long end = toc.seriesEnd(file.size() - IndexFormat.TOC_LENGTH);
    var names = new SymbolNames(symbols, table);
    series = new SeriesSection(file, symbols, names, toc.series(), end);
  }

  /// Checks the header and answers the version.
  static int checkHeader(MappedFile file) {
    long size = file.size();
    if (size < IndexFormat.HEADER_LENGTH + IndexFormat.TOC_LENGTH) {
      throw new CorruptionException(file.file(), -1, "is no index: it has only " + size + " bytes");
    }
    int magic = file.getInt(IndexFormat.MAGIC_OFFSET);
    if (magic != IndexFormat.MAGIC) {
      throw new CorruptionException(
          file.file(),
          IndexFormat.MAGIC_OFFSET,
          "is no index: it starts with " + Integer.toHexString(magic));
    }
    int version = file.getByte(IndexFormat.VERSION_OFFSET) & 0xff;
    if (version < IndexFormat.VERSION_1 || version > IndexFormat.VERSION_3) {
      throw new CorruptionException(
          file.file(), IndexFormat.VERSION_OFFSET, "unknown index version " + version);
    }
    return version;
  }

  /// The mapped index.
  public MappedFile file() {
    return file;
  }

  /// Version of the format, from the header: 1 to 3.
  public int version() {
    return version;
  }

  /// Reads one series.
  ///
  /// @param id its id, from postings
  /// @param into is overwritten, and not to be used after a {@link CorruptionException}
  /// @return false if the id lies outside of the part of the file that holds series
  public boolean series(long id, SeriesEntry into) {
    if (id < 0 || id > IndexFormat.MAX_SERIES_ID) {
      return false;
    }
    long offset = version == IndexFormat.VERSION_1 ? id : id * IndexFormat.SERIES_ALIGNMENT;
    if (offset < series.start() || offset >= series.end()) {
      return false;
    }
    into.read(series, offset);
    return true;
  }

  /// Number of symbols.
  public int symbolCount() {
    return series.symbols().count();
  }

  /// Bytes of heap that the symbol table takes.
  public long symbolTableBytes() {
    return series.symbols().heapBytes();
  }

  /// All symbols, in byte order.
  public Iterator<String> symbols() {
    Iterator<byte[]> bytes = symbolBytes();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return bytes.hasNext();
      }

      @Override
      public String next() {
        return new String(bytes.next(), UTF_8);
      }
    };
  }

  /// All symbols as UTF-8 bytes, in byte order; for {@link IndexWriter#addSymbol(byte[])}.
  public Iterator<byte[]> symbolBytes() {
    return series.symbols().iterator();
  }

  @Override
  public Postings all() {
    return open(table.allSeries());
  }

  @Override
  public Postings postings(String name, String value) {
    if (value.isEmpty()) {
      return Postings.EMPTY;
    }
    PostingsEntries entries = table.entries(name.getBytes(UTF_8), value.getBytes(UTF_8));
    return entries.next() && entries.valueIsPrefix() ? open(entries.listOffset()) : Postings.EMPTY;
  }

  @Override
  public Postings postings(String name, Collection<String> values) {
    var union = new UnionBuilder();
    for (String value : values) {
      union.add(postings(name, value));
    }
    return union.build();
  }

  @Override
  public Postings postings(String name, String prefix, Predicate<String> values) {
    var union = new UnionBuilder();
    PostingsEntries entries = table.entries(name.getBytes(UTF_8), encodablePart(prefix));
    while (entries.next()) {
      String value = entries.value();
      if (value.startsWith(prefix) && values.test(value)) {
        union.add(open(entries.listOffset()));
      }
    }
    return union.build();
  }

  /// The prefix in UTF-8. One that ends between the two halves of a character has no bytes for the
  /// first half.
  private static byte[] encodablePart(String prefix) {
    int end = prefix.length();
    if (end > 0 && Character.isHighSurrogate(prefix.charAt(end - 1))) {
      end--;
    }
    return prefix.substring(0, end).getBytes(UTF_8);
  }

  /// A series has one value at most for a name, so if the lists are as long together as the list of
  /// all series, they are that list.
  @Override
  public Postings withName(String name) {
    Postings present = postings(name, value -> true);
    Postings all = all();
    return present.sizeHint() == all.sizeHint() ? all : present;
  }

  @Override
  public SortedSet<String> labelNames() {
    return SortedStrings.of(table.names().stream().map(name -> new String(name, UTF_8)).toList());
  }

  @Override
  public SortedSet<String> labelValues(String name) {
    List<String> values = new ArrayList<>();
    PostingsEntries entries = table.entries(name.getBytes(UTF_8), NO_PREFIX);
    while (entries.next()) {
      values.add(entries.value());
    }
    return SortedStrings.of(values);
  }

  private Postings open(long listOffset) {
    return MappedPostings.open(file, listOffset);
  }
}
