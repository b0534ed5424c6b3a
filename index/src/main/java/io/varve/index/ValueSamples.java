package io.varve.index;

import java.util.Arrays;

/// Every 32nd value of a label, in byte order, with the place of its entry in the postings offset
/// table. Two arrays for all of them, so a value costs its bytes and 12 more, divided by 32.
///
/// Filled by one thread, then immutable.
final class ValueSamples {
  private static final int SAMPLING = 32;

  private byte[] values = new byte[16];
  private int[] ends = new int[1];
  private long[] places = new long[1];
  private int count;

  /// The last value added, sampled or not.
  private byte[] last = new byte[16];

  private int lastLength;
  private long added;

  /// Takes the field that {@code cursor} has read last.
  ///
  /// @param place of the entry, in bytes from the first entry of the name
  /// @return false if the value is not above the one before
  boolean add(MappedCursor cursor, long place) {
    if (added > 0 && cursor.compareField(last, lastLength) <= 0) {
      return false;
    }
    if (added++ % SAMPLING == 0) {
      addSample(cursor, place);
    }
    lastLength = cursor.fieldLength();
    if (last.length < lastLength) {
      last = new byte[Math.max(lastLength, last.length * 2)];
    }
    System.arraycopy(cursor.bytes(), cursor.fieldStart(), last, 0, lastLength);
    return true;
  }

  private void addSample(MappedCursor cursor, long place) {
    int start = start(count);
    int length = cursor.fieldLength();
    if (length > Integer.MAX_VALUE - Long.BYTES - start) {
      throw cursor.corrupt("the values of one name are too long");
    }
    if (start + length > values.length) {
      long doubled = Math.min(2L * values.length, Integer.MAX_VALUE - Long.BYTES);
      values = Arrays.copyOf(values, (int) Math.max(start + length, doubled));
    }
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      places = Arrays.copyOf(places, count * 2);
    }
    System.arraycopy(cursor.bytes(), cursor.fieldStart(), values, start, length);
    ends[count] = start + length;
    places[count++] = place;
  }

  /// Gives back the memory that only filling needs.
  void trim() {
    values = Arrays.copyOf(values, start(count));
    ends = Arrays.copyOf(ends, count);
    places = Arrays.copyOf(places, count);
    last = new byte[0];
  }

  /// Place of the last sample that is not above {@code value}, or of the first.
  long floor(byte[] value) {
    int low = 1;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(values, start(middle), ends[middle], value, 0, value.length)
          <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return places[high];
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }
}
