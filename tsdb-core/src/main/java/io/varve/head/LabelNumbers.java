package io.varve.head;

import java.util.Arrays;

/// The labels that a snapshot or a log has had so far, in the packed form of {@link
/// io.varve.model.LabelsCodec}, and their numbers: open addressing over the bytes of the series
/// that had them first, 16 bytes for a place. Confined to one thread.
final class LabelNumbers {
  private static final int INITIAL_CAPACITY = 1 << 12;

  /// Whose bytes; null where the place is free.
  private byte[][] owners = new byte[INITIAL_CAPACITY][];

  private int[] offsets = new int[INITIAL_CAPACITY];
  private int[] hashes = new int[INITIAL_CAPACITY];
  private int[] numbers = new int[INITIAL_CAPACITY];
  private int size;

  /// The number of a label, or 0 if it is new and got one now.
  ///
  /// @param labels must not change any more
  /// @param from where its name starts, with its length
  /// @param to where its value ends
  int number(byte[] labels, int from, int to) {
    int hash = hash(labels, from, to);
    int mask = owners.length - 1;
    int at = hash & mask;
    while (owners[at] != null) {
      if (hashes[at] == hash && isAt(at, labels, from, to)) {
        return numbers[at];
      }
      at = (at + 1) & mask;
    }
    owners[at] = labels;
    offsets[at] = from;
    hashes[at] = hash;
    numbers[at] = ++size;
    if (size >= owners.length / 2) {
      grow();
    }
    return 0;
  }

  /// A packed label says itself where it ends, so no other begins as it does.
  private boolean isAt(int at, byte[] labels, int from, int to) {
    byte[] owner = owners[at];
    int end = offsets[at] + to - from;
    return end <= owner.length && Arrays.equals(owner, offsets[at], end, labels, from, to);
  }

  private static int hash(byte[] labels, int from, int to) {
    long hash = io.varve.model.LabelsCodec.hash(labels, from, to - from);
    return (int) (hash ^ hash >>> 32);
  }

  private void grow() {
    byte[][] oldOwners = owners;
    int[] oldOffsets = offsets;
    int[] oldHashes = hashes;
    int[] oldNumbers = numbers;
    int capacity = 2 * oldOwners.length;
    owners = new byte[capacity][];
    offsets = new int[capacity];
    hashes = new int[capacity];
    numbers = new int[capacity];
    for (int i = 0; i < oldOwners.length; i++) {
      if (oldOwners[i] != null) {
        int at = oldHashes[i] & (capacity - 1);
        while (owners[at] != null) {
          at = (at + 1) & (capacity - 1);
        }
        owners[at] = oldOwners[i];
        offsets[at] = oldOffsets[i];
        hashes[at] = oldHashes[i];
        numbers[at] = oldNumbers[i];
      }
    }
  }
}
