package io.varve.chunk;

import static io.varve.chunk.XorFormat.CHANGE_BITS;
import static io.varve.chunk.XorFormat.HEADER_LENGTH;
import static io.varve.chunk.XorFormat.LEADING_BITS;
import static io.varve.chunk.XorFormat.LONG_DOD_ONES;
import static io.varve.chunk.XorFormat.MAX_LEADING;
import static io.varve.chunk.XorFormat.MIN_SAMPLE_BITS;
import static io.varve.chunk.XorFormat.NEW_WINDOW;
import static io.varve.chunk.XorFormat.SIGNIFICANT_BITS;
import static io.varve.chunk.XorFormat.WINDOW_BITS;

import io.varve.io.CorruptionException;
import io.varve.io.Varint;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Reads an XOR chunk, see {@link XorFormat}, many samples at a time: state is kept in registers
/// over a whole run, which a cursor that moves by one cannot do.
///
/// Safe on any bytes. A sample begins inside the payload or is refused, takes at most 19 bytes, and
/// {@link ChunkBuffer#SLACK} is longer than that and a word, so that only the position after each
/// sample needs to be compared with the end. Bits behind the end never reach a caller.
///
/// Confined to one thread. Guarded by `XorDecodeBenchmark`.
public final class XorDecoder {
  private static final VarHandle LONG_BE =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /// Longest payload whose bits can be counted by an int; no chunk of 65535 samples is as long.
  private static final int MAX_LENGTH = Integer.MAX_VALUE / Byte.SIZE - ChunkBuffer.SLACK;

  /// Bits of a word that are there wherever it begins in its first byte. The dod up to 20 bits and
  /// the window of the value take 37 of them.
  private static final int WORD_BITS = Long.SIZE - Byte.SIZE + 1;

  /// Zero bits from which on samples are taken as a run: four samples.
  private static final int RUN_BITS = 4 * MIN_SAMPLE_BITS;

  private static final int LEADING_SHIFT = Long.SIZE - CHANGE_BITS - LEADING_BITS;
  private static final int SIGNIFICANT_SHIFT = LEADING_SHIFT - SIGNIFICANT_BITS;
  private static final int SIGNIFICANT_MASK = (1 << SIGNIFICANT_BITS) - 1;

  /// Samples decoded at a time where they are not wanted.
  private static final int SKIP = 128;

  /// Trailing zeros before a sample has set the window: a shift by 64 is none in Java, so that the
  /// samples of a chunk that uses it all the same are taken in full, as Prometheus takes them.
  private static final int NO_WINDOW = Long.SIZE;

  private byte[] bytes = new byte[ChunkBuffer.SLACK];
  private Object origin = "";
  private long originOffset;
  private boolean damaged;

  /// Bits before the end of the payload.
  private int end;

  private int count;

  /// Samples decoded so far.
  private int read;

  /// Bits before the next sample.
  private int position;

  private long time;
  private long delta;
  private long valueBits;
  private int significant;
  private int trailing;

  /// Starts on a chunk. The buffer must stay as it is while it is being decoded.
  ///
  /// @param origin the file or series the chunk came from, for messages
  /// @param originOffset offset in {@code origin} of the first byte of the payload
  /// @throws CorruptionException if there is no whole header
  public void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    this.origin = origin;
    this.originOffset = originOffset;
    bytes = chunk.bytes();
    damaged = false;
    count = 0;
    read = 0;
    position = 0;
    if (chunk.encoding() != ChunkEncoding.XOR) {
      throw corrupt("the chunk has encoding " + chunk.encoding() + ", not " + ChunkEncoding.XOR);
    }
    if (chunk.length() < HEADER_LENGTH || chunk.length() > MAX_LENGTH) {
      throw corrupt("an XOR chunk cannot be " + chunk.length() + " bytes long");
    }
    end = chunk.length() * Byte.SIZE;
    count = (bytes[0] & 0xff) << Byte.SIZE | (bytes[1] & 0xff);
    position = HEADER_LENGTH * Byte.SIZE;
    time = 0;
    delta = 0;
    valueBits = 0;
    significant = Long.SIZE;
    trailing = NO_WINDOW;
  }

  /// Samples in the chunk, as its header says: 0 to 65535.
  public int sampleCount() {
    return count;
  }

  /// Decodes the next samples, as many as there are and both arrays take.
  ///
  /// @param times to be filled with milliseconds since the epoch, from index 0
  /// @param values to be filled likewise, NaN payloads kept
  /// @return samples decoded, 0 at the end of the chunk only
  /// @throws CorruptionException if the next sample is damaged; those before it were returned by
  ///   earlier calls
  public int decode(long[] times, double[] values) {
    int limit = Math.min(Math.min(times.length, values.length), count - read);
    int decoded = 0;
    long mask = -1;
    if (read == 0 && limit > 0 && readFirst()) {
      times[0] = time;
      values[0] = Double.longBitsToDouble(valueBits);
      decoded = 1;
    }
    if (read + decoded == 1 && decoded < limit && readDelta()) {
      // The second sample is like a later one without its dod. So it is read from one bit earlier,
      // with that bit taken as 0: the dod 0.
      position--;
      mask = Long.MAX_VALUE;
    }
    if (decoded < limit && !damaged) {
      decoded = readLater(times, values, decoded, limit, mask);
    }
    if (decoded == 0 && damaged) {
      throw corrupt("sample " + (read + 1) + " of " + count + " is damaged or cut short");
    }
    read += decoded;
    return decoded;
  }

  private boolean readFirst() {
    time = Varint.unZigZag(readVarint());
    valueBits = bits(bytes, position);
    position += Long.SIZE;
    damaged |= position > end;
    return !damaged;
  }

  private boolean readDelta() {
    delta = readVarint();
    return !damaged;
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && position < end; shift += 7) {
      byte b = bytes[position >>> 3];
      position += Byte.SIZE;
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        damaged |= shift == 63 && b > 1;
        return value;
      }
    }
    damaged = true;
    return value;
  }

  /// The hot loop: one method, on locals, so that nothing but the samples is written to memory.
  ///
  /// @param mask laid over the bits that the first of these samples begins with
  private int readLater(long[] times, double[] values, int from, int limit, long mask) {
    byte[] bytes = this.bytes;
    int end = this.end;
    int position = this.position;
    long time = this.time;
    long delta = this.delta;
    long valueBits = this.valueBits;
    int significant = this.significant;
    int trailing = this.trailing;
    int i = from;
    while (i < limit) {
      long word = (long) LONG_BE.get(bytes, position >>> 3) << (position & 7) & mask;
      mask = -1;
      if (word >>> (Long.SIZE - RUN_BITS) == 0) {
        // Samples at the same distance with the same value are two zeros each: all in the word at
        // once.
        int zeros = Math.min(Long.numberOfLeadingZeros(word), WORD_BITS);
        int run = Math.min(Math.min(zeros, end - position) / MIN_SAMPLE_BITS, limit - i);
        if (run == 0) {
          damaged = true;
          break;
        }
        double value = Double.longBitsToDouble(valueBits);
        for (int to = i + run; i < to; i++) {
          time += delta;
          times[i] = time;
          values[i] = value;
        }
        position += run * MIN_SAMPLE_BITS;
        continue;
      }
      int used = 1;
      if (word < 0) {
        int ones = Long.numberOfLeadingZeros(~word);
        if (ones < LONG_DOD_ONES) {
          int width = XorFormat.dodBits(ones);
          delta += XorFormat.dod(word << (ones + 1) >>> (Long.SIZE - width), width);
          used = ones + 1 + width;
        } else {
          delta += bits(bytes, position + LONG_DOD_ONES);
          position += LONG_DOD_ONES + Long.SIZE;
          word = bits(bytes, position);
          used = 0;
        }
      }
      time += delta;
      word <<= used;
      position += used;
      // A branch although chance may decide it: guessed right, the next sample is begun without
      // waiting for the bits of this one, since all it needs is the window, which seldom changes.
      // Masking instead makes each sample wait for the one before, and is slower even for counters
      // that stand still one time in six.
      if (word >= 0) {
        position++;
      } else {
        int head = CHANGE_BITS;
        if (word >>> (Long.SIZE - CHANGE_BITS) == NEW_WINDOW) {
          int leading = (int) (word >>> LEADING_SHIFT) & MAX_LEADING;
          // 0 stands for 64.
          significant = (((int) (word >>> SIGNIFICANT_SHIFT) - 1) & SIGNIFICANT_MASK) + 1;
          trailing = Long.SIZE - leading - significant;
          head = WINDOW_BITS;
        }
        long xor =
            used + head + significant <= WORD_BITS ? word << head : bits(bytes, position + head);
        valueBits ^= xor >>> (Long.SIZE - significant) << trailing;
        position += head + significant;
      }
      // Ends behind the payload, or has a window wider than a value.
      if (((end - position) | trailing) < 0) {
        damaged = true;
        break;
      }
      times[i] = time;
      values[i] = Double.longBitsToDouble(valueBits);
      i++;
    }
    this.position = position;
    this.time = time;
    this.delta = delta;
    this.valueBits = valueBits;
    this.significant = significant;
    this.trailing = trailing;
    return i;
  }

  /// The 64 bits from {@code position}.
  private static long bits(byte[] bytes, int position) {
    int at = position >>> 3;
    int shift = position & 7;
    long last = (bytes[at + Long.BYTES] & 0xffL) >>> (Byte.SIZE - shift);
    return (long) LONG_BE.get(bytes, at) << shift | last;
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(origin, originOffset + Math.min(position, end) / 8, what);
  }

  // State after the last sample, for an encoder that continues the chunk.

  /// Decodes what is left of the chunk.
  void skipAll() {
    long[] times = new long[SKIP];
    double[] values = new double[SKIP];
    while (decode(times, values) > 0) {}
  }

  /// Bits before the next sample.
  int position() {
    return position;
  }

  long time() {
    return time;
  }

  long delta() {
    return delta;
  }

  long valueBits() {
    return valueBits;
  }

  boolean hasWindow() {
    return trailing != NO_WINDOW;
  }

  int leading() {
    return Long.SIZE - significant - trailing;
  }

  int trailing() {
    return trailing;
  }
}
