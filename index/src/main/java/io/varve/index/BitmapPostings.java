package io.varve.index;

import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/// The references in a bitmap, which nobody changes any more.
final class BitmapPostings implements Postings {
  private static final long MAX_REF = 0xFFFF_FFFFL;

  private final RoaringBitmap bitmap;
  private final PeekableIntIterator iterator;
  private final long size;
  private boolean started;
  private boolean ended;
  private long ref;

  private BitmapPostings(RoaringBitmap bitmap) {
    this.bitmap = bitmap;
    this.iterator = bitmap.getIntIterator();
    this.size = bitmap.getLongCardinality();
  }

  static Postings of(RoaringBitmap bitmap) {
    return bitmap.isEmpty() ? EMPTY : new BitmapPostings(bitmap);
  }

  /// All references, those already walked over included. Not to be changed.
  RoaringBitmap bitmap() {
    return bitmap;
  }

  @Override
  public boolean next() {
    started = true;
    ended |= !iterator.hasNext();
    if (!ended) {
      ref = Integer.toUnsignedLong(iterator.next());
    }
    return !ended;
  }

  @Override
  public boolean seek(long target) {
    if (ended || (started && ref >= target)) {
      return !ended;
    }
    if (target > MAX_REF) {
      ended = true;
      return false;
    }
    if (target > 0) {
      iterator.advanceIfNeeded((int) target);
    }
    return next();
  }

  @Override
  public long ref() {
    return ref;
  }

  @Override
  public long sizeHint() {
    return size;
  }
}
