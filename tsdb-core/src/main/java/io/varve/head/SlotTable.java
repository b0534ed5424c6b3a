package io.varve.head;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives each series of the head a small number, its slot, which the postings hold in 32 bits;
/// series references grow for ever, slots are used again.
///
/// Thread-safe. A freed slot can be taken at once, so whoever looks up slots found in the postings
/// does so under the same read lock of the head.
final class SlotTable {
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable MemSeries[] series = new MemSeries[1024];
  private int[] free = new int[64];
  private int freeCount;
  private int next;

  /// A slot that nobody has; {@link #set} it before telling anyone.
  int take() {
    lock.lock();
    try {
      return freeCount > 0 ? free[--freeCount] : next++;
    } finally {
      lock.unlock();
    }
  }

  void set(int slot, MemSeries owner) {
    lock.lock();
    try {
      if (slot >= series.length) {
        series = Arrays.copyOf(series, Math.max(slot + 1, series.length + series.length / 2));
      }
      series[slot] = owner;
    } finally {
      lock.unlock();
    }
  }

  @Nullable MemSeries get(int slot) {
    @Nullable MemSeries[] table = series;
    return slot < table.length ? table[slot] : null;
  }

  /// Calls {@code action} with all series, in the order of their slots.
  void forEach(Consumer<MemSeries> action) {
    for (MemSeries owner : series) {
      if (owner != null) {
        action.accept(owner);
      }
    }
  }

  void free(int slot) {
    lock.lock();
    try {
      series[slot] = null;
      if (freeCount == free.length) {
        free = Arrays.copyOf(free, 2 * freeCount);
      }
      free[freeCount++] = slot;
    } finally {
      lock.unlock();
    }
  }
}
