package io.varve.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PinCountTest {
  private final PinCount pins = new PinCount();

  @Test
  void ownerCleansUpWhatNobodyUses() {
    assertThat(pins.tryAcquire()).isTrue();
    assertThat(pins.release()).isFalse();

    assertThat(pins.close()).isTrue();
    assertThat(pins.close()).isFalse();
    assertThat(pins.tryAcquire()).isFalse();
  }

  @Test
  void lastToLeaveCleansUpAfterClosing() {
    assertThat(pins.tryAcquire()).isTrue();
    assertThat(pins.tryAcquire()).isTrue();

    assertThat(pins.close()).isFalse();
    assertThat(pins.tryAcquire()).isFalse();
    assertThat(pins.release()).isFalse();
    assertThat(pins.release()).isTrue();
    assertThat(pins.close()).isFalse();
  }

  @Test
  void refusesToReleaseWhatIsNotPinned() {
    assertThatIllegalStateException().isThrownBy(pins::release);
    pins.close();
    assertThatIllegalStateException().isThrownBy(pins::release);
  }

  @Test
  void cleansUpExactlyOnceAndAfterEveryUse() throws Exception {
    try (var threads = Executors.newFixedThreadPool(3)) {
      for (int round = 0; round < 200; round++) {
        var contested = new PinCount();
        var cleaned = new AtomicInteger();
        var start = new CyclicBarrier(3);
        Callable<Object> user =
            () -> {
              start.await();
              while (contested.tryAcquire()) {
                assertThat(cleaned.get()).isZero();
                if (contested.release()) {
                  cleaned.incrementAndGet();
                }
              }
              return cleaned;
            };
        Callable<Object> owner =
            () -> {
              start.await();
              if (contested.close()) {
                cleaned.incrementAndGet();
              }
              return cleaned;
            };

        for (Future<Object> done : threads.invokeAll(List.of(user, user, owner))) {
          done.get();
        }

        assertThat(cleaned.get()).isOne();
      }
    }
  }
}
