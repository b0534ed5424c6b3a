package io.varve.remote;

import java.util.Arrays;

/// A list of numbers that is used over and over. Confined to one thread.
final class LongList {
  private static final int INITIAL_CAPACITY = 32;

  private long[] values = new long[INITIAL_CAPACITY];
  private int size;

  void add(long value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, 2 * size);
    }
    values[size++] = value;
  }

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  long[] toLongs() {
    return Arrays.copyOf(values, size);
  }

  /// The numbers that these are the bits of.
  double[] toDoubles() {
    double[] doubles = new double[size];
    for (int i = 0; i < size; i++) {
      doubles[i] = Double.longBitsToDouble(values[i]);
    }
    return doubles;
  }

  /// @throws IllegalArgumentException if a number does not fit
  int[] toInts() {
    int[] ints = new int[size];
    for (int i = 0; i < size; i++) {
      ints[i] = (int) values[i];
      if (ints[i] != values[i]) {
        throw new IllegalArgumentException("a span by " + values[i] + " buckets");
      }
    }
    return ints;
  }
}
