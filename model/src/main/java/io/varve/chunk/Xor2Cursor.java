package io.varve.chunk;

import static io.varve.chunk.Xor2Format.HEADER_LENGTH;
import static io.varve.chunk.Xor2Format.LONG_DOD_ONES;
import static io.varve.chunk.Xor2Format.MEDIUM_DOD_BITS;
import static io.varve.chunk.Xor2Format.MEDIUM_DOD_ONES;
import static io.varve.chunk.Xor2Format.MOVED_ONES;
import static io.varve.chunk.Xor2Format.SMALL_DOD_BITS;
import static io.varve.chunk.Xor2Format.SMALL_DOD_ONES;
import static io.varve.chunk.Xor2Format.STALE_CHANGE_ONES;
import static io.varve.chunk.Xor2Format.STALE_ONES;

import io.varve.model.SampleValue;

/// The samples of one XOR2 chunk, see {@link Xor2Format}, one by one. To be used again for the next
/// chunk. Confined to one thread.
final class Xor2Cursor extends SteppingCursor {
  private long delta;
  private long valueBits;

  /// Bits of the newest value that was not a stale marker.
  private long baseline;

  private short window;

  /// Goes before the first sample of a chunk.
  void reset(ChunkBuffer chunk, Object origin, long originOffset) {
    reset(chunk, origin, originOffset, HEADER_LENGTH);
    start(
        headerByte(0) << Byte.SIZE | headerByte(1),
        headerByte(StartTimestampFormat.HEADER_POSITION));
    delta = 0;
    valueBits = 0;
    baseline = 0;
    window = 0;
  }

  @Override
  void readFirst() {
    time = takeVarint();
    valueBits = take(Long.SIZE);
    if (valueBits != SampleValue.STALE_NAN_BITS) {
      baseline = valueBits;
    }
  }

  @Override
  void readLater(boolean second) {
    if (second) {
      delta = takeUvarint();
      readChange();
    } else {
      int ones = takeOnes(STALE_ONES);
      switch (ones) {
        case 0 -> valueBits = baseline;
        case MOVED_ONES -> readValue(take(1) == 1);
        case SMALL_DOD_ONES -> readDod(SMALL_DOD_BITS);
        case MEDIUM_DOD_ONES -> readDod(MEDIUM_DOD_BITS);
        case LONG_DOD_ONES -> readDod(Long.SIZE);
        default -> valueBits = SampleValue.STALE_NAN_BITS;
      }
    }
    time += delta;
  }

  /// Takes ones up to a zero, which is taken too, or to {@code max} ones.
  private int takeOnes(int max) {
    int ones = Math.min(Long.numberOfLeadingZeros(~peek()), max);
    skip(Math.min(ones + 1, max));
    return ones;
  }

  private void readDod(int width) {
    delta += take(width) << (Long.SIZE - width) >> (Long.SIZE - width);
    readChange();
  }

  private void readChange() {
    int ones = takeOnes(STALE_CHANGE_ONES);
    if (ones == 0) {
      valueBits = baseline;
    } else if (ones == STALE_CHANGE_ONES) {
      valueBits = SampleValue.STALE_NAN_BITS;
    } else {
      readValue(ones > 1);
    }
  }

  private void readValue(boolean newWindow) {
    if (newWindow) {
      window = takeWindow();
    }
    baseline ^= takeSignificant(window);
    valueBits = baseline;
  }

  @Override
  public double value() {
    return Double.longBitsToDouble(valueBits);
  }
}
