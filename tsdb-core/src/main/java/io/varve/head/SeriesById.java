package io.varve.head;

import org.jspecify.annotations.Nullable;

/// Series by the reference the log has for them: open addressing, no boxing. Only checkpoints need
/// it, appenders hold the series itself. Confined to one thread.
final class SeriesById {
  private static final long MIX = 0x9E37_79B9_7F4A_7C15L;

  private long[] refs = new long[1024];
  private @Nullable MemSeries[] series = new MemSeries[refs.length];
  private int size;

  /// The series of reference 0, which stands for a free place in the table. Nobody gives it.
  private @Nullable MemSeries ofZero;

  /// Remembers a series, in place of another of that reference.
  void put(long ref, MemSeries value) {
    if (ref == 0) {
      ofZero = value;
      return;
    }
    if (size >= refs.length / 2) {
      grow();
    }
    int at = find(ref);
    if (refs[at] == 0) {
      refs[at] = ref;
      size++;
    }
    series[at] = value;
  }

  /// Forgets the series of a reference.
  void remove(long ref) {
    if (ref == 0) {
      ofZero = null;
    } else {
      series[find(ref)] = null;
    }
  }

  @Nullable MemSeries get(long ref) {
    return ref == 0 ? ofZero : series[find(ref)];
  }

  boolean contains(long ref) {
    return get(ref) != null;
  }

  private int find(long ref) {
    int mask = refs.length - 1;
    int at = (int) ((ref * MIX) >>> 32) & mask;
    while (refs[at] != 0 && refs[at] != ref) {
      at = (at + 1) & mask;
    }
    return at;
  }

  private void grow() {
    long[] oldRefs = refs;
    @Nullable MemSeries[] oldSeries = series;
    refs = new long[2 * oldRefs.length];
    series = new MemSeries[refs.length];
    for (int i = 0; i < oldRefs.length; i++) {
      if (oldRefs[i] != 0) {
        int at = find(oldRefs[i]);
        refs[at] = oldRefs[i];
        series[at] = oldSeries[i];
      }
    }
  }
}
