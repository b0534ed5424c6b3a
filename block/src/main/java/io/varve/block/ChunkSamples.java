package io.varve.block;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.ChunkCursor;
import io.varve.io.CorruptionException;

/// What a chunk really holds, by decoding it. Reusable, confined to one thread.
final class ChunkSamples {
  private final ChunkCursor cursor = new ChunkCursor();
  private int count;
  private long first;
  private long last;

  /// Decodes a chunk to its end.
  ///
  /// @param origin the file, for messages
  /// @param originOffset of the payload in the file
  /// @throws CorruptionException if the chunk does not keep its format, or its samples are not in
  ///   order of time
  void read(ChunkBuffer chunk, Object origin, long originOffset) {
    cursor.reset(chunk, origin, originOffset);
    count = cursor.sampleCount();
    int found = 0;
    for (; cursor.next(); found++) {
      long time = cursor.timestamp();
      if (found > 0 && time <= last) {
        throw new CorruptionException(
            origin, originOffset, "a sample at %d follows one at %d".formatted(time, last));
      }
      first = found == 0 ? time : first;
      last = time;
    }
    if (found != count || found == 0) {
      throw new CorruptionException(
          origin, originOffset, "a chunk has %d samples of %d".formatted(found, count));
    }
  }

  int count() {
    return count;
  }

  /// Time of the first sample.
  long first() {
    return first;
  }

  /// Time of the last sample.
  long last() {
    return last;
  }
}
