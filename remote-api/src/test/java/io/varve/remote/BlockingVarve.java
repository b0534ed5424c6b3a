package io.varve.remote;

import io.varve.Appender;
import io.varve.Querier;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// A store in which appenders and queriers wait for the test.
final class BlockingVarve extends MemoryVarve {
  final CountDownLatch entered;
  final CountDownLatch go = new CountDownLatch(1);
  final AtomicBoolean interrupted = new AtomicBoolean();

  /// @param callers how many are waited for by {@link #entered}
  BlockingVarve(int callers) {
    entered = new CountDownLatch(callers);
  }

  private void block() {
    entered.countDown();
    try {
      go.await();
    } catch (InterruptedException e) {
      interrupted.set(true);
    }
  }

  @Override
  public Appender appender() {
    block();
    return super.appender();
  }

  @Override
  public Querier querier(long mint, long maxt) {
    block();
    return super.querier(mint, maxt);
  }
}
