package io.varve.index;

import io.varve.io.MappedFile;

/// One list of an index file, read from the mapping as it is walked.
///
/// Seeking doubles its steps from where it stands and then halves, so that a seek costs the
/// logarithm of the distance, not of the list.
final class MappedPostings implements Postings {
  private final MappedFile file;
  private final long start;
  private final long count;
  private long index = -1;
  private long ref;

  private MappedPostings(MappedSection list) {
    this.file = list.file();
    this.start = list.start();
    this.count = list.count();
  }

  /// Opens the list whose length is at {@code offset}, and checks it.
  static Postings open(MappedFile file, long offset) {
    MappedSection list = MappedSection.open(file, offset, "postings");
    if (list.length() != list.count() * Integer.BYTES) {
      throw list.corrupt(list.count() + " postings in " + list.length() + " bytes");
    }
    return list.count() == 0 ? EMPTY : new MappedPostings(list);
  }

  @Override
  public boolean next() {
    return moveTo(index + 1);
  }

  @Override
  public boolean seek(long target) {
    if (index >= 0 && (index == count || ref >= target)) {
      return index < count;
    }
    long below = index;
    long step = 1;
    while (below + step < count && get(below + step) < target) {
      below += step;
      step *= 2;
    }
    long above = Math.min(below + step, count);
    while (above - below > 1) {
      long middle = (below + above) >>> 1;
      if (get(middle) < target) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return moveTo(above);
  }

  @Override
  public long ref() {
    return ref;
  }

  @Override
  public long sizeHint() {
    return count;
  }

  private boolean moveTo(long target) {
    index = Math.min(target, count);
    if (index == count) {
      return false;
    }
    ref = get(index);
    return true;
  }

  private long get(long at) {
    return Integer.toUnsignedLong(file.getInt(start + at * Integer.BYTES));
  }
}
