package io.varve.index;

import java.util.Arrays;

/// Fills the postings of a head with many series whose labels are known to be alike: each name and
/// value is looked up once, and then has a number. Series are gathered, and those that have a label
/// are added to its set together: the sets of many labels do not stay in the cache.
///
/// Nothing but {@link #flush} makes sure that a series is in the postings. Confined to one thread;
/// others may use the postings meanwhile, but not remove anything.
public final class PostingsLoader {
  /// Pairs of a label and a series that are gathered.
  private static final int GATHERED = 1 << 16;

  private final MemPostings postings;
  private SlotSet[] sets = new SlotSet[1024];
  private int size;

  /// How many series that were gathered have a label; then where those of it end in {@link
  /// #grouped}. Zero but during a flush.
  private int[] counts = new int[sets.length];

  private int[] slots = new int[1024];
  private int series;

  private int[] pairLabels = {};
  private int[] pairSlots = {};
  private int pairs;

  /// Labels that the gathered series have.
  private int[] labels = {};

  /// Slots of the gathered series, label by label.
  private int[] grouped = {};

  public PostingsLoader(MemPostings postings) {
    this.postings = postings;
  }

  /// Takes up a label.
  ///
  /// @return its number, counting from 0
  public int addLabel(String name, String value) {
    if (size == sets.length) {
      sets = Arrays.copyOf(sets, 2 * size);
      counts = Arrays.copyOf(counts, 2 * size);
    }
    sets[size] = postings.slots(name, value);
    return size++;
  }

  /// Gathers a series.
  ///
  /// @param slot its reference, taken as unsigned
  /// @param numbers of its labels
  public void add(int slot, int[] numbers) {
    if (pairLabels.length - pairs < numbers.length) {
      flush();
      reserve(numbers.length);
    }
    if (series == slots.length) {
      slots = Arrays.copyOf(slots, 2 * series);
    }
    slots[series++] = slot;
    for (int number : numbers) {
      pairLabels[pairs] = number;
      pairSlots[pairs++] = slot;
    }
  }

  private void reserve(int more) {
    if (pairLabels.length < more || pairLabels.length == 0) {
      int capacity = Math.max(more, GATHERED);
      pairLabels = new int[capacity];
      pairSlots = new int[capacity];
      labels = new int[capacity];
      grouped = new int[capacity];
    }
  }

  /// Adds to the postings what was gathered.
  public void flush() {
    if (series == 0) {
      return;
    }
    int touched = 0;
    for (int i = 0; i < pairs; i++) {
      if (counts[pairLabels[i]]++ == 0) {
        labels[touched++] = pairLabels[i];
      }
    }
    int begin = 0;
    for (int i = 0; i < touched; i++) {
      int count = counts[labels[i]];
      counts[labels[i]] = begin;
      begin += count;
    }
    for (int i = 0; i < pairs; i++) {
      grouped[counts[pairLabels[i]]++] = pairSlots[i];
    }
    postings.add(this::addGathered, touched);
    series = 0;
    pairs = 0;
  }

  /// Called under the lock of the postings.
  private void addGathered(SlotSet all, int touched) {
    all.addAll(slots, 0, series);
    int begin = 0;
    for (int i = 0; i < touched; i++) {
      int label = labels[i];
      sets[label].addAll(grouped, begin, counts[label]);
      begin = counts[label];
      counts[label] = 0;
    }
  }
}
