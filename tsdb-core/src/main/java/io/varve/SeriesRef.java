package io.varve;

import io.varve.model.Labels;

/// A series of the head, as {@link Appender#append(SeriesRef, long, double)} takes it: appending by
/// it needs no hashing of labels. Stays usable for good: if the series has left the head in the
/// meantime, it is created again.
///
/// Belongs to the {@link Varve} it came from. Thread-safe.
public interface SeriesRef {
  /// The number by which the WAL knows the series. Unique within a data directory; changes if the
  /// series leaves the head and comes back.
  long id();

  Labels labels();
}
