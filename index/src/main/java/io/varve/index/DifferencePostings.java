package io.varve.index;

/// What is in one list and not in another.
final class DifferencePostings implements Postings {
  private final Postings from;
  private final Postings minus;

  DifferencePostings(Postings from, Postings minus) {
    this.from = from;
    this.minus = minus;
  }

  @Override
  public boolean next() {
    return from.next() && skipMinus();
  }

  @Override
  public boolean seek(long ref) {
    return from.seek(ref) && skipMinus();
  }

  private boolean skipMinus() {
    while (minus.seek(from.ref()) && minus.ref() == from.ref()) {
      if (!from.next()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long ref() {
    return from.ref();
  }

  @Override
  public long sizeHint() {
    return from.sizeHint();
  }
}
