package io.varve.index;

import io.varve.io.MappedFile;
import java.util.Collection;
import java.util.Iterator;
import java.util.SortedSet;
import java.util.function.Predicate;

/// Reads the index file of a block, see {@link IndexFormat}.
public final class IndexReader implements PostingsSource {
  /// @param file the mapped index; its arena stays the caller's
  /// @throws io.varve.io.CorruptionException if header, table of contents, symbols or the table of
  ///     postings are broken
  public IndexReader(MappedFile file) {}

  /// Version of the format, from the header: 2 or 3.
  public int version() {
    throw new UnsupportedOperationException();
  }

  /// Reads one series.
  ///
  /// @param id its id, from postings
  /// @return false if the id lies outside of the part of the file that holds series
  public boolean series(long id, SeriesEntry into) {
    throw new UnsupportedOperationException();
  }

  /// All symbols, in byte order.
  public Iterator<String> symbols() {
    throw new UnsupportedOperationException();
  }

  /// All symbols as UTF-8 bytes, in byte order; for {@link IndexWriter#addSymbol(byte[])}.
  public Iterator<byte[]> symbolBytes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Postings all() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Postings postings(String name, String value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Postings postings(String name, Collection<String> values) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Postings postings(String name, String prefix, Predicate<String> values) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Postings withName(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedSet<String> labelNames() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SortedSet<String> labelValues(String name) {
    throw new UnsupportedOperationException();
  }
}
