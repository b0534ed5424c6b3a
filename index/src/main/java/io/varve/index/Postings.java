package io.varve.index;

/// Walks the references of some series in ascending order. A reference is an unsigned 32-bit value
/// carried in a long: the id of a series in an index file, or the slot of a series in the head.
///
/// Starts before the first reference; {@link #next()} and {@link #seek} may be mixed. Once one of
/// them has answered false the walk is over and both keep answering false. Confined to one thread.
/// Walking the postings of a mapped file may throw {@link io.varve.io.CorruptionException}.
public interface Postings {
  /// No series.
  Postings EMPTY = new EmptyPostings();

  /// Goes to the next reference.
  ///
  /// @return false if there is none
  boolean next();

  /// Goes to the first reference that is at least {@code ref}. Never goes back: stays where it is
  /// if that is at least {@code ref} already.
  ///
  /// @return false if there is none
  boolean seek(long ref);

  /// The present reference, 0 to 2^32 - 1. Undefined before the first and after the last.
  long ref();

  /// Upper bound of the references in the whole walk, exact where the set is not computed.
  long sizeHint();
}
