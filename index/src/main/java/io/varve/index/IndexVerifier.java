package io.varve.index;

import io.varve.io.CorruptionException;
import io.varve.io.Finding;
import io.varve.io.MappedFile;
import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Checks all of an index file, see {@link IndexFormat}: every checksum; that symbols, series and
/// the table of postings are in order and unique; that references are in range; that each list of
/// postings names exactly the series which have its label; that the sections are apart and nothing
/// lies between them. Reports one finding for each damage and goes on behind it as far as that
/// makes sense: without table of contents or symbols there is nothing to go on with.
///
/// Holds bitmaps of the series and 16 bytes for each list. Reads a series once for each of its
/// labels. Used once, by one thread.
public final class IndexVerifier {
  /// Is shown the series that can be read.
  @FunctionalInterface
  public interface SeriesVisitor {
    /// @param id the reference of the series
    /// @param offset where its entry starts in the file
    /// @param entry lent for the duration of the call
    /// @param afterDamage whether one or more series before this one could not be read
    void visit(long id, long offset, SeriesEntry entry, boolean afterDamage);
  }

  private final MappedFile file;
  private final Damage damage;
  private @Nullable SeriesWalk series;

  /// @param file the mapped index; its arena stays the caller's
  public IndexVerifier(MappedFile file, Consumer<Finding> findings) {
    this.file = file;
    this.damage = new Damage(file, findings);
  }

  /// Whether {@link #verify} could tell where series are.
  public boolean hasSeries() {
    return series != null;
  }

  /// Whether there is a readable series of this id.
  public boolean hasSeries(long id) {
    SeriesWalk walk = series;
    return walk != null && walk.contains(id);
  }

  /// Whether each series could be read.
  public boolean isComplete() {
    SeriesWalk walk = series;
    return walk != null && !walk.foundDamage();
  }

  /// The symbols, in byte order, whatever else is damaged.
  ///
  /// @throws CorruptionException if they, or what leads to them, are damaged
  public Iterator<byte[]> symbols() {
    int version = IndexReader.checkHeader(file);
    var symbols = new MappedSymbols(file, IndexToc.read(file).symbols(), version);
    symbols.check();
    return symbols.iterator();
  }

  /// @param visitor is shown each series that can be read, in the order of the file
  public void verify(SeriesVisitor visitor) {
    int version;
    try {
      version = IndexReader.checkHeader(file);
    } catch (CorruptionException e) {
      boolean whole = e.offset() < 0;
      damage.report(e.offset(), whole ? -1 : IndexFormat.HEADER_LENGTH - e.offset(), e.what());
      return;
    }
    IndexToc toc = contents();
    if (toc == null) {
      return;
    }
    var sections = new IndexSections(file, toc);
    MappedSymbols symbols = symbols(toc, version, sections);
    PostingsTable table = table(toc, version, sections);
    if (symbols != null) {
      var names = new SymbolNames(symbols, table);
      long end = toc.seriesEnd(file.size() - IndexFormat.TOC_LENGTH);
      var section = new SeriesSection(file, symbols, names, toc.series(), end);
      var walk = new SeriesWalk(section, version, table, damage);
      walk.run(visitor);
      series = walk;
      if (table != null) {
        new PostingsCheck(section, walk, table, sections, damage).run();
      }
    }
    sections.check(damage);
  }

  private @Nullable IndexToc contents() {
    long start = file.size() - IndexFormat.TOC_LENGTH;
    try {
      IndexToc toc = IndexToc.read(file);
      if (new IndexSections(file, toc).areInside()) {
        return toc;
      }
      damage.report(start, IndexFormat.TOC_LENGTH, "a section lies outside of the file");
    } catch (CorruptionException e) {
      damage.report(start, IndexFormat.TOC_LENGTH, e.what());
    }
    return null;
  }

  private @Nullable MappedSymbols symbols(IndexToc toc, int version, IndexSections sections) {
    try {
      var symbols = new MappedSymbols(file, toc.symbols(), version);
      symbols.check();
      return symbols;
    } catch (CorruptionException e) {
      damage.report(toc.symbols(), sections.lengthAt(toc.symbols()), e.what());
      return null;
    }
  }

  private @Nullable PostingsTable table(IndexToc toc, int version, IndexSections sections) {
    try {
      var table = new PostingsTable(file, toc.postingsOffsetTable(), version);
      table.check();
      return table;
    } catch (CorruptionException e) {
      damage.report(
          toc.postingsOffsetTable(), sections.lengthAt(toc.postingsOffsetTable()), e.what());
      return null;
    }
  }
}
