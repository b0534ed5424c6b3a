package io.varve.index;

import java.util.List;

/// What is in any of a few lists: a binary heap of those that have references left, least reference
/// first. Lists that stand on the reference just passed are moved on when the next one is asked
/// for.
final class UnionPostings implements Postings {
  private final Postings[] heap;
  private final long sizeHint;
  private int size;
  private boolean started;
  private long ref;

  UnionPostings(List<Postings> lists) {
    heap = lists.toArray(Postings[]::new);
    sizeHint = lists.stream().mapToLong(Postings::sizeHint).sum();
  }

  @Override
  public boolean next() {
    return started ? seek(ref + 1) : seek(0);
  }

  @Override
  public boolean seek(long target) {
    if (!started) {
      start(target);
    } else if (size > 0 && ref < target) {
      while (size > 0 && heap[0].ref() < target) {
        if (!heap[0].seek(target)) {
          heap[0] = heap[--size];
        }
        sink(0);
      }
    }
    if (size > 0) {
      ref = heap[0].ref();
    }
    return size > 0;
  }

  private void start(long target) {
    started = true;
    for (Postings list : heap) {
      if (list.seek(target)) {
        heap[size++] = list;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  private void sink(int index) {
    Postings list = heap[index];
    long ref = list.ref();
    for (int child = 2 * index + 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && heap[child + 1].ref() < heap[child].ref()) {
        child++;
      }
      if (heap[child].ref() >= ref) {
        break;
      }
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = list;
  }

  @Override
  public long ref() {
    return ref;
  }

  @Override
  public long sizeHint() {
    return sizeHint;
  }
}
