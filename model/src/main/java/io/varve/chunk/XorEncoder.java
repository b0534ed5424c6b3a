package io.varve.chunk;

import static io.varve.chunk.XorFormat.CHANGE_BITS;
import static io.varve.chunk.XorFormat.HEADER_LENGTH;
import static io.varve.chunk.XorFormat.LEADING_BITS;
import static io.varve.chunk.XorFormat.LONG_DOD_ONES;
import static io.varve.chunk.XorFormat.MAX_LEADING;
import static io.varve.chunk.XorFormat.MAX_SAMPLES;
import static io.varve.chunk.XorFormat.NEW_WINDOW;
import static io.varve.chunk.XorFormat.SAME_WINDOW;
import static io.varve.chunk.XorFormat.SIGNIFICANT_BITS;
import static io.varve.chunk.XorFormat.WINDOW_BITS;

import io.varve.io.Varint;
import java.util.Objects;

/// Writes one XOR chunk, see {@link XorFormat}, sample by sample: the open chunk of a series.
/// Between two appends its bytes are a whole chunk.
///
/// There is one of these per active series, so it has few fields (48 bytes with compressed
/// references) and its array grows by half: a sample count and a first time are read back from the
/// bytes. Bits are collected in a register before they are put.
///
/// Confined to one thread, or guarded by the lock of its series. Guarded by `XorEncodeBenchmark`.
public final class XorEncoder extends BitWriter implements ChunkEncoder {
  private static final int INITIAL_CAPACITY = 64;

  /// More leading zeros than a value has: nothing fits into this window.
  private static final byte NO_LEADING = Long.SIZE;

  /// Bytes that a sample at the expected time takes at most: a bit for that, a window and a value.
  private static final int MAX_REGULAR_BYTES = 10;

  private long lastTime;
  private long lastDelta;
  private long lastBits;
  private byte leading;
  private byte trailing;

  public XorEncoder() {
    this(INITIAL_CAPACITY);
  }

  /// @param capacity bytes to start with
  public XorEncoder(int capacity) {
    super(Math.max(capacity - PUT_BYTES, HEADER_LENGTH));
    position = HEADER_LENGTH * Byte.SIZE;
    leading = NO_LEADING;
  }

  /// An encoder that continues a chunk.
  ///
  /// @param origin what the chunk came from, for messages
  /// @throws io.varve.io.CorruptionException if the chunk cannot be decoded
  public static XorEncoder resume(ChunkBuffer chunk, Object origin, long originOffset) {
    return resume(new XorDecoder(), chunk, origin, originOffset);
  }

  static XorEncoder resume(
      XorDecoder decoder, ChunkBuffer chunk, Object origin, long originOffset) {
    decoder.reset(chunk, origin, originOffset);
    decoder.skipAll();
    var encoder = new XorEncoder(chunk.length() + PUT_BYTES);
    if (decoder.sampleCount() > 0) {
      encoder.continueAfter(decoder, chunk);
    }
    return encoder;
  }

  private void continueAfter(XorDecoder decoder, ChunkBuffer chunk) {
    position = decoder.position();
    System.arraycopy(chunk.bytes(), 0, bytes, 0, length());
    lastTime = decoder.time();
    lastDelta = decoder.delta();
    lastBits = decoder.valueBits();
    leading = decoder.hasWindow() ? (byte) decoder.leading() : NO_LEADING;
    trailing = (byte) decoder.trailing();
  }

  /// Forgets all samples, keeps the memory.
  @Override
  public void reset() {
    bytes[0] = 0;
    bytes[1] = 0;
    position = HEADER_LENGTH * Byte.SIZE;
    lastTime = 0;
    lastDelta = 0;
    lastBits = 0;
    leading = NO_LEADING;
    trailing = 0;
  }

  /// Adds a sample. Its time should be later than the last one's, but any is kept.
  ///
  /// @param t milliseconds since the epoch
  /// @throws IllegalStateException if there are already 65535 samples
  public void append(long t, double v) {
    long bits = Double.doubleToRawLongBits(v);
    long delta = t - lastTime;
    int count = sampleCount();
    if (count > 1) {
      appendLater(delta - lastDelta, bits ^ lastBits, count);
    } else if (count == 1) {
      putVarint(delta);
      putChange(0, 0, bits ^ lastBits);
    } else {
      putVarint(Varint.zigZag(t));
      put(bits, Long.SIZE);
      delta = 0;
    }
    lastTime = t;
    lastDelta = delta;
    lastBits = bits;
    setShort(count + 1);
  }

  /// Adds samples, as {@link #append(long, double)} does one by one, but with the state in
  /// registers.
  ///
  /// @param times milliseconds since the epoch, from index {@code from}, inclusive, to {@code to},
  ///   exclusive
  /// @param values likewise
  /// @throws IllegalStateException if there are more than 65535 samples then; none is added
  public void append(long[] times, double[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, Math.min(times.length, values.length));
    if (to - from > MAX_SAMPLES - sampleCount()) {
      throw full();
    }
    int next = from;
    while (next < to) {
      if (sampleCount() > 1) {
        next = appendRegular(times, values, next, to);
      }
      if (next < to) {
        append(times[next], values[next]);
        next++;
      }
    }
  }

  /// Adds samples as long as they are as far apart as the two before them.
  ///
  /// @return index of the first that was not added
  private int appendRegular(long[] times, double[] values, int from, int to) {
    long delta = lastDelta;
    long time = lastTime;
    int end = from;
    while (end < to && times[end] - time == delta) {
      time += delta;
      end++;
    }
    int next = from;
    while (next < end) {
      int reached = appendRegular(values, next, end);
      if (reached == next) {
        grow();
      }
      next = reached;
    }
    lastTime = time;
    setShort(sampleCount() + end - from);
    return end;
  }

  /// Adds values whose times are as far apart as the two before them.
  ///
  /// Whether a value stays, and whether its change fits into the window, is chance in most series,
  /// and guessing wrong costs more than computing all cases: masks (all ones or none) choose. Only
  /// after a value that stayed it is likely that the next one stays. Times are left out, and the
  /// room is seen to before, so that what the loop needs fits into the registers.
  ///
  /// @return index after the last that was added: {@code to}, or where more room is needed
  private int appendRegular(double[] values, int from, int to) {
    byte[] bytes = this.bytes;
    long lastBits = this.lastBits;
    // Without a window, the least in which nothing fits but a value that stays.
    int leading = this.leading == NO_LEADING ? 0 : this.leading;
    int trailing = this.leading == NO_LEADING ? Long.SIZE : this.trailing;
    // The byte that is not full yet, and after it nothing.
    int at = position >>> 3;
    int used = position & 7;
    long word = used == 0 ? 0 : (bytes[at] & (0xff00L >>> used) & 0xff) << (Long.SIZE - Byte.SIZE);
    int end = Math.min(to, from + (bytes.length - PUT_BYTES - at) / MAX_REGULAR_BYTES);
    long before = 1;
    int i = from;
    for (; i < end; i++) {
      long bits = Double.doubleToRawLongBits(values[i]);
      long xor = bits ^ lastBits;
      lastBits = bits;
      long put = 0;
      int width = 2;
      if ((xor | before) != 0) {
        int newLeading = Long.numberOfLeadingZeros(xor | 1L << (Long.SIZE - 1 - MAX_LEADING));
        int newTrailing = Long.numberOfTrailingZeros(xor);
        // Of a value that stays, both are as large as they can be.
        int outside = ((newLeading - leading) | (newTrailing - trailing)) >> (Integer.SIZE - 1);
        leading ^= (leading ^ newLeading) & outside;
        trailing ^= (trailing ^ newTrailing) & outside;
        int significant = Long.SIZE - leading - trailing;
        int window = leading << SIGNIFICANT_BITS | (significant & ((1 << SIGNIFICANT_BITS) - 1));
        int windowWidth = (WINDOW_BITS - CHANGE_BITS) & outside;
        // 0 for the time, then 0, or 10, or 11 and the window.
        long head = (long) (SAME_WINDOW | (1 & outside)) << windowWidth | (window & outside);
        before = xor;
        // Not quite 64 with those in the first byte, so that the word can be shifted by all of
        // them.
        if (1 + CHANGE_BITS + windowWidth + significant < PUT_BITS) {
          long changed = (xor | -xor) >> (Long.SIZE - 1);
          put = (head << significant | xor >>> trailing) & changed;
          width += (1 + windowWidth + significant) & (int) changed;
        } else if (xor != 0) {
          // In two parts.
          int headWidth = 1 + CHANGE_BITS + windowWidth;
          word |= head << (Long.SIZE - used - headWidth);
          LONG_BE.set(bytes, at, word);
          used += headWidth;
          at += used >>> 3;
          word <<= used & -Byte.SIZE;
          used &= 7;
          int high = significant - Integer.SIZE;
          word |= xor >>> trailing >>> Integer.SIZE << (Long.SIZE - used - high);
          LONG_BE.set(bytes, at, word);
          used += high;
          at += used >>> 3;
          word <<= used & -Byte.SIZE;
          used &= 7;
          put = (xor >>> trailing) & 0xffff_ffffL;
          width = Integer.SIZE;
        }
      }
      word |= put << (Long.SIZE - used - width);
      LONG_BE.set(bytes, at, word);
      used += width;
      at += used >>> 3;
      word <<= used & -Byte.SIZE;
      used &= 7;
    }
    position = at * Byte.SIZE + used;
    this.lastBits = lastBits;
    if (trailing < Long.SIZE) {
      this.leading = (byte) leading;
      this.trailing = (byte) trailing;
    }
    return i;
  }

  private void appendLater(long dod, long xor, int count) {
    if (count == MAX_SAMPLES) {
      throw full();
    }
    if (dod == 0) {
      putChange(0, 1, xor);
      return;
    }
    int ones = XorFormat.dodOnes(dod);
    if (ones < LONG_DOD_ONES) {
      int width = XorFormat.dodBits(ones);
      long prefix = (2L << ones) - 2;
      putChange(prefix << width | (dod & ((1L << width) - 1)), ones + 1 + width, xor);
    } else {
      put((1 << LONG_DOD_ONES) - 1, LONG_DOD_ONES);
      put(dod, Long.SIZE);
      putChange(0, 0, xor);
    }
  }

  private static IllegalStateException full() {
    return new IllegalStateException("a chunk has at most " + MAX_SAMPLES + " samples");
  }

  /// Puts the change of the value, after {@code width} bits (at most 24) that were collected
  /// before.
  private void putChange(long collected, int width, long xor) {
    if (xor == 0) {
      put(collected << 1, width + 1);
      return;
    }
    int newLeading = Math.min(Long.numberOfLeadingZeros(xor), MAX_LEADING);
    int newTrailing = Long.numberOfTrailingZeros(xor);
    long head;
    int headWidth;
    if (newLeading >= leading && newTrailing >= trailing) {
      head = SAME_WINDOW;
      headWidth = CHANGE_BITS;
    } else {
      leading = (byte) newLeading;
      trailing = (byte) newTrailing;
      int significant = Long.SIZE - newLeading - newTrailing;
      head = (long) NEW_WINDOW << LEADING_BITS | newLeading;
      head = head << SIGNIFICANT_BITS | (significant & ((1 << SIGNIFICANT_BITS) - 1));
      headWidth = WINDOW_BITS;
    }
    head |= collected << headWidth;
    headWidth += width;
    int significant = Long.SIZE - leading - trailing;
    if (headWidth + significant <= PUT_BITS) {
      put(head << significant | xor >>> trailing, headWidth + significant);
    } else {
      put(head, headWidth);
      put(xor >>> trailing, significant);
    }
  }

  /// Samples put so far.
  @Override
  public int sampleCount() {
    return getShort();
  }

  /// Time of the first sample; there must be one. Read back from the chunk.
  @Override
  public long minTime() {
    requireSample();
    return Varint.unZigZag(getVarint(HEADER_LENGTH));
  }

  /// Time of the newest sample; there must be one.
  @Override
  public long lastTime() {
    requireSample();
    return lastTime;
  }

  /// Bits of the newest value; there must be one.
  public long lastValueBits() {
    requireSample();
    return lastBits;
  }

  private void requireSample() {
    if (sampleCount() == 0) {
      throw new IllegalStateException("the chunk has no sample");
    }
  }

  @Override
  public byte encoding() {
    return ChunkEncoding.XOR;
  }
}
