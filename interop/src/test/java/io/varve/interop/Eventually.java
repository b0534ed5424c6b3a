package io.varve.interop;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for what other processes bring about, by asking again and again until a deadline.
final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private Eventually() {}

  /// Asks until the answer fulfils a condition. An exception counts as an answer that does not.
  ///
  /// @param what the condition in words, for the message
  /// @return the first answer that does
  /// @throws AssertionError if there is none before the deadline
  static <T> T eventually(
      String what, Duration deadline, Callable<T> question, Predicate<T> condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      Exception failure = null;
      T answer = null;
      try {
        answer = question.call();
        if (condition.test(answer)) {
          return answer;
        }
      } catch (Exception e) {
        failure = e;
      }
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            what + " did not come about within " + deadline + "; last answer: " + answer, failure);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  static void eventually(String what, Duration deadline, Callable<Boolean> condition) {
    eventually(what, deadline, condition, Boolean.TRUE::equals);
  }
}
