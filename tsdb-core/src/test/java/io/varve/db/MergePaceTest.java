package io.varve.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MergePaceTest {
  private static final long MILLIS = 1_000_000;

  private final AtomicLong now = new AtomicLong(-7);
  private final MergePace pace = new MergePace(now::get, 1000);

  private void pass(long millis) {
    now.addAndGet(millis * MILLIS);
  }

  @Test
  void waitsUntilWhatWasWrittenMayHaveBeenWritten() {
    pace.add(500);

    assertThat(pace.await()).isTrue();
    pass(490);
    assertThat(pace.await()).isTrue();
    pass(10);
    assertThat(pace.await()).isFalse();
    pace.add(20);
    assertThat(pace.await()).isTrue();
  }

  @Test
  void hardlyMakesUpForTimeInWhichNothingWasWritten() {
    pass(60_000);

    pace.add(100);
    assertThat(pace.await()).isFalse();
    pace.add(100);
    assertThat(pace.await()).isTrue();
    pass(100);
    assertThat(pace.await()).isFalse();
  }

  @Test
  void waitsForSmallPiecesTogether() {
    pass(60_000);
    pace.add(100);
    for (int i = 0; i < 4; i++) {
      pace.add(1);
      assertThat(pace.await()).isFalse();
    }

    pace.add(1);

    assertThat(pace.await()).isTrue();
  }

  @Test
  void withoutALimitNobodyWaits() {
    pace.add(1 << 30);
    pace.setBytesPerSecond(0);
    pace.add(1 << 30);

    assertThat(pace.await()).isFalse();
  }

  @Test
  void aNewLimitForgetsWhatWasWrittenBefore() {
    pace.add(1 << 30);
    pace.setBytesPerSecond(2000);
    assertThat(pace.await()).isFalse();

    pace.add(400);

    assertThat(pace.await()).isTrue();
    pass(200);
    assertThat(pace.await()).isFalse();
  }

  @Test
  void whoHasToPauseWaitsWhateverTheLimit() {
    pace.setBytesPerSecond(0);
    pace.setPaused(true);
    assertThat(pace.await()).isTrue();

    pace.setPaused(false);

    assertThat(pace.await()).isFalse();
  }

  @Test
  void cancellingEndsWhoWaits() throws Exception {
    var ended = new CompletableFuture<Void>();
    pace.setPaused(true);
    var merging =
        new Thread(() -> {
          try {
            while (pace.await()) {
              Thread.onSpinWait();
            }
            ended.complete(null);
          } catch (CancellationException e) {
            ended.completeExceptionally(new IllegalStateException(e));
          }
        });
    merging.start();

    pace.cancel();

    assertThat(ended)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withRootCauseInstanceOf(CancellationException.class);
    assertThatExceptionOfType(CancellationException.class).isThrownBy(pace::requireNotCancelled);
  }

  @Test
  void anInterruptEndsTheMergeAndIsNotLost() {
    pace.setPaused(true);
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(CancellationException.class).isThrownBy(pace::await);

    assertThat(Thread.interrupted()).isTrue();
  }
}
