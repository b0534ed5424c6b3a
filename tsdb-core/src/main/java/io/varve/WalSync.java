package io.varve;

/// When what is logged survives a loss of power. The death of the process it survives always.
public enum WalSync {
  /// When the commit has returned. Commits that come together share one sync of the log.
  COMMIT,
  /// Soon after, see {@link VarveOptions#walSyncInterval()}.
  INTERVAL,
  /// When its segment of the log is full, and at the latest when the store is closed; as in
  /// Prometheus.
  SEGMENT
}
