package io.varve.index;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SortedSet;

/// A sorted set over an array, in {@link Utf8Order}: a label can have a million values, and they
/// come sorted from an index file. Immutable, thread-safe.
@SuppressWarnings("JdkObsolete") // NavigableSet would add a dozen methods that nobody calls.
final class SortedStrings extends AbstractSet<String> implements SortedSet<String> {
  private final String[] strings;
  private final int from;
  private final int to;

  private SortedStrings(String[] strings, int from, int to) {
    this.strings = strings;
    this.from = from;
    this.to = to;
  }

  /// @param strings in any order, with repetitions
  static SortedStrings of(List<String> strings) {
    String[] sorted = strings.toArray(String[]::new);
    if (!ascends(sorted)) {
      Arrays.sort(sorted, Utf8Order.INSTANCE);
      sorted = Arrays.stream(sorted).distinct().toArray(String[]::new);
    }
    return new SortedStrings(sorted, 0, sorted.length);
  }

  private static boolean ascends(String[] strings) {
    for (int i = 1; i < strings.length; i++) {
      if (Utf8Order.INSTANCE.compare(strings[i - 1], strings[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Comparator<? super String> comparator() {
    return Utf8Order.INSTANCE;
  }

  @Override
  public SortedStrings subSet(String first, String end) {
    return tailSet(first).headSet(end);
  }

  @Override
  public SortedStrings headSet(String end) {
    return new SortedStrings(strings, from, Math.max(from, lowerBound(end)));
  }

  @Override
  public SortedStrings tailSet(String first) {
    return new SortedStrings(strings, Math.min(to, lowerBound(first)), to);
  }

  @Override
  public String first() {
    return get(from);
  }

  @Override
  public String last() {
    return get(to - 1);
  }

  @Override
  public boolean contains(Object element) {
    return element instanceof String string
        && Arrays.binarySearch(strings, from, to, string, Utf8Order.INSTANCE) >= 0;
  }

  @Override
  public int size() {
    return to - from;
  }

  @Override
  public Iterator<String> iterator() {
    return Arrays.asList(strings).subList(from, to).iterator();
  }

  /// Index of the first string that is not below {@code bound}, within the whole array.
  private int lowerBound(String bound) {
    int index = Arrays.binarySearch(strings, from, to, bound, Utf8Order.INSTANCE);
    return index < 0 ? -index - 1 : index;
  }

  private String get(int index) {
    if (from == to) {
      throw new NoSuchElementException("the set is empty");
    }
    return strings[index];
  }
}
