package io.varve.head;

/// Has in the cache what the next appends need. The monitors of the series keep an append from
/// waiting for memory together with the next one; these reads do wait together. Confined to one
/// thread.
///
/// Guarded by `varve bench write`: with more series than the cache holds, an append waits for four
/// lines of memory.
final class Prefetch {
  /// Series at a time: their lines fit into the first cache.
  static final int GROUP = 32;

  /// What came of it, so that the compiler does not leave it out.
  @SuppressWarnings("UnusedVariable") // that is its use
  private int looks;

  void fetch(MemSeries[] series, int from, int to) {
    int sum = 0;
    for (int depth = 0; depth <= 2; depth++) {
      for (int i = from; i < to; i++) {
        sum += series[i].look(depth);
      }
    }
    looks += sum;
  }
}
