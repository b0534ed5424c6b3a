package io.varve.cli;

/// How the heap is shared out between those who may take as much as they are let: bodies of
/// requests, answers in the making, series. So that none of them, and not all together, take the
/// memory of the process.
///
/// @param requests bytes for bodies, and what is made of them
/// @param answers bytes for answers that are not streamed
/// @param series how many there may be
record HeapShares(long requests, long answers, long series) {
  private static final long MOST_REQUESTS = 128L << 20;
  private static final long MOST_ANSWERS = 256L << 20;

  /// What a series with ten labels and an open chunk takes, and half as much again, which comes and
  /// goes while it is written and read. Measured by {@code varve bench memory}.
  private static final long BYTES_PER_SERIES = 1024;

  static HeapShares ofThisProcess() {
    return of(Runtime.getRuntime().maxMemory());
  }

  /// @param heap bytes that it may grow to
  static HeapShares of(long heap) {
    long requests = Math.min(MOST_REQUESTS, heap / 8);
    long answers = Math.min(MOST_ANSWERS, heap / 8);
    return new HeapShares(requests, answers, (heap - requests - answers) / BYTES_PER_SERIES);
  }
}
