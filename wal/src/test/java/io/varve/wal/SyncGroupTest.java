package io.varve.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Syncs are held up until the test lets them end, so who waits for which is not left to chance.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
final class SyncGroupTest {
  private static final int WRITERS = 20;

  private final AtomicLong logged = new AtomicLong();
  private final AtomicInteger syncs = new AtomicInteger();
  private final Semaphore begun = new Semaphore(0);
  private final Semaphore mayEnd = new Semaphore(0);
  private volatile @Nullable IOException fault;
  private final SyncGroup group = new SyncGroup(logged::get, this::sync);

  private void sync() throws IOException {
    syncs.incrementAndGet();
    begun.release();
    mayEnd.acquireUninterruptibly();
    IOException present = fault;
    if (present != null) {
      throw present;
    }
  }

  /// A thread that logs a batch and wants it durable.
  private final class Writer {
    private volatile @Nullable Throwable failure;
    private final Thread thread = Thread.ofPlatform().start(this::run);

    private void run() {
      try {
        group.await(logged.incrementAndGet());
      } catch (IOException e) {
        failure = e;
      }
    }

    Writer awaitWaiting() {
      while (thread.getState() != Thread.State.WAITING) {
        assertThat(thread.isAlive()).isTrue();
        Thread.onSpinWait();
      }
      return this;
    }

    @Nullable Throwable end() throws InterruptedException {
      thread.join();
      return failure;
    }
  }

  private Writer leader() throws InterruptedException {
    var leader = new Writer();
    begun.acquire();
    return leader;
  }

  private List<Writer> followers() {
    var writers = new ArrayList<Writer>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer().awaitWaiting());
    }
    return writers;
  }

  @Test
  void thoseWhoComeDuringASyncShareTheNext() throws Exception {
    Writer first = leader();
    List<Writer> others = followers();
    assertThat(syncs).hasValue(1);

    mayEnd.release();
    assertThat(first.end()).isNull();
    begun.acquire();
    assertThat(others).allMatch(writer -> writer.thread.isAlive());
    mayEnd.release();

    for (Writer writer : others) {
      assertThat(writer.end()).isNull();
    }
    assertThat(syncs).hasValue(2);
  }

  @Test
  void whatIsDurableNeedsNoSync() throws Exception {
    logged.set(3);
    mayEnd.release();
    group.await(3);
    group.await(1);
    group.await(3);

    assertThat(syncs).hasValue(1);
    assertThat(group.isDone()).isTrue();
    logged.set(4);
    assertThat(group.isDone()).isFalse();
  }

  /// What others left may not be durable.
  @Test
  void syncsOnceThoughNothingWasLogged() throws Exception {
    mayEnd.release();
    group.await(0);
    group.await(0);

    assertThat(syncs).hasValue(1);
  }

  /// While the second sync goes on a writer comes who needs a third, and those who waited for the
  /// second do not wait for it.
  @Test
  void nobodyWaitsForTwoSyncsThatBeganAfterHeLogged() throws Exception {
    Writer first = leader();
    List<Writer> second = followers();
    mayEnd.release();
    begun.acquire();
    Writer third = new Writer().awaitWaiting();
    mayEnd.release();
    begun.acquire();

    assertThat(first.end()).isNull();
    for (Writer writer : second) {
      assertThat(writer.end()).isNull();
    }
    assertThat(third.thread.isAlive()).isTrue();
    mayEnd.release();
    assertThat(third.end()).isNull();
    assertThat(syncs).hasValue(3);
  }

  @Test
  void aFailureIsThatOfAllWhomTheSyncWasToServe() throws Exception {
    Writer first = leader();
    List<Writer> others = followers();
    mayEnd.release();
    begun.acquire();
    Writer late = new Writer().awaitWaiting();
    fault = new IOException("no");
    mayEnd.release();

    assertThat(first.end()).isNull();
    for (Writer writer : others) {
      assertThat(writer.end()).hasMessage("no");
    }
    begun.acquire();
    fault = null;
    mayEnd.release();
    assertThat(late.end()).isNull();
    assertThat(syncs).hasValue(3);
  }

  @Test
  void afterAFailureItIsTriedAgain() throws Exception {
    logged.set(1);
    fault = new IOException("no");
    mayEnd.release();
    assertThatThrownBy(() -> group.await(1)).hasMessage("no");
    fault = null;
    mayEnd.release();

    group.await(1);
    assertThat(syncs).hasValue(2);
  }

  @Test
  void aLeaderThatIsInterruptedFailsNobodyElse() throws Exception {
    fault = new ClosedByInterruptException();
    Writer first = leader();
    Writer other = new Writer().awaitWaiting();
    mayEnd.release();
    begun.acquire();
    fault = null;
    mayEnd.release();

    assertThat(first.end()).isInstanceOf(ClosedByInterruptException.class);
    assertThat(other.end()).isNull();
  }

  @Test
  void anInterruptOfOneWhoWaitsIsForLater() throws Exception {
    Writer first = leader();
    var interrupted = new AtomicInteger();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> {
              try {
                group.await(logged.incrementAndGet());
              } catch (IOException e) {
                interrupted.addAndGet(100);
              }
              interrupted.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
            });
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    waiting.interrupt();
    mayEnd.release();
    begun.acquire();
    mayEnd.release();

    assertThat(first.end()).isNull();
    waiting.join();
    assertThat(interrupted).hasValue(1);
  }

  /// Many threads, with syncs that end at once: each finds its batch among those that were logged
  /// when some sync began.
  @Test
  void servesEverybodyUnderLoad() throws Exception {
    var durable = new AtomicLong();
    var free =
        new SyncGroup(
            logged::get,
            () -> {
              long upTo = logged.get();
              Thread.onSpinWait();
              durable.set(upTo);
            });
    var faults = new ConcurrentLinkedQueue<String>();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 500; n++) {
                  long mine = logged.incrementAndGet();
                  try {
                    free.await(mine);
                  } catch (IOException e) {
                    faults.add(e.toString());
                  }
                  if (durable.get() < mine) {
                    faults.add(mine + " is not durable");
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
  }
}
