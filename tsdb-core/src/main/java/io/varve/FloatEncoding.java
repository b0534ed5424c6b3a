package io.varve;

/// How chunks of floats are written.
public enum FloatEncoding {
  /// Read by every Prometheus.
  XOR,
  /// Smaller, and holds start timestamps; read by Prometheus from 3.13 on.
  XOR2
}
