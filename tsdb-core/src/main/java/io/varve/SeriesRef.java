package io.varve;

import io.varve.model.Labels;

/// A series of the head, as {@link Appender#append(SeriesRef, long, double)} takes it: appending by
/// it needs no hashing of labels. Stays usable for good: if the series has left the head in the
/// meantime, it is created again.
///
/// A series that a {@linkplain Limits limit} refused has a reference, too: see {@link
/// Appender#series(Labels)}.
///
/// Belongs to the {@link Varve} it came from. Thread-safe.
public interface SeriesRef {
  /// The number by which the WAL knows the series. Unique within a data directory; changes if the
  /// series leaves the head and comes back; 0 if a limit refused it.
  long id();

  Labels labels();
}
