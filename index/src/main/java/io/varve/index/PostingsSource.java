package io.varve.index;

import java.util.Collection;
import java.util.SortedSet;
import java.util.function.Predicate;

/// From labels to the series that have them: what the evaluation of matchers needs of a block's
/// index or of the head.
///
/// Thread-safe. The postings answered are stable: what is added to or removed from the source later
/// does not change them. Sorted sets are in UTF-8 byte order, see {@link Utf8Order}.
public interface PostingsSource {
  /// All series.
  Postings all();

  /// The series in which label {@code name} has this value. Both are taken literally: an empty
  /// value finds nothing, because no series has a label with an empty value.
  Postings postings(String name, String value);

  /// The series in which label {@code name} has one of these values.
  Postings postings(String name, Collection<String> values);

  /// The series in which label {@code name} has a value that starts with {@code prefix} and passes.
  ///
  /// @param values called once for each value that starts with {@code prefix}, in no promised order
  Postings postings(String name, String prefix, Predicate<String> values);

  /// The series in which label {@code name} has a value that passes.
  default Postings postings(String name, Predicate<String> values) {
    return postings(name, "", values);
  }

  /// The series that have label {@code name}, whatever its value.
  Postings withName(String name);

  /// All label names.
  SortedSet<String> labelNames();

  /// All values of label {@code name}; empty if there is no such label.
  SortedSet<String> labelValues(String name);
}
