package io.varve.model;

/// What a histogram says about a counter reset between it and the one before.
public enum CounterReset {
  /// Not known: readers have to compare.
  UNKNOWN(0),
  /// There was one.
  RESET(1),
  /// There was none.
  NOT_RESET(2),
  /// A gauge histogram, where counters do not reset.
  GAUGE(3);

  private static final CounterReset[] VALUES = values();

  private final int number;

  CounterReset(int number) {
    this.number = number;
  }

  /// Its number in log records and protobuf messages.
  public int number() {
    return number;
  }

  /// The hint of a number, {@link #UNKNOWN} for one that has no meaning.
  public static CounterReset of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNKNOWN;
  }
}
