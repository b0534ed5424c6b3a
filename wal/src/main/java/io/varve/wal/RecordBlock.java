package io.varve.wal;

import io.varve.io.ByteReader;
import io.varve.io.CorruptionException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Records that were read ahead, with where each came from, and what ended the reading, if it did.
/// Its bytes are one array, which does not stay as long as a very long record has made it.
///
/// Confined to one thread at a time.
final class RecordBlock {
  private static final int MAX_RECORDS = 1 << 10;

  /// A block with so many bytes takes no other record.
  private static final int FULL_BYTES = 128 << 10;

  private static final int INITIAL_BYTES = 2 * FULL_BYTES;
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private byte[] bytes = {};

  /// Where each record ends.
  private final int[] ends = new int[MAX_RECORDS];

  private final int[] segments = new int[MAX_RECORDS];
  private final long[] offsets = new long[MAX_RECORDS];
  private int count;
  private boolean last;
  private @Nullable Exception problem;

  /// Reads records until it is full or there is no other, in place of what it has.
  void fill(WalReader in) {
    count = 0;
    if (bytes.length == 0 || bytes.length > MAX_KEPT_BYTES) {
      bytes = new byte[INITIAL_BYTES];
    }
    try {
      while (!isFull()) {
        if (!in.next()) {
          last = true;
          return;
        }
        add(in);
      }
    } catch (IOException | CorruptionException e) {
      problem = e;
      last = true;
    }
  }

  private boolean isFull() {
    return count == MAX_RECORDS || start(count) >= FULL_BYTES;
  }

  private void add(WalReader in) {
    ByteReader record = in.record();
    int at = start(count);
    int length = record.remaining();
    if (bytes.length - at < length) {
      bytes = Arrays.copyOf(bytes, at + length);
    }
    System.arraycopy(record.array(), record.position(), bytes, at, length);
    ends[count] = at + length;
    segments[count] = in.segment();
    offsets[count] = in.offset();
    count++;
  }

  private int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /// How many records it has.
  int count() {
    return count;
  }

  /// Whether the reading ended with it.
  boolean isLast() {
    return last;
  }

  /// Throws what ended the reading, unless that was the end of the log.
  void rethrow() throws IOException {
    switch (problem) {
      case null -> {}
      case IOException e -> throw e;
      case CorruptionException e -> throw e;
      default -> throw new AssertionError(problem);
    }
  }

  /// Sets a reader on a record.
  ///
  /// @param origin names the record in messages
  void read(int index, ByteReader record, Object origin) {
    int at = start(index);
    record.reset(bytes, at, ends[index] - at, origin, 0);
  }

  int segment(int index) {
    return segments[index];
  }

  long offset(int index) {
    return offsets[index];
  }
}
