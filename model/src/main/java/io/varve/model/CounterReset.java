package io.varve.model;

/// What a histogram says about a counter reset between it and the one before. The order is that of
/// the numbers in log records and protobuf messages.
public enum CounterReset {
  /// Not known: readers have to compare.
  UNKNOWN,
  /// There was one.
  RESET,
  /// There was none.
  NOT_RESET,
  /// A gauge histogram, where counters do not reset.
  GAUGE;

  private static final CounterReset[] VALUES = values();

  /// The hint of a number, {@link #UNKNOWN} for one that has no meaning.
  public static CounterReset of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNKNOWN;
  }
}
