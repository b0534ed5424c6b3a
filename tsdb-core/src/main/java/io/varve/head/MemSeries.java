package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.SeriesRef;
import io.varve.chunk.ChunkEncoding;
import io.varve.chunk.FloatCutting;
import io.varve.chunk.XorEncoder;
import io.varve.model.Labels;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One series of the head: its labels, the chunk that still grows, and where its full chunks are.
///
/// Chunks are guarded by the monitor of this object. {@link #lastTime} is also read without it, as
/// a hint that is checked again under it.
final class MemSeries implements SeriesRef {
  /// Values in {@link #closed} per full chunk: reference, time of first and of last sample.
  static final int CLOSED_STRIDE = 3;

  private static final long[] NO_CHUNKS = {};

  private final long id;
  private final Labels labels;

  /// {@link Labels#hash()}, kept so that the table need not compute it again.
  final long hash;

  /// Number in the postings.
  final int slot;

  /// Whether its record is in the log. Set once, under the log lock of the head.
  volatile boolean logged;

  /// Whether it was taken out of the head. Set once, while the gate of the head is closed.
  volatile boolean removed;

  /// Whether its record is about to be logged. Guarded by the log lock of the head.
  boolean logging;

  private long lastTime = Long.MIN_VALUE;
  private long nextAt;
  private @Nullable XorEncoder open;
  private long[] closed = NO_CHUNKS;
  private int closedLength;

  MemSeries(long id, int slot, long hash, Labels labels) {
    this.id = id;
    this.slot = slot;
    this.hash = hash;
    this.labels = labels;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Labels labels() {
    return labels;
  }

  /// Time of the newest sample, or {@link Long#MIN_VALUE}. May be out of date when read without the
  /// monitor.
  long lastTime() {
    return lastTime;
  }

  /// What {@link #append} would answer now.
  synchronized AppendOutcome check(long t, double v, HeadChunks chunks) {
    return t > lastTime ? AppendOutcome.ACCEPTED : refusal(t, v, chunks);
  }

  /// Adds a sample if it is newer than all others.
  synchronized AppendOutcome append(long t, double v, long chunkRange, HeadChunks chunks) {
    if (t <= lastTime) {
      return refusal(t, v, chunks);
    }
    XorEncoder encoder = open;
    if (encoder == null) {
      encoder = new XorEncoder();
      open = encoder;
      start(t, chunkRange, chunks);
    } else {
      int samples = encoder.sampleCount();
      if (samples == FloatCutting.PREDICTION_SAMPLES) {
        nextAt = FloatCutting.computeNextAt(encoder.minTime(), lastTime, nextAt);
      }
      if (FloatCutting.mustCut(samples, encoder.length(), t, nextAt)) {
        close(encoder, chunks);
        start(t, chunkRange, chunks);
      }
    }
    encoder.append(t, v);
    lastTime = t;
    return AppendOutcome.ACCEPTED;
  }

  private void start(long t, long chunkRange, HeadChunks chunks) {
    nextAt = FloatCutting.endOf(t, chunkRange);
    chunks.countStarted();
  }

  private AppendOutcome refusal(long t, double v, HeadChunks chunks) {
    if (t < lastTime) {
      return AppendOutcome.OUT_OF_ORDER;
    }
    return Double.doubleToRawLongBits(v) == lastValueBits(chunks)
        ? AppendOutcome.DUPLICATE
        : AppendOutcome.DUPLICATE_FOR_TIMESTAMP;
  }

  private long lastValueBits(HeadChunks chunks) {
    XorEncoder encoder = open;
    return encoder != null
        ? encoder.lastValueBits()
        : chunks.lastValueBits(closed[closedLength - CLOSED_STRIDE]);
  }

  /// Hands the full chunk to the chunk files; the encoder starts over with its memory.
  private void close(XorEncoder encoder, HeadChunks chunks) {
    long ref =
        chunks.append(
            id, encoder.minTime(), lastTime, ChunkEncoding.XOR, encoder.bytes(), encoder.length());
    addClosed(ref, encoder.minTime(), lastTime);
    encoder.reset();
  }

  /// Takes over a full chunk found in the chunk files at start-up. Chunks come in order of time.
  ///
  /// @return false if it is not newer than what the series has
  synchronized boolean adopt(long ref, long mint, long maxt) {
    if (mint <= lastTime || maxt < mint) {
      return false;
    }
    addClosed(ref, mint, maxt);
    lastTime = maxt;
    return true;
  }

  private void addClosed(long ref, long mint, long maxt) {
    if (closedLength == closed.length) {
      int chunks = closedLength / CLOSED_STRIDE;
      closed = Arrays.copyOf(closed, CLOSED_STRIDE * (chunks + Math.max(1, chunks / 4)));
    }
    closed[closedLength++] = ref;
    closed[closedLength++] = mint;
    closed[closedLength++] = maxt;
  }

  /// Drops chunks that end before {@code mint}.
  ///
  /// @return what is left
  synchronized Remains truncate(long mint) {
    int keepFrom = 0;
    while (keepFrom < closedLength && closed[keepFrom + 2] < mint) {
      keepFrom += CLOSED_STRIDE;
    }
    int dropped = keepFrom / CLOSED_STRIDE;
    if (keepFrom > 0) {
      closed = Arrays.copyOfRange(closed, keepFrom, closedLength);
      closedLength -= keepFrom;
    }
    if (open != null && lastTime < mint) {
      open = null;
      dropped++;
    }
    long oldest = closedLength > 0 ? closed[1] : open != null ? open.minTime() : Long.MAX_VALUE;
    int oldestFile = closedLength > 0 ? HeadChunks.file(closed[0]) : Integer.MAX_VALUE;
    return new Remains(dropped, oldest, oldestFile);
  }

  /// @param dropped chunks dropped
  /// @param oldest time of the oldest sample left, or {@link Long#MAX_VALUE} if there is none
  /// @param oldestFile lowest chunk file still referred to, or {@link Integer#MAX_VALUE}
  record Remains(int dropped, long oldest, int oldestFile) {
    boolean none() {
      return oldest == Long.MAX_VALUE;
    }
  }

  synchronized boolean isEmpty() {
    return open == null && closedLength == 0;
  }

  /// Whether it has a sample in the closed range.
  synchronized boolean overlaps(long mint, long maxt) {
    if (lastTime < mint) {
      return false;
    }
    long oldest = closedLength > 0 ? closed[1] : open != null ? open.minTime() : Long.MAX_VALUE;
    return oldest <= maxt;
  }

  /// Copies what overlaps the closed range: the places of full chunks, the bytes of the open one.
  synchronized void capture(long mint, long maxt, HeadCursor.Chunks into) {
    into.clear();
    for (int i = 0; i < closedLength; i += CLOSED_STRIDE) {
      if (closed[i + 2] >= mint && closed[i + 1] <= maxt) {
        into.addClosed(closed[i], closed[i + 1], closed[i + 2]);
      }
    }
    XorEncoder encoder = open;
    if (encoder != null && lastTime >= mint && encoder.minTime() <= maxt) {
      into.setOpen(encoder, lastTime);
    }
  }
}
