package io.varve.head;

import io.varve.AppendOutcome;

/// How far back an appender may go. The same for all of its samples, whatever others add meanwhile.
///
/// @param minTime samples from this on may be in order, milliseconds
/// @param outOfOrder whether samples may come out of order
/// @param outOfOrderFrom how old one may be that does, milliseconds
record AppendBounds(long minTime, boolean outOfOrder, long outOfOrderFrom) {
  /// @param newest time of the newest sample of all, milliseconds
  /// @param window how much older one may be that comes out of order, milliseconds; 0 if none may
  static AppendBounds of(long minTime, long newest, long window) {
    long from = newest - window;
    return new AppendBounds(minTime, window > 0, from > newest ? Long.MIN_VALUE : from);
  }

  /// What becomes of a sample that is not in order; accepted is one that goes out of order.
  AppendOutcome outOfOrder(long t) {
    if (outOfOrder) {
      return t >= outOfOrderFrom ? AppendOutcome.ACCEPTED : AppendOutcome.TOO_OLD;
    }
    return t < minTime ? AppendOutcome.OUT_OF_BOUNDS : AppendOutcome.OUT_OF_ORDER;
  }
}
