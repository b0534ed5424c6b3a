package io.varve.index;

import io.varve.io.MappedFile;
import io.varve.io.Varint;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The symbols of an index file, found by their ordinals. Every 32nd offset is kept in memory, the
/// symbols between are walked to: 1 bit of heap per symbol for 16 steps on average.
///
/// Opening checks the checksum and no more. The first use walks all symbols, checks their order and
/// takes the samples; guarded by `BlockOpenBenchmark`.
///
/// Immutable but for that, thread-safe: threads that come first at once each walk, to the same end.
final class MappedSymbols {
  private static final int SAMPLING = 32;

  private final MappedFile file;
  private final MappedSection section;
  private final boolean byOffset;

  /// Offsets of symbols 0, 32, 64 ..., counted from the start of the section, unsigned. Null until
  /// the first use.
  private volatile int @Nullable [] samples;

  /// @param version of the index: in version 1 a symbol is referred to by its offset
  MappedSymbols(MappedFile file, long offset, int version) {
    this.file = file;
    this.section = MappedSection.open(file, offset, "symbols");
    this.byOffset = version == IndexFormat.VERSION_1;
    if (section.count() > Math.min(section.length(), Integer.MAX_VALUE - SAMPLING)) {
      throw section.corrupt("the number of symbols is given as " + section.count());
    }
  }

  private int[] samples() {
    int[] present = samples;
    if (present == null) {
      present = walk();
      samples = present;
    }
    return present;
  }

  /// Checks that the symbols are sorted and unique.
  private int[] walk() {
    int[] samples = new int[sampleCount()];
    MappedCursor cursor = cursor(section.start(), MappedCursor.LARGE_WINDOW);
    byte[] previous = new byte[64];
    int previousLength = -1;
    for (int i = 0; i < section.count(); i++) {
      long start = cursor.position();
      if (i % SAMPLING == 0) {
        samples[i / SAMPLING] = (int) (start - section.start());
      }
      cursor.readField();
      int length = cursor.fieldLength();
      if (cursor.position() - start != Varint.lengthOfUnsigned(length) + length) {
        throw cursor.corrupt("the length of a symbol is not encoded in the least number of bytes");
      }
      if (previousLength >= 0 && cursor.compareField(previous, previousLength) <= 0) {
        throw cursor.corrupt("symbols are not sorted");
      }
      previousLength = length;
      if (previous.length < length) {
        previous = new byte[Math.max(length, previous.length * 2)];
      }
      System.arraycopy(cursor.bytes(), cursor.fieldStart(), previous, 0, length);
    }
    if (cursor.hasRemaining()) {
      throw cursor.corrupt("bytes are left after the last symbol");
    }
    return samples;
  }

  private int sampleCount() {
    return (count() + SAMPLING - 1) / SAMPLING;
  }

  int count() {
    return (int) section.count();
  }

  /// Bytes of heap the table takes once it is used.
  long heapBytes() {
    return (long) Integer.BYTES * sampleCount();
  }

  /// The ordinal of the symbol that a series refers to, or -1 if there is no such symbol.
  int ordinal(long reference) {
    if (byOffset) {
      return reference < section.start() || reference >= section.end() ? -1 : at(reference);
    }
    return reference < 0 || reference >= count() ? -1 : (int) reference;
  }

  /// The ordinal of the symbol whose field starts at an offset within the section, or -1.
  private int at(long offset) {
    int[] samples = samples();
    int low = 0;
    int high = samples.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (sample(middle) <= offset) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    int ordinal = Math.max(high, 0) * SAMPLING;
    long start = samples.length == 0 ? section.end() : sample(Math.max(high, 0));
    for (; start < offset; ordinal++) {
      start += fieldLength(start);
    }
    return start == offset ? ordinal : -1;
  }

  /// Walks and checks all symbols now.
  void check() {
    samples();
  }

  /// A copy of a symbol.
  byte[] get(int ordinal) {
    long at = offset(ordinal);
    int length = (int) (fieldLength(at) - 1);
    if (length > Byte.MAX_VALUE) {
      MappedCursor cursor = cursor(at, Varint.MAX_LENGTH);
      cursor.readField();
      return cursor.field();
    }
    return file.copy(at + 1, length);
  }

  /// Offset in the file of a symbol's field: its length, then its bytes.
  long offset(int ordinal) {
    long at = sample(ordinal / SAMPLING);
    for (int i = ordinal % SAMPLING; i > 0; i--) {
      at += fieldLength(at);
    }
    return at;
  }

  /// Bytes of the field at {@code offset}, its length included.
  long fieldLength(long offset) {
    byte first = file.getByte(offset);
    if (first >= 0) {
      return 1L + first;
    }
    long length = cursor(offset, Varint.MAX_LENGTH).readUnsignedVarint();
    return Varint.lengthOfUnsigned(length) + length;
  }

  /// The ordinal of a symbol, or -1.
  int find(byte[] symbol) {
    MappedCursor cursor = cursor(section.start(), MappedCursor.SMALL_WINDOW);
    int low = 0;
    int high = samples().length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      cursor.seek(sample(middle));
      cursor.readField();
      if (cursor.compareField(symbol) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high < 0 ? -1 : scan(cursor, high, symbol);
  }

  private int scan(MappedCursor cursor, int sample, byte[] symbol) {
    cursor.seek(sample(sample));
    int end = Math.min(count(), (sample + 1) * SAMPLING);
    for (int ordinal = sample * SAMPLING; ordinal < end; ordinal++) {
      cursor.readField();
      if (cursor.compareField(symbol) == 0) {
        return ordinal;
      }
    }
    return -1;
  }

  Iterator<byte[]> iterator() {
    MappedCursor cursor = cursor(section.start(), MappedCursor.LARGE_WINDOW);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return cursor.hasRemaining();
      }

      @Override
      public byte[] next() {
        if (!cursor.hasRemaining()) {
          throw new NoSuchElementException();
        }
        cursor.readField();
        return cursor.field();
      }
    };
  }

  private long sample(int index) {
    return section.start() + Integer.toUnsignedLong(samples()[index]);
  }

  private MappedCursor cursor(long start, int window) {
    return new MappedCursor(file, start, section.end(), window);
  }
}
