package io.varve.block;

import java.util.Arrays;

/// A growing table of spans of time, each of one series. Confined to one thread.
///
/// One array of `long`s that is sorted in place: a file of 3 bytes per span must not become many
/// times that in objects.
final class SpanTable {
  private static final int FIELDS = 3;

  /// Series reference, first and last instant of each span in turn.
  private long[] table = new long[0];

  private int size;
  private boolean sorted = true;

  int size() {
    return size;
  }

  long ref(int row) {
    return table[FIELDS * row];
  }

  long mint(int row) {
    return table[FIELDS * row + 1];
  }

  long maxt(int row) {
    return table[FIELDS * row + 2];
  }

  void add(long ref, long mint, long maxt) {
    int at = FIELDS * size;
    if (at == table.length) {
      table = Arrays.copyOf(table, Math.addExact(at, Math.max(at / 2 / FIELDS, 4) * FIELDS));
    }
    table[at] = ref;
    table[at + 1] = mint;
    table[at + 2] = maxt;
    size++;
    sorted = sorted && (size == 1 || !isBefore(size - 1, size - 2));
  }

  /// Sorts by series, then by start: a heap sort, unless the rows came in order, which is how Varve
  /// writes them.
  void sort() {
    if (sorted) {
      return;
    }
    for (int row = size / 2 - 1; row >= 0; row--) {
      siftDown(row, size);
    }
    for (int end = size - 1; end > 0; end--) {
      swap(0, end);
      siftDown(0, end);
    }
    sorted = true;
  }

  private void siftDown(int row, int end) {
    while (2 * row + 1 < end) {
      int child = 2 * row + 1;
      if (child + 1 < end && isBefore(child, child + 1)) {
        child++;
      }
      if (!isBefore(row, child)) {
        return;
      }
      swap(row, child);
      row = child;
    }
  }

  private boolean isBefore(int a, int b) {
    return ref(a) != ref(b) ? ref(a) < ref(b) : mint(a) < mint(b);
  }

  private void swap(int a, int b) {
    for (int field = 0; field < FIELDS; field++) {
      long value = table[FIELDS * a + field];
      table[FIELDS * a + field] = table[FIELDS * b + field];
      table[FIELDS * b + field] = value;
    }
  }
}
