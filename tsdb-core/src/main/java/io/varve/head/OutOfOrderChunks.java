package io.varve.head;

import io.varve.model.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What one series has of samples that came out of order: a buffer of the newest ones, and where
/// the chunks of the others are in the chunk files, in the order in which they were made: their
/// times overlap. A series without any has no such object. Guarded by the monitor of the series.
final class OutOfOrderChunks {
  /// Values in {@link #closed} per chunk: reference, time of first and of last sample.
  private static final int STRIDE = 3;

  private static final long[] NONE = {};

  private @Nullable OutOfOrderBuffer buffer;
  private long[] closed = NONE;
  private int length;

  /// Null while everybody sees what is in chunks.
  private @Nullable ChunkCommits commits;

  /// Takes each chunk of a range.
  interface ChunkVisitor {
    void visit(long ref, long mint, long maxt);
  }

  /// Whether the next sample needs {@link #close} first.
  boolean isFull() {
    return buffer != null && buffer.isFull();
  }

  boolean hasBuffer() {
    return buffer != null;
  }

  /// Adds a sample to the buffer, see {@link OutOfOrderBuffer#insert}.
  boolean insert(long start, long t, long bits, @Nullable NativeHistogram histogram, long commit) {
    if (buffer == null) {
      buffer = new OutOfOrderBuffer();
    }
    return buffer.insert(start, t, bits, histogram, commit);
  }

  /// Makes chunks of the buffer and hands them to the chunk files.
  ///
  /// @param series reference of the series
  /// @param now the present moment
  /// @return the references of the chunks, ascending; none if there is no sample
  long[] close(long series, Chunking chunking, IsolationState now) {
    OutOfOrderBuffer full = buffer;
    if (full == null) {
      return NONE;
    }
    int from = length;
    int[] encoded = {0};
    OutOfOrderEncoding.encode(
        full,
        chunking,
        chunk -> {
          long mint = chunk.minTime();
          long maxt = chunk.lastTime();
          byte encoding = (byte) (chunk.encoding() | HeadChunkFormat.OUT_OF_ORDER_BIT);
          HeadChunks files = chunking.files();
          long ref = files.append(series, mint, maxt, encoding, chunk.bytes(), chunk.length());
          add(ref, mint, maxt);
          int first = encoded[0];
          encoded[0] += chunk.sampleCount();
          note(ref, full.commits(first, encoded[0]), now);
        });
    buffer = null;
    if (commits != null && commits.tidyUp(now)) {
      commits = null;
    }
    long[] refs = new long[(length - from) / STRIDE];
    for (int i = 0; i < refs.length; i++) {
      refs[i] = closed[from + STRIDE * i];
    }
    return refs;
  }

  private void note(long ref, long[] ofSamples, IsolationState now) {
    if (commits == null) {
      commits = new ChunkCommits();
    }
    commits.add(ref, ofSamples, now);
  }

  /// See {@link ChunkCommits#of}.
  long @Nullable [] commits(long ref) {
    return commits == null ? null : commits.of(ref);
  }

  /// Adds a chunk that is in the chunk files.
  void add(long ref, long mint, long maxt) {
    if (length == closed.length) {
      int chunks = length / STRIDE;
      closed = Arrays.copyOf(closed, STRIDE * (chunks + Math.max(1, chunks / 4)));
    }
    closed[length++] = ref;
    closed[length++] = mint;
    closed[length++] = maxt;
  }

  boolean has(long ref) {
    for (int i = 0; i < length; i += STRIDE) {
      if (closed[i] == ref) {
        return true;
      }
    }
    return false;
  }

  /// How many chunks there are.
  int chunks() {
    return length / STRIDE;
  }

  /// Reference of the last chunk; 0 if there is none.
  long lastChunk() {
    return length == 0 ? 0 : closed[length - STRIDE];
  }

  /// Forgets the chunks up to a reference, inclusive.
  ///
  /// @return how many
  int drop(long upTo) {
    int kept = 0;
    for (int i = 0; i < length; i += STRIDE) {
      if (closed[i] > upTo) {
        System.arraycopy(closed, i, closed, kept, STRIDE);
        kept += STRIDE;
      }
    }
    int dropped = (length - kept) / STRIDE;
    closed = Arrays.copyOf(closed, kept);
    length = kept;
    if (commits != null) {
      commits.drop(upTo);
    }
    return dropped;
  }

  boolean isEmpty() {
    return buffer == null && length == 0;
  }

  /// Lowest chunk file referred to, or {@link Integer#MAX_VALUE}.
  int oldestFile() {
    int oldest = Integer.MAX_VALUE;
    for (int i = 0; i < length; i += STRIDE) {
      oldest = Math.min(oldest, HeadChunks.file(closed[i]));
    }
    return oldest;
  }

  /// Time of the oldest sample, milliseconds; {@link Long#MAX_VALUE} if there is none.
  long minTime() {
    long oldest = buffer == null ? Long.MAX_VALUE : buffer.minTime();
    for (int i = 0; i < length; i += STRIDE) {
      oldest = Math.min(oldest, closed[i + 1]);
    }
    return oldest;
  }

  /// Time of the newest sample, milliseconds; {@link Long#MIN_VALUE} if there is none.
  long maxTime() {
    long newest = buffer == null ? Long.MIN_VALUE : buffer.maxTime();
    for (int i = 0; i < length; i += STRIDE) {
      newest = Math.max(newest, closed[i + 2]);
    }
    return newest;
  }

  /// Calls {@code visitor} with the chunks whose references are in `(after, upTo]`.
  void forEach(long after, long upTo, ChunkVisitor visitor) {
    for (int i = 0; i < length; i += STRIDE) {
      if (closed[i] > after && closed[i] <= upTo) {
        visitor.visit(closed[i], closed[i + 1], closed[i + 2]);
      }
    }
  }

  /// A copy of the buffer if it has a sample between the times of two of which are in the closed
  /// range, else null.
  @Nullable OutOfOrderBuffer copyOfBuffer(long mint, long maxt) {
    return copyOfBuffer(mint, maxt, Horizon.ALL);
  }

  /// Likewise, of what is seen.
  @Nullable OutOfOrderBuffer copyOfBuffer(long mint, long maxt, Horizon horizon) {
    OutOfOrderBuffer open = buffer;
    return open != null && open.minTime() <= maxt && open.maxTime() >= mint
        ? open.copy(horizon)
        : null;
  }
}
