package io.varve.index;

import java.util.Arrays;

/// The chunks of one series as the index names them: for each a reference, and the times of its
/// first and last sample. Reusable, so that walking an index allocates nothing per series.
///
/// Times are milliseconds since the epoch. A reference is, in a block, the number of the chunk
/// segment in the upper and the byte offset in it in the lower 32 bits. Confined to one thread.
public final class ChunkList {
  private static final int INITIAL_CAPACITY = 16;

  private long[] refs = new long[INITIAL_CAPACITY];
  private long[] minTimes = new long[INITIAL_CAPACITY];
  private long[] maxTimes = new long[INITIAL_CAPACITY];
  private int size;

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public long ref(int index) {
    return refs[checkIndex(index)];
  }

  /// Time of the first sample of the chunk.
  public long minTime(int index) {
    return minTimes[checkIndex(index)];
  }

  /// Time of the last sample of the chunk, inclusive.
  public long maxTime(int index) {
    return maxTimes[checkIndex(index)];
  }

  /// Adds a chunk at the end.
  ///
  /// @param mint time of its first sample
  /// @param maxt time of its last sample
  public void add(long ref, long mint, long maxt) {
    if (size == refs.length) {
      int capacity = Math.multiplyExact(size, 2);
      refs = Arrays.copyOf(refs, capacity);
      minTimes = Arrays.copyOf(minTimes, capacity);
      maxTimes = Arrays.copyOf(maxTimes, capacity);
    }
    refs[size] = ref;
    minTimes[size] = mint;
    maxTimes[size] = maxt;
    size++;
  }

  public void clear() {
    size = 0;
  }

  @Override
  public String toString() {
    var text = new StringBuilder("[");
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : ", ").append(Long.toHexString(refs[i]));
      text.append(" [").append(minTimes[i]).append(", ").append(maxTimes[i]).append(']');
    }
    return text.append(']').toString();
  }

  private int checkIndex(int index) {
    if (index < 0 || index >= size) {
      throw new IndexOutOfBoundsException("chunk " + index + " of " + size);
    }
    return index;
  }
}
