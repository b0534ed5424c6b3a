package io.varve.cli;

import java.io.PrintWriter;
import java.time.Duration;

/// How many pauses there were, by length. Thread-safe.
final class PauseHistogram {
  private static final long[] MILLIS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

  private final long[] counts = new long[MILLIS.length + 1];
  private long count;
  private Duration longest = Duration.ZERO;
  private Duration sum = Duration.ZERO;

  synchronized void add(Duration pause) {
    int bucket = 0;
    while (bucket < MILLIS.length && pause.compareTo(Duration.ofMillis(MILLIS[bucket])) > 0) {
      bucket++;
    }
    counts[bucket]++;
    count++;
    sum = sum.plus(pause);
    longest = pause.compareTo(longest) > 0 ? pause : longest;
  }

  /// A line for each length that there was, and the sum and the longest.
  synchronized void print(PrintWriter to) {
    to.println("pauses: " + count);
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        String length = i < MILLIS.length ? "up to " + MILLIS[i] : "over " + MILLIS[i - 1];
        to.println("pauses " + length + " ms: " + counts[i]);
      }
    }
    to.println("longest pause: " + GoDuration.format(longest));
    to.println("all pauses: " + GoDuration.format(sum));
  }
}
