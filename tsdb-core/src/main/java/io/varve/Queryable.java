package io.varve;

/// What can be queried: a store, or the blocks of one that is being opened. Thread-safe.
public interface Queryable {
  /// A view of the samples from {@code mint} to {@code maxt}, both inclusive, in milliseconds since
  /// the epoch.
  ///
  /// @throws IllegalArgumentException if {@code mint} is after {@code maxt}
  /// @throws ReplayingException if not all of them are there yet
  Querier querier(long mint, long maxt);

  /// Throws what {@link #querier} would throw. What is served once stays served.
  ///
  /// @throws ReplayingException if not all samples of the range are there yet
  default void requireServed(long mint, long maxt) {}
}
