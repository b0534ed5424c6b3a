package io.varve.chunk;

import static io.varve.chunk.Xor2Format.HEADER_LENGTH;
import static io.varve.chunk.Xor2Format.LONG_DOD_ONES;
import static io.varve.chunk.Xor2Format.MAX_SAMPLES;
import static io.varve.chunk.Xor2Format.MEDIUM_DOD_BITS;
import static io.varve.chunk.Xor2Format.MEDIUM_DOD_ONES;
import static io.varve.chunk.Xor2Format.SMALL_DOD_BITS;
import static io.varve.chunk.Xor2Format.SMALL_DOD_ONES;
import static io.varve.chunk.Xor2Format.STALE_CHANGE_ONES;
import static io.varve.chunk.Xor2Format.STALE_ONES;

import io.varve.io.Varint;
import io.varve.model.SampleValue;

/// Writes one XOR2 chunk, see {@link Xor2Format}, sample by sample. Between two appends its bytes
/// are a whole chunk.
///
/// Confined to one thread, or guarded by the lock of its series.
public final class Xor2Encoder extends StartTimestampWriter implements ChunkEncoder {
  private static final int INITIAL_CAPACITY = 64;
  private static final byte NO_LEADING = Long.SIZE;

  private long lastTime;
  private long lastDelta;
  private long lastBits;

  /// Bits of the newest value that was not a stale marker.
  private long baseline;

  private byte leading;
  private byte trailing;

  public Xor2Encoder() {
    super(INITIAL_CAPACITY - PUT_BYTES);
    position = HEADER_LENGTH * Byte.SIZE;
    leading = NO_LEADING;
  }

  @Override
  public void reset() {
    setShort(0);
    resetStartTimestamp();
    position = HEADER_LENGTH * Byte.SIZE;
    lastTime = 0;
    lastDelta = 0;
    lastBits = 0;
    baseline = 0;
    leading = NO_LEADING;
    trailing = 0;
  }

  /// Adds a sample. Its time should be later than the last one's, but any is kept.
  ///
  /// @param st start timestamp, milliseconds since the epoch; 0 if not known
  /// @param t milliseconds since the epoch
  /// @throws IllegalStateException if there are already 65535 samples
  public void append(long st, long t, double v) {
    long bits = Double.doubleToRawLongBits(v);
    boolean stale = bits == SampleValue.STALE_NAN_BITS;
    long delta = t - lastTime;
    int count = sampleCount();
    if (count > 1) {
      requireRoom(count);
      putLater(delta - lastDelta, bits, stale);
    } else if (count == 1) {
      putVarint(delta);
      putChange(bits, stale);
    } else {
      putVarint(Varint.zigZag(t));
      put(bits, Long.SIZE);
      delta = 0;
    }
    putStartTimestamp(count, t, lastTime, st);
    lastTime = t;
    lastDelta = delta;
    lastBits = bits;
    if (!stale) {
      baseline = bits;
    }
    setShort(count + 1);
  }

  private static void requireRoom(int count) {
    if (count == MAX_SAMPLES) {
      throw new IllegalStateException("the chunk already has " + MAX_SAMPLES + " samples");
    }
  }

  private void putLater(long dod, long bits, boolean stale) {
    if (dod == 0) {
      if (stale) {
        put((1 << STALE_ONES) - 1, STALE_ONES);
      } else {
        putMove(bits ^ baseline);
      }
      return;
    }
    if (Xor2Format.fits(dod, SMALL_DOD_BITS)) {
      putDod(dod, SMALL_DOD_ONES, SMALL_DOD_BITS);
    } else if (Xor2Format.fits(dod, MEDIUM_DOD_BITS)) {
      putDod(dod, MEDIUM_DOD_ONES, MEDIUM_DOD_BITS);
    } else {
      put((2 << LONG_DOD_ONES) - 2, LONG_DOD_ONES + 1);
      put(dod, Long.SIZE);
    }
    putChange(bits, stale);
  }

  private void putDod(long dod, int ones, int width) {
    put(((2L << ones) - 2) << width | (dod & ((1L << width) - 1)), ones + 1 + width);
  }

  private void putMove(long xor) {
    if (xor == 0) {
      put(0, 1);
    } else if (fits(xor)) {
      put(0b100, 3);
      putSignificant(xor);
    } else {
      put(0b101, 3);
      putNewWindow(xor);
    }
  }

  private void putChange(long bits, boolean stale) {
    long xor = bits ^ baseline;
    if (stale) {
      put((1 << STALE_CHANGE_ONES) - 1, STALE_CHANGE_ONES);
    } else if (xor == 0) {
      put(0, 1);
    } else if (fits(xor)) {
      put(0b10, 2);
      putSignificant(xor);
    } else {
      put(0b110, 3);
      putNewWindow(xor);
    }
  }

  /// Whether a change fits into the present window.
  private boolean fits(long xor) {
    return leading(xor) >= leading && Long.numberOfTrailingZeros(xor) >= trailing;
  }

  private static int leading(long xor) {
    return Math.min(Long.numberOfLeadingZeros(xor), XorFormat.MAX_LEADING);
  }

  private void putSignificant(long xor) {
    put(xor >>> trailing, Long.SIZE - leading - trailing);
  }

  private void putNewWindow(long xor) {
    leading = (byte) leading(xor);
    trailing = (byte) Long.numberOfTrailingZeros(xor);
    putWindow(xor, leading, trailing);
  }

  @Override
  public byte encoding() {
    return ChunkEncoding.XOR2;
  }

  @Override
  int expectedBytes() {
    return FloatCutting.expectedBytes(sampleCount(), length());
  }

  @Override
  public int sampleCount() {
    return getShort();
  }

  @Override
  public long minTime() {
    requireSample();
    return Varint.unZigZag(getVarint(HEADER_LENGTH));
  }

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
}
