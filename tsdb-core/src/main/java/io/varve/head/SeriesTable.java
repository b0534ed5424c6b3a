package io.varve.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds series by their labels: open addressing with linear probing, in stripes by hash.
///
/// Thread-safe. Looking up takes no lock and makes no garbage: a stripe's array only gains series;
/// to remove some, or to grow, a new array is published. Adding locks one stripe.
final class SeriesTable {
  private static final int STRIPES = 64;
  private static final int INITIAL_CAPACITY = 16;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(MemSeries[].class);

  private final Stripe[] stripes = new Stripe[STRIPES];

  /// Makes the series that is missing.
  interface Factory {
    /// @param labels packed labels, which need not be canonical
    /// @param refused told why, if the series is refused; null if it must not be
    /// @return null if the series is refused
    @Nullable MemSeries create(
        long hash, byte[] labels, int offset, int length, @Nullable RefusedSeries refused);
  }

  private static final class Stripe {
    final ReentrantLock lock = new ReentrantLock();
    volatile @Nullable MemSeries[] table = new MemSeries[INITIAL_CAPACITY];
    int size;
  }

  SeriesTable() {
    Arrays.setAll(stripes, i -> new Stripe());
  }

  /// Makes room for so many series, so that it need not be made little by little. To be called
  /// before there is any.
  void expect(int series) {
    int capacity = Integer.highestOneBit(Math.max(1, series / STRIPES)) * 4;
    for (Stripe stripe : stripes) {
      stripe.lock.lock();
      try {
        stripe.table = rehash(stripe.table, Math.max(stripe.table.length, capacity), false);
      } finally {
        stripe.lock.unlock();
      }
    }
  }

  private Stripe stripe(long hash) {
    return stripes[(int) (hash >>> 32) & (STRIPES - 1)];
  }

  /// The series with these packed labels, or null.
  @Nullable MemSeries get(long hash, byte[] labels, int offset, int length) {
    return find(stripe(hash).table, hash, labels, offset, length);
  }

  private static @Nullable MemSeries at(@Nullable MemSeries[] table, int index) {
    return (MemSeries) SLOT.getAcquire(table, index);
  }

  private static @Nullable MemSeries find(
      @Nullable MemSeries[] table, long hash, byte[] labels, int offset, int length) {
    int mask = table.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      MemSeries series = at(table, i);
      if (series == null) {
        return null;
      }
      if (series.hash == hash && !series.removed) {
        byte[] own = series.labels().encoded();
        if (Arrays.equals(own, 0, own.length, labels, offset, offset + length)) {
          return series;
        }
      }
    }
  }

  /// The series with these packed labels; made by {@code factory} if there is none.
  ///
  /// @param refused for the factory
  /// @return null if the factory refuses
  @Nullable MemSeries getOrCreate(
      long hash,
      byte[] labels,
      int offset,
      int length,
      Factory factory,
      @Nullable RefusedSeries refused) {
    Stripe stripe = stripe(hash);
    stripe.lock.lock();
    try {
      MemSeries series = find(stripe.table, hash, labels, offset, length);
      if (series == null) {
        series = factory.create(hash, labels, offset, length, refused);
        if (series != null) {
          add(stripe, series);
        }
      }
      return series;
    } finally {
      stripe.lock.unlock();
    }
  }

  private static void add(Stripe stripe, MemSeries series) {
    @Nullable MemSeries[] table = stripe.table;
    if (stripe.size >= table.length / 2) {
      table = rehash(table, table.length * 2, false);
      stripe.table = table;
    }
    put(table, series);
    stripe.size++;
  }

  private static void put(@Nullable MemSeries[] table, MemSeries series) {
    int mask = table.length - 1;
    int i = (int) series.hash & mask;
    while (table[i] != null) {
      i = (i + 1) & mask;
    }
    SLOT.setRelease(table, i, series);
  }

  private static @Nullable MemSeries[] rehash(
      @Nullable MemSeries[] old, int capacity, boolean dropRemoved) {
    @Nullable MemSeries[] table = new MemSeries[capacity];
    for (MemSeries series : old) {
      if (series != null && !(dropRemoved && series.removed)) {
        put(table, series);
      }
    }
    return table;
  }

  /// Lets go of all series marked as removed, which are not found any more already.
  void dropRemoved() {
    for (Stripe stripe : stripes) {
      stripe.lock.lock();
      try {
        @Nullable MemSeries[] old = stripe.table;
        int left = 0;
        for (MemSeries series : old) {
          left += series != null && !series.removed ? 1 : 0;
        }
        if (left < stripe.size) {
          int capacity = Math.max(INITIAL_CAPACITY, Integer.highestOneBit(left) * 4);
          stripe.table = rehash(old, capacity, true);
          stripe.size = left;
        }
      } finally {
        stripe.lock.unlock();
      }
    }
  }

  /// Calls {@code action} with each series there is when its stripe is reached, in no order.
  void forEach(Consumer<MemSeries> action) {
    for (Stripe stripe : stripes) {
      @Nullable MemSeries[] table = stripe.table;
      for (int i = 0; i < table.length; i++) {
        MemSeries series = at(table, i);
        if (series != null) {
          action.accept(series);
        }
      }
    }
  }
}
