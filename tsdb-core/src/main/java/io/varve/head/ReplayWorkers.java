package io.varve.head;

import io.varve.head.ReplayBatch.Event;

/// Applies what a replay reads, on several threads, each for its share of the series: what the log
/// says of a series keeps its order, whatever the number of threads.
///
/// Batches grow with the number of series, so that a series has several samples in one; see {@link
/// ReplayApplier}. All together they take up to {@link #MAX_ENTRIES} entries of 20 bytes, twice:
/// less than a tenth of what so many series take.
///
/// Confined to the thread that reads the log.
final class ReplayWorkers implements AutoCloseable {
  /// The thread that reads has about as much to do as all of these, so that more would wait for it.
  private static final int MAX_WORKERS = 4;

  private static final int LEAST_ENTRIES = 4 << 10;
  private static final int ENTRIES_PER_SERIES = 4;
  private static final int MAX_ENTRIES = 2 << 20;

  /// Neighbours in the log go to the same worker.
  private static final int NEIGHBOURS_BITS = 6;

  private static final int MIX = 0x9E37_79B1;

  private final ReplayWorker[] workers;
  private final ReplayBatch[] batches;
  private int mostEntries;

  ReplayWorkers(Head head) {
    this(
        head,
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_WORKERS),
        LEAST_ENTRIES);
  }

  /// @param leastEntries entries in a batch, however few series there are
  ReplayWorkers(Head head, int count, int leastEntries) {
    this.workers = new ReplayWorker[count];
    this.batches = new ReplayBatch[count];
    this.mostEntries = leastEntries;
    for (int i = 0; i < count; i++) {
      workers[i] = new ReplayWorker("varve-replay-" + i, head, leastEntries);
      batches[i] = workers[i].batch();
    }
  }

  /// Says how many series there are by now. Batches are doubled rather than grown with each series:
  /// a long array that is left for another makes the collector work.
  void expect(int series) {
    long wanted = Math.min((long) series * ENTRIES_PER_SERIES, MAX_ENTRIES) / workers.length;
    while (wanted >= 2L * mostEntries) {
      mostEntries *= 2;
    }
  }

  private int worker(int slot) {
    int mixed = (slot >>> NEIGHBOURS_BITS) * MIX;
    return (int) ((Integer.toUnsignedLong(mixed) * workers.length) >>> Integer.SIZE);
  }

  /// Adds a float newer than all the series has.
  void add(int slot, long t, double v) {
    int worker = worker(slot);
    ReplayBatch batch = batches[worker];
    batch.add(slot, t, v);
    handOverIfFull(worker, batch);
  }

  /// As {@link #add(int, long, double)}.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  void add(int slot, long start, long t, double v) {
    int worker = worker(slot);
    ReplayBatch batch = batches[worker];
    batch.add(slot, t, v);
    if (start != 0) {
      batch.setStart(start);
    }
    handOverIfFull(worker, batch);
  }

  /// Adds something else.
  ///
  /// @param t milliseconds, where it matters
  void add(int slot, long start, long t, Event event) {
    int worker = worker(slot);
    ReplayBatch batch = batches[worker];
    batch.add(slot, t, event);
    if (start != 0) {
      batch.setStart(start);
    }
    handOverIfFull(worker, batch);
  }

  private void handOverIfFull(int worker, ReplayBatch batch) {
    if (batch.isFull()) {
      workers[worker].handOver(mostEntries);
      batches[worker] = workers[worker].batch();
    }
  }

  /// Waits until all is applied.
  void drain() {
    for (int i = 0; i < workers.length; i++) {
      workers[i].drain(mostEntries);
      batches[i] = workers[i].batch();
    }
  }

  /// Waits until all is applied, and ends the threads.
  void finish() {
    for (ReplayWorker worker : workers) {
      worker.finish();
    }
  }

  /// Ends the threads.
  @Override
  public void close() {
    for (ReplayWorker worker : workers) {
      worker.close();
    }
  }
}
