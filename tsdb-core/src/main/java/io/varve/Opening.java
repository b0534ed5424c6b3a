package io.varve;

import java.io.IOException;

/// A store that is being opened: its blocks are there, its log is still to be replayed.
///
/// Meanwhile it answers queries that want nothing else than blocks: those that end before the head
/// begins, unless there are samples out of order to replay, whose times nobody knows.
///
/// Thread-safe but for {@link #finish} and {@link #close}, which are for who began.
public interface Opening extends Queryable, AutoCloseable {
  /// Replays the log. The store then owns everything, and this goes on to answer the queries it has
  /// answered. Once only.
  ///
  /// @throws io.varve.io.CorruptionException if it is damaged or of an unknown version
  /// @throws IOException if it cannot be read or written
  Varve finish() throws IOException;

  ReplayProgress progress();

  /// Lets go of the directory, unless there is a store by now, which is to be closed itself.
  @Override
  void close() throws IOException;
}
