package io.varve.remote;

import java.util.ArrayDeque;

/// Keeps buffers from one request to the next, up to a limit of bytes. Thread-safe.
final class BufferPool {
  /// Enough for the bodies of a dozen Prometheus shards (2,000 samples, under 1 MiB) at once.
  private static final long MAX_BYTES_KEPT = 16L << 20;

  private final ArrayDeque<RequestBuffers> free = new ArrayDeque<>();
  private long kept;

  synchronized RequestBuffers take() {
    RequestBuffers buffers = free.pollLast();
    if (buffers == null) {
      return new RequestBuffers();
    }
    kept -= buffers.size();
    return buffers;
  }

  synchronized void give(RequestBuffers buffers) {
    if (kept + buffers.size() <= MAX_BYTES_KEPT) {
      kept += buffers.size();
      free.addLast(buffers);
    }
  }
}
