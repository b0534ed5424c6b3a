package io.varve.head;

import io.varve.AppendOutcome;
import io.varve.SeriesRef;
import io.varve.block.Intervals;
import io.varve.chunk.ChunkAppend;
import io.varve.chunk.ChunkEncoder;
import io.varve.chunk.FloatCutting;
import io.varve.chunk.FloatHistogramEncoder;
import io.varve.chunk.HistogramCutting;
import io.varve.chunk.HistogramEncoder;
import io.varve.chunk.Xor2Encoder;
import io.varve.chunk.XorEncoder;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.model.Labels;
import io.varve.model.NativeHistogram;
import io.varve.model.SampleKind;
import io.varve.model.SampleValue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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

  private static final VarHandle COMMITTER = committer();

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

  /// The samples that are being committed of which it has some, null if there are none.
  private volatile @Nullable Samples committer;

  /// How many of these are not applied yet. Of the thread that commits.
  private int committing;

  private long lastTime = Long.MIN_VALUE;

  /// The commit that the newest samples are of: those after {@link #beforeCommit}; 0 if they were
  /// there before the first one.
  private long commit;

  /// Time of the last sample before that commit, milliseconds.
  private long beforeCommit;

  /// See {@link CommitRuns}: the runs before that commit.
  private long @Nullable [] commitsBefore;

  /// Whether the newest sample marks the end of the series. Counted in {@link Chunking#stale}.
  private boolean stale;

  /// When a chunk of floats is left at the latest, see {@link FloatCutting}.
  private long nextAt;

  /// Likewise for a chunk of histograms; null for floats.
  private @Nullable HistogramCutting cutting;

  private @Nullable ChunkEncoder open;
  private long[] closed = NO_CHUNKS;
  private int closedLength;

  /// Samples that came out of order, null if there is none. Written under the monitor; whether
  /// there is any is also asked without it.
  @Nullable OutOfOrderChunks outOfOrder;

  MemSeries(long id, int slot, long hash, Labels labels) {
    this.id = id;
    this.slot = slot;
    this.hash = hash;
    this.labels = labels;
  }

  private static VarHandle committer() {
    try {
      return MethodHandles.lookup().findVarHandle(MemSeries.class, "committer", Samples.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /// Whether no others are being committed, which {@link #beginCommit} makes sure of.
  @SuppressWarnings("ReferenceEquality")
  boolean mayBegin(Samples samples) {
    Samples others = (Samples) COMMITTER.getOpaque(this);
    return others == null || others == samples;
  }

  /// Adds one to the samples that are being committed, and has no others of this series committed
  /// until all of them are {@link #applied}: see {@link Head#commit}.
  ///
  /// @return false if others are being committed
  @SuppressWarnings("ReferenceEquality") // they are what they are by their identity
  boolean beginCommit(Samples samples) {
    if (committer != samples) {
      if (!COMMITTER.compareAndSet(this, null, samples)) {
        return false;
      }
      committing = 0;
    }
    committing++;
    return true;
  }

  /// One of the samples is applied, taken or not.
  @SuppressWarnings("ReferenceEquality")
  void applied(Samples samples) {
    if (committer == samples && --committing == 0) {
      COMMITTER.setRelease(this, null);
    }
  }

  /// Samples that were being committed will not be applied.
  @SuppressWarnings("ReferenceEquality")
  void cancelCommit(Samples samples) {
    if (committer == samples) {
      COMMITTER.setRelease(this, null);
    }
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

  /// What {@link #append(long, long, double, Chunking)} would answer now.
  synchronized AppendOutcome check(long t, double v, Chunking chunking) {
    return t > lastTime ? AppendOutcome.ACCEPTED : refusal(t, v, chunking);
  }

  /// What {@link #append(long, long, NativeHistogram, Chunking)} would answer now.
  synchronized AppendOutcome check(long t, NativeHistogram h, Chunking chunking) {
    return t > lastTime ? AppendOutcome.ACCEPTED : refusal(t, h, chunking);
  }

  /// As {@link #append(long, long, double, Chunking, Commit)}, for what all queries see.
  AppendOutcome append(long start, long t, double v, Chunking chunking) {
    return append(start, t, v, chunking, Commit.NONE);
  }

  /// Adds a float if it is newer than all other samples.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param of what it is of
  synchronized AppendOutcome append(long start, long t, double v, Chunking chunking, Commit of) {
    if (t <= lastTime) {
      return refusal(t, v, chunking);
    }
    if (open instanceof XorEncoder encoder) {
      cutFloats(encoder, t, chunking);
      encoder.append(t, v);
    } else {
      appendSlowly(start, t, v, chunking);
    }
    if (of.id() != commit) {
      startRun(of);
    }
    lastTime = t;
    if (SampleValue.isStale(v) != stale) {
      setStale(!stale, chunking);
    }
    return AppendOutcome.ACCEPTED;
  }

  /// Notes that the samples after {@link #lastTime} are of another commit than those before.
  private void startRun(Commit next) {
    long[] runs = commitsBefore;
    if (runs != null || commit > next.settled()) {
      commitsBefore = CommitRuns.add(runs, commit, beforeCommit, next.before());
    }
    commit = next.id();
    beforeCommit = lastTime;
  }

  /// Adds floats that are newer than all other samples, in the order of their times, and without
  /// start timestamps.
  synchronized void appendAll(long[] times, double[] values, int count, Chunking chunking) {
    for (int i = 0; i < count; ) {
      if (open instanceof XorEncoder encoder) {
        cutFloats(encoder, times[i], chunking);
        int free = FloatCutting.samplesBeforeNextLook(encoder.sampleCount(), encoder.length());
        int end = i + 1;
        while (end < count && end - i < free && times[end] < nextAt) {
          end++;
        }
        encoder.append(times, values, i, end);
        i = end;
      } else {
        appendSlowly(0, times[i], values[i], chunking);
        i++;
      }
      lastTime = times[i - 1];
    }
    setStale(SampleValue.isStale(values[count - 1]), chunking);
  }

  /// Reads what the next append will need, for {@link Prefetch}. Without the monitor: what it reads
  /// may be out of date, and is of no use but to be in the cache.
  ///
  /// @param depth 0 for the series, 1 for its chunk, 2 for the bytes
  /// @return something that depends on all of it
  int look(int depth) {
    ChunkEncoder encoder = open;
    if (depth == 0 || encoder == null) {
      return encoder == null ? 0 : 1;
    }
    int length = encoder.length();
    if (depth == 1) {
      return length;
    }
    byte[] bytes = encoder.bytes();
    return bytes[0] + bytes[Math.min(length, bytes.length) - 1];
  }

  private void appendSlowly(long start, long t, double v, Chunking chunking) {
    ChunkEncoder encoder = open;
    if (encoder instanceof Xor2Encoder xor2) {
      cutFloats(xor2, t, chunking);
    } else {
      encoder = startOther(SampleKind.FLOAT, chunking);
      cutting = null;
      nextAt = FloatCutting.endOf(t, chunking.range());
    }
    if (encoder instanceof Xor2Encoder xor2) {
      xor2.append(start, t, v);
    } else {
      ((XorEncoder) encoder).append(t, v);
    }
  }

  /// Leaves the chunk of floats if it is full; the encoder then starts over with its memory.
  private void cutFloats(ChunkEncoder encoder, long t, Chunking chunking) {
    int samples = encoder.sampleCount();
    if (samples == FloatCutting.PREDICTION_SAMPLES) {
      nextAt = FloatCutting.computeNextAt(encoder.minTime(), lastTime, nextAt);
    }
    if (FloatCutting.mustCut(samples, encoder.length(), t, nextAt)) {
      close(encoder, chunking);
      encoder.reset();
      chunking.files().countStarted();
      nextAt = FloatCutting.endOf(t, chunking.range());
    }
  }

  /// Leaves the open chunk, if there is one, for an empty one of another encoding.
  private ChunkEncoder startOther(SampleKind kind, Chunking chunking) {
    if (open != null) {
      close(open, chunking);
    }
    ChunkEncoder encoder = chunking.encoder(kind);
    open = encoder;
    chunking.files().countStarted();
    return encoder;
  }

  /// As {@link #append(long, long, NativeHistogram, Chunking, Commit)}, for what all queries see.
  AppendOutcome append(long start, long t, NativeHistogram h, Chunking chunking) {
    return append(start, t, h, chunking, Commit.NONE);
  }

  /// Adds a histogram if it is newer than all other samples.
  ///
  /// @param start start timestamp, milliseconds; 0 if not known
  /// @param h valid
  /// @param of what it is of
  synchronized AppendOutcome append(
      long start, long t, NativeHistogram h, Chunking chunking, Commit of) {
    if (t <= lastTime) {
      return refusal(t, h, chunking);
    }
    ChunkEncoder encoder = open;
    HistogramCutting when = cutting;
    if (encoder == null || when == null || kind(encoder) != kind(h)) {
      encoder = startOther(kind(h), chunking);
      cutting = new HistogramCutting();
      cutting.start(t, chunking.range());
      put(encoder, start, t, h);
    } else if (when.mustCut(encoder, t)) {
      startNext(encoder, start, t, h, chunking);
      when.start(t, chunking.range());
    } else if (put(encoder, start, t, h) == ChunkAppend.NEW_CHUNK) {
      startNext(encoder, start, t, h, chunking);
      when.startRefused(t, chunking.range());
    }
    if (of.id() != commit) {
      startRun(of);
    }
    lastTime = t;
    setStale(h.isStale(), chunking);
    return AppendOutcome.ACCEPTED;
  }

  private static SampleKind kind(NativeHistogram h) {
    return switch (h) {
      case Histogram ignored -> SampleKind.HISTOGRAM;
      case FloatHistogram ignored -> SampleKind.FLOAT_HISTOGRAM;
    };
  }

  private static SampleKind kind(ChunkEncoder encoder) {
    return switch (encoder) {
      case XorEncoder ignored -> SampleKind.FLOAT;
      case Xor2Encoder ignored -> SampleKind.FLOAT;
      case HistogramEncoder ignored -> SampleKind.HISTOGRAM;
      case FloatHistogramEncoder ignored -> SampleKind.FLOAT_HISTOGRAM;
    };
  }

  private static ChunkAppend put(ChunkEncoder encoder, long start, long t, NativeHistogram h) {
    return switch (h) {
      case Histogram whole -> ((HistogramEncoder) encoder).append(start, t, whole);
      case FloatHistogram floats -> ((FloatHistogramEncoder) encoder).append(start, t, floats);
    };
  }

  /// Leaves a chunk of histograms for the next one, which knows what was last in it.
  private void startNext(
      ChunkEncoder encoder, long start, long t, NativeHistogram h, Chunking chunking) {
    close(encoder, chunking);
    switch (h) {
      case Histogram whole -> ((HistogramEncoder) encoder).startNext(start, t, whole);
      case FloatHistogram floats -> ((FloatHistogramEncoder) encoder).startNext(start, t, floats);
    }
    chunking.files().countStarted();
  }

  private AppendOutcome refusal(long t, double v, Chunking chunking) {
    if (t < lastTime) {
      return AppendOutcome.OUT_OF_ORDER;
    }
    boolean same =
        switch (open) {
          case XorEncoder xor -> xor.lastValueBits() == Double.doubleToRawLongBits(v);
          case Xor2Encoder xor2 -> xor2.lastValueBits() == Double.doubleToRawLongBits(v);
          case null -> closedLength > 0 ? lastSample(chunking).is(v) : SampleValue.isStale(v);
          default -> false;
        };
    return same ? AppendOutcome.DUPLICATE : AppendOutcome.DUPLICATE_FOR_TIMESTAMP;
  }

  private AppendOutcome refusal(long t, NativeHistogram h, Chunking chunking) {
    if (t < lastTime) {
      return AppendOutcome.OUT_OF_ORDER;
    }
    boolean same =
        switch (open) {
          case HistogramEncoder encoder -> encoder.last().equals(h);
          case FloatHistogramEncoder encoder -> encoder.last().equals(h);
          case null -> closedLength > 0 ? lastSample(chunking).is(h) : h.isStale();
          default -> false;
        };
    return same ? AppendOutcome.DUPLICATE : AppendOutcome.DUPLICATE_FOR_TIMESTAMP;
  }

  /// The newest sample, when it is in a full chunk.
  private LastSample lastSample(Chunking chunking) {
    return chunking.files().lastSample(closed[closedLength - CLOSED_STRIDE]);
  }

  /// What the newest sample is; a float if there is none.
  synchronized SampleKind lastKind(Chunking chunking) {
    if (open != null) {
      return kind(open);
    }
    return closedLength == 0 ? SampleKind.FLOAT : lastSample(chunking).kind();
  }

  /// Hands the full chunk to the chunk files.
  private void close(ChunkEncoder encoder, Chunking chunking) {
    long ref =
        chunking
            .files()
            .append(
                id,
                encoder.minTime(),
                lastTime,
                encoder.encoding(),
                encoder.bytes(),
                encoder.length());
    addClosed(ref, encoder.minTime(), lastTime);
  }

  /// Takes over a full chunk found in the chunk files at start-up, behind what the log had before
  /// it.
  ///
  /// @return false if it is not newer than what the series has
  synchronized boolean adopt(long ref, long mint, long maxt, Chunking chunking) {
    if (mint <= lastTime || maxt < mint) {
      return false;
    }
    if (open != null) {
      close(open, chunking);
      open = null;
      cutting = null;
    }
    addClosed(ref, mint, maxt);
    lastTime = maxt;
    // Rightly so: a chunk is full when the series goes on.
    setStale(false, chunking);
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
      cutting = null;
      dropped++;
    }
    return new Remains(dropped, oldest(), oldestFile(), isEmpty());
  }

  /// Not always that of the oldest chunk: what a replay made anew is in a new file.
  private int oldestFile() {
    int oldest = outOfOrder == null ? Integer.MAX_VALUE : outOfOrder.oldestFile();
    for (int i = 0; i < closedLength; i += CLOSED_STRIDE) {
      oldest = Math.min(oldest, HeadChunks.file(closed[i]));
    }
    return oldest;
  }

  private long oldest() {
    if (closedLength > 0) {
      return closed[1];
    }
    return open != null ? open.minTime() : Long.MAX_VALUE;
  }

  /// @param dropped chunks dropped
  /// @param oldest time of the oldest sample left in order, or {@link Long#MAX_VALUE} if there is
  ///   none
  /// @param oldestFile lowest chunk file still referred to, or {@link Integer#MAX_VALUE}
  /// @param none whether there is no sample left
  record Remains(int dropped, long oldest, int oldestFile, boolean none) {}

  /// What it has in order, for a snapshot.
  ///
  /// @param closed as {@link MemSeries#closed}, up to {@code closedLength}
  /// @param nextAt of floats
  /// @param cutting of histograms
  @SuppressWarnings("ArrayRecordComponent") // lent for a moment
  record InOrder(
      long lastTime,
      boolean stale,
      long[] closed,
      int closedLength,
      @Nullable ChunkEncoder open,
      long nextAt,
      @Nullable HistogramCutting cutting) {}

  synchronized InOrder inOrder() {
    return new InOrder(lastTime, stale, closed, closedLength, open, nextAt, cutting);
  }

  /// Takes over what another had, which is to be its own from then on.
  synchronized void restore(InOrder other, Chunking chunking) {
    lastTime = other.lastTime;
    setStale(other.stale, chunking);
    closed = other.closed;
    closedLength = other.closedLength;
    open = other.open;
    nextAt = other.nextAt;
    cutting = other.cutting;
  }

  private void setStale(boolean now, Chunking chunking) {
    if (now != stale) {
      stale = now;
      chunking.stale().add(now ? 1 : -1);
    }
  }

  /// Has it go on where one with the same labels ended that has left the head: with samples after a
  /// stale marker at {@code t}. To be called before the first sample.
  synchronized void startAfter(long t) {
    lastTime = t;
  }

  /// When it ended, if a block can be cut from all that it has: by a stale marker, with no sample
  /// out of order. Milliseconds; {@link Long#MIN_VALUE} otherwise.
  synchronized long endTime() {
    return stale && !removed && outOfOrder == null ? lastTime : Long.MIN_VALUE;
  }

  /// Time of the oldest sample in order, milliseconds, {@link Long#MAX_VALUE} if there is none.
  synchronized long firstTime() {
    return oldest();
  }

  /// Marks it as taken out of the head. What it has stays until it is truncated.
  synchronized void leave(Chunking chunking) {
    setStale(false, chunking);
    removed = true;
  }

  synchronized boolean isEmpty() {
    return open == null && closedLength == 0 && outOfOrder == null;
  }

  /// Whether it has a sample in the closed range.
  synchronized boolean overlaps(long mint, long maxt) {
    return lastTime >= mint && oldest() <= maxt;
  }

  /// Copies what overlaps the closed range: the places of full chunks, the bytes of the open one.
  /// Chunks after the last sample that {@code horizon} sees are left out.
  synchronized void capture(long mint, long maxt, Horizon horizon, HeadCursor.Chunks into) {
    Intervals hidden = hidden(horizon);
    long last = Math.min(maxt, CommitRuns.lastSeen(hidden));
    into.clear(hidden);
    for (int i = 0; i < closedLength; i += CLOSED_STRIDE) {
      if (closed[i + 2] >= mint && closed[i + 1] <= last) {
        into.addClosed(closed[i], closed[i + 1], closed[i + 2]);
      }
    }
    ChunkEncoder encoder = open;
    if (encoder != null && lastTime >= mint && encoder.minTime() <= last) {
      into.setOpen(encoder, lastTime);
    }
  }

  private Intervals hidden(Horizon horizon) {
    return commitsBefore == null && horizon.sees(commit)
        ? Intervals.EMPTY
        : CommitRuns.hidden(commitsBefore, commit, beforeCommit, horizon);
  }
}
