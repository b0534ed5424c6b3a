package io.varve.index;

import io.varve.io.Varint;
import java.util.Arrays;

/// Ascending unsigned 32-bit references, held as varints of their differences: 1 to 2 bytes each
/// for the ids of an index file. A single reference needs no array. Confined to one thread.
final class DeltaList {
  private static final byte[] NONE = {};
  private static final int MAX_DELTA_LENGTH = 5;

  private int first;
  private int last;
  private int count;
  private byte[] deltas = NONE;
  private int length;

  /// @param ref above all references added before, as unsigned
  void add(int ref) {
    if (count == 0) {
      first = ref;
    } else {
      reserve();
      length = Varint.putUnsigned(deltas, length, Integer.toUnsignedLong(ref - last));
    }
    last = ref;
    count++;
  }

  int count() {
    return count;
  }

  Postings postings() {
    return new DeltaPostings();
  }

  private void reserve() {
    if (deltas.length - length < MAX_DELTA_LENGTH) {
      deltas = Arrays.copyOf(deltas, Math.addExact(length + MAX_DELTA_LENGTH, length / 2));
    }
  }

  private final class DeltaPostings implements Postings {
    private int walked;
    private int position;
    private boolean present;
    private long ref;

    @Override
    public boolean next() {
      present = walked < count;
      if (present) {
        ref = walked == 0 ? Integer.toUnsignedLong(first) : ref + readDelta();
        walked++;
      }
      return present;
    }

    private long readDelta() {
      long delta = 0;
      int shift = 0;
      byte b;
      do {
        b = deltas[position++];
        delta |= (b & 0x7fL) << shift;
        shift += 7;
      } while (b < 0);
      return delta;
    }

    @Override
    public boolean seek(long target) {
      while (!present || ref < target) {
        if (!next()) {
          return false;
        }
      }
      return true;
    }

    @Override
    public long ref() {
      return ref;
    }

    @Override
    public long sizeHint() {
      return count;
    }
  }
}
