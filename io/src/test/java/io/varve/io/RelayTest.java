package io.varve.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RelayTest {
  private static final int MANY = 20_000;

  private @Nullable Relay<int[]> relay;

  private Relay<int[]> relay() {
    return Objects.requireNonNull(relay);
  }

  private Relay<int[]> relay(int buffers, Runnable work) {
    List<int[]> empty = IntStream.range(0, buffers).mapToObj(i -> new int[1]).toList();
    relay = new Relay<>("relay-test", work, empty);
    return relay;
  }

  private static int[] empty(Relay<int[]> relay) {
    return Objects.requireNonNull(relay.nextEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void takesAllThatTheThreadGives(int buffers) {
    try (var from = relay(buffers, this::giveMany)) {
      from.start();
      for (int i = 0; i < MANY; i++) {
        int[] full = Objects.requireNonNull(from.nextFull());
        assertThat(full[0]).isEqualTo(i);
        from.giveBack(full);
      }
      assertThat(from.nextFull()).isNull();
    }
  }

  private void giveMany() {
    for (int i = 0; i < MANY; i++) {
      int[] buffer = empty(relay());
      buffer[0] = i;
      relay().give(buffer);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void theThreadTakesAllThatIsGiven(int buffers) {
    var taken = new ArrayList<Integer>();
    try (var to = relay(buffers, () -> takeAll(taken))) {
      to.start();
      for (int i = 0; i < MANY; i++) {
        int[] buffer = empty(to);
        buffer[0] = i;
        to.give(buffer);
        if (i % 1000 == 999) {
          to.awaitBack();
          assertThat(taken).hasSize(i + 1);
        }
      }
      to.give(empty(to));
    }
    assertThat(taken).hasSize(MANY + 1).startsWith(0, 1, 2).element(MANY - 1).isEqualTo(MANY - 1);
  }

  private void takeAll(List<Integer> taken) {
    for (int[] full = relay().nextFull(); full != null; full = relay().nextFull()) {
      taken.add(full[0]);
      relay().giveBack(full);
    }
  }

  /// The thread would wait for half of the buffers, of which the giver has one.
  @Test
  void waitsForOneBufferOfMany() {
    var taken = new ArrayList<Integer>();
    try (var to = relay(8, () -> takeAll(taken))) {
      to.start();
      to.give(empty(to));
      to.awaitBack();
      assertThat(taken).hasSize(1);
      to.awaitBack();
    }
  }

  @Test
  void theGiverNeverHasMoreThanThereAre() throws Exception {
    var given = new AtomicInteger();
    var allGiven = new CountDownLatch(3);
    try (var from =
        relay(
            3,
            () -> {
              for (int[] buffer = relay().nextEmpty();
                  buffer != null;
                  buffer = relay().nextEmpty()) {
                given.incrementAndGet();
                relay().give(buffer);
                allGiven.countDown();
              }
            })) {
      from.start();
      allGiven.await();
      int[] full = Objects.requireNonNull(from.nextFull());
      assertThat(given).hasValue(3);
      from.giveBack(full);
    }
    assertThat(given.get()).isBetween(3, 4);
  }

  @Test
  void whatTheThreadThrowsIsThrownToItsUser() {
    var problem = new IllegalStateException("as planned");
    try (var from =
        relay(
            2,
            () -> {
              throw problem;
            })) {
      from.start();
      assertThatThrownBy(from::nextFull).isSameAs(problem);
    }
    try (var to =
        relay(
            2,
            () -> {
              var ignored = relay().nextFull();
              throw problem;
            })) {
      to.start();
      to.give(empty(to));
      assertThatThrownBy(to::awaitBack).isSameAs(problem);
      assertThatThrownBy(to::nextEmpty).isSameAs(problem);
    }
  }

  @Test
  void closingEndsATakerThatWaits() {
    var last = new ArrayList<@Nullable Object>();
    Relay<int[]> closed = relay(2, () -> last.add(relay().nextFull()));
    closed.start();
    closed.close();

    assertThat(last).containsExactly((Object) null);
  }

  @Test
  void closingEndsAGiverThatWaits() {
    var last = new ArrayList<@Nullable Object>();
    Relay<int[]> closed =
        relay(
            2,
            () -> {
              relay().give(empty(relay()));
              relay().give(empty(relay()));
              last.add(relay().nextEmpty());
            });
    closed.start();
    assertThat(closed.nextFull()).isNotNull();
    assertThat(closed.nextFull()).isNotNull();
    closed.close();

    assertThat(last).containsExactly((Object) null);
    assertThat(closed.isStarted()).isFalse();
  }
}
