package io.varve.block;

import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// Makes ULIDs, each greater than all before it: within one millisecond, or when the clock steps
/// back, the one before is counted up by one. Thread-safe.
public final class UlidFactory {
  private static final int RANDOM_HIGH_BITS = 16;
  private static final long MAX_TIME = (1L << 48) - 1;

  private final LongSupplier clock;
  private final RandomGenerator random;
  private Ulid last = Ulid.ZERO;

  /// @param clock wall clock, milliseconds since the epoch
  public UlidFactory(LongSupplier clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public synchronized Ulid next() {
    long now = Math.clamp(clock.getAsLong(), 0, MAX_TIME);
    if (now > last.time()) {
      long randomHigh = random.nextLong() & ((1L << RANDOM_HIGH_BITS) - 1);
      last = new Ulid(now << RANDOM_HIGH_BITS | randomHigh, random.nextLong());
    } else {
      // A carry out of the random part goes into the time, which keeps the order all the same.
      long low = last.low() + 1;
      last = new Ulid(low == 0 ? last.high() + 1 : last.high(), low);
    }
    return last;
  }
}
