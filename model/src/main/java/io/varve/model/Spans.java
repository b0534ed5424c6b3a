package io.varve.model;

import java.util.Arrays;

/// Which buckets of one side of a native histogram are there: runs of consecutive ones. A run is
/// given by its length and by its distance from the end of the run before, the first by the index
/// of its first bucket.
///
/// Immutable.
public final class Spans {
  public static final Spans NONE = new Spans(new int[0], new int[0]);

  private final int[] offsets;
  private final int[] lengths;
  private final int buckets;

  /// @param offsets not copied: must not change afterwards
  /// @param lengths not negative, as many as there are offsets; not copied either
  /// @throws IllegalArgumentException if the two do not agree, or there are too many buckets for an
  ///   array
  public Spans(int[] offsets, int[] lengths) {
    if (offsets.length != lengths.length) {
      throw new IllegalArgumentException(
          offsets.length + " offsets and " + lengths.length + " lengths of spans");
    }
    this.offsets = offsets;
    this.lengths = lengths;
    this.buckets = sum(lengths);
  }

  private static int sum(int[] lengths) {
    long sum = 0;
    for (int length : lengths) {
      if (length < 0) {
        throw new IllegalArgumentException("a span of " + length + " buckets");
      }
      sum += length;
    }
    if (sum > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("spans of " + sum + " buckets");
    }
    return (int) sum;
  }

  /// Number of runs.
  public int count() {
    return offsets.length;
  }

  /// Index of the first bucket of the first run, or the number of absent buckets before a later
  /// one.
  public int offset(int span) {
    return offsets[span];
  }

  /// Buckets in a run.
  public int length(int span) {
    return lengths[span];
  }

  /// Buckets in all runs.
  public int buckets() {
    return buckets;
  }

  /// Whether no run begins before the end of the one before it.
  public boolean isAscending() {
    for (int span = 1; span < offsets.length; span++) {
      if (offsets[span] < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Spans that
        && Arrays.equals(offsets, that.offsets)
        && Arrays.equals(lengths, that.lengths);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + Arrays.hashCode(lengths);
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    for (int i = 0; i < offsets.length; i++) {
      text.append(i == 0 ? "" : " ").append(offsets[i]).append(':').append(lengths[i]);
    }
    return text.append(']').toString();
  }
}
