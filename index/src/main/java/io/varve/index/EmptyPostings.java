package io.varve.index;

/// No series. Immutable, thread-safe.
final class EmptyPostings implements Postings {
  @Override
  public boolean next() {
    return false;
  }

  @Override
  public boolean seek(long ref) {
    return false;
  }

  @Override
  public long ref() {
    return 0;
  }

  @Override
  public long sizeHint() {
    return 0;
  }
}
