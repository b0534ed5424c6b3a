package io.varve.index;

import io.varve.model.Labels;
import java.util.Collection;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.roaringbitmap.RoaringBitmap;

/// The inverted index of the head: for each label the slots of the series that have it.
public final class MemPostings implements PostingsSource {
  /// Adds a series to the postings of all its labels; readers see it in all of them or in none.
  ///
  /// @param slot the reference of the series, taken as unsigned
  public void add(int slot, Labels labels) {
    throw new UnsupportedOperationException();
  }

  /// Removes slots from all postings.
  ///
  /// @param affected the labels of the series in those slots, at least
  public void remove(RoaringBitmap deadSlots, Iterable<Labels> affected) {
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
