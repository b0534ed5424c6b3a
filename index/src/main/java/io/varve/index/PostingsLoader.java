package io.varve.index;

import java.util.Arrays;

/// Fills the postings of a head with many series whose labels are known to be alike: each name and
/// value is looked up once, and then has a number. Confined to one thread; others may use the
/// postings meanwhile, but not remove anything.
public final class PostingsLoader {
  private final MemPostings postings;
  private SlotSet[] labels = new SlotSet[1024];
  private int size;

  public PostingsLoader(MemPostings postings) {
    this.postings = postings;
  }

  /// Takes up a label.
  ///
  /// @return its number, counting from 0
  public int addLabel(String name, String value) {
    if (size == labels.length) {
      labels = Arrays.copyOf(labels, 2 * size);
    }
    labels[size] = postings.slots(name, value);
    return size++;
  }

  /// Adds a series.
  ///
  /// @param slot its reference, taken as unsigned
  /// @param numbers of its labels
  public void add(int slot, int[] numbers) {
    postings.add(slot, labels, numbers);
  }
}
