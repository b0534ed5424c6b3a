package io.varve.remote;

/// What a {@link RemoteServer} lets others do with the program it is part of, by `/-/reload` and
/// `/-/quit`. Thread-safe.
public interface Lifecycle {
  /// How a reload went.
  ///
  /// @param sentence what was wrong; or what else is to be known, which may be nothing
  record Reload(boolean successful, String sentence) {}

  /// Whether anyone who reaches the server may.
  boolean enabled();

  /// Reads the configuration again. One that is bad changes nothing.
  Reload reload();

  /// Asks the program to end, which it does after this has returned.
  void quit();

  /// Whether the last reload was successful; the start is one, too.
  boolean reloaded();

  /// When the last successful one was, milliseconds since the epoch.
  long reloadedAt();
}
