package io.varve.head;

import io.varve.io.Relay;
import java.util.List;
import java.util.Objects;

/// A thread that applies what the log says of its share of the series, while the log is read on. It
/// has two batches: one is filled while the other is applied, so memory is bounded and the reader
/// waits when it is too fast.
///
/// The thread starts with the first batch; of a log that fits into one there is no need for it.
///
/// For one thread that reads the log, which calls all methods.
final class ReplayWorker {
  private final ReplayApplier applier;
  private final Relay<ReplayBatch> relay;

  /// The batch that is filled.
  private ReplayBatch filling;

  /// @param entries entries of its first batch
  ReplayWorker(String name, Head head, int entries) {
    this.applier = new ReplayApplier(head);
    this.relay =
        new Relay<>(name, this::applyAll, List.of(new ReplayBatch(entries), new ReplayBatch(0)));
    this.filling = next();
  }

  /// The batch to add to.
  ReplayBatch batch() {
    return filling;
  }

  /// Has the batch applied, and waits until another can be filled.
  ///
  /// @param entries entries of that one, at least
  void handOver(int entries) {
    relay.start();
    relay.give(filling);
    filling = next();
    filling.reserve(entries);
  }

  private ReplayBatch next() {
    return Objects.requireNonNull(relay.nextEmpty(), "it is not closed");
  }

  /// Has all applied that is in the batch, and waits for it.
  ///
  /// @param entries entries of the next batch, at least
  void drain(int entries) {
    if (!relay.isStarted()) {
      apply(filling);
      return;
    }
    if (filling.size > 0) {
      handOver(entries);
    }
    relay.awaitBack();
  }

  /// Has all applied that is in the batch, and ends the thread.
  void finish() {
    drain(0);
    close();
  }

  /// Ends the thread, after what was handed over.
  void close() {
    relay.close();
  }

  private void applyAll() {
    for (ReplayBatch batch = relay.nextFull(); batch != null; batch = relay.nextFull()) {
      apply(batch);
      relay.giveBack(batch);
    }
  }

  private void apply(ReplayBatch batch) {
    applier.apply(batch);
    batch.clear();
  }
}
