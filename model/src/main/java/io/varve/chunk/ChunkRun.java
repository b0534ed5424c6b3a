package io.varve.chunk;

import io.varve.model.SampleCursor;
import io.varve.model.SampleKind;
import org.jspecify.annotations.Nullable;

/// Samples of any kind, encoded anew: gives chunk after chunk, of samples of one kind each. For
/// what was trimmed, merged or moved; the chunks of the head are cut by {@link FloatCutting} and
/// {@link HistogramCutting}.
///
/// As in Prometheus, a chunk ends after {@link #MAX_SAMPLES} samples, where the kind changes, where
/// start timestamps begin that its encoding does not have, and where an encoder of histograms
/// refuses one.
///
/// Used again for run after run. Confined to one thread.
public final class ChunkRun {
  /// Samples of a chunk at most.
  public static final int MAX_SAMPLES = 120;

  private final boolean xor2;
  private final byte newest;
  private final long[] times = new long[MAX_SAMPLES];
  private final double[] values = new double[MAX_SAMPLES];
  private final XorEncoder xor = new XorEncoder();
  private @Nullable Xor2Encoder xor2Floats;
  private @Nullable HistogramEncoder histograms;
  private @Nullable FloatHistogramEncoder floatHistograms;

  private SampleCursor samples = new XorCursor();

  /// Whether the cursor is on a sample that is in no chunk yet.
  private boolean pending;

  /// Whether it is not in the chunk because the encoder refused it.
  private boolean refused;

  private ChunkEncoder chunk = xor;

  /// @param xor2 whether all floats are written as {@link ChunkEncoding#XOR2}, if that may be
  /// @param newest the highest encoding that may be written, see {@link ChunkEncoding}; start
  ///   timestamps are kept in those that have them and dropped otherwise
  public ChunkRun(boolean xor2, byte newest) {
    this.xor2 = xor2 && ChunkEncoding.XOR2 <= newest;
    this.newest = newest;
  }

  /// Whether chunks of an encoding may be written.
  public boolean writes(byte encoding) {
    return encoding <= newest;
  }

  /// Starts on samples in ascending order of time, from the one after the present. The cursor stays
  /// the caller's.
  public void reset(SampleCursor samples) {
    this.samples = samples;
    pending = samples.next();
    refused = false;
  }

  /// Encodes the next chunk.
  ///
  /// @return false if there is no sample left
  public boolean next() {
    if (!pending) {
      return false;
    }
    boolean stamped = isStamped();
    switch (samples.kind()) {
      case FLOAT -> {
        if (xor2 || stamped) {
          encodeXor2();
        } else {
          encodeXor();
        }
      }
      case HISTOGRAM -> encodeHistograms(stamped);
      case FLOAT_HISTOGRAM -> encodeFloatHistograms(stamped);
    }
    return true;
  }

  /// The chunk. Lent until the next call of {@link #next}.
  public ChunkEncoder chunk() {
    return chunk;
  }

  private void encodeXor() {
    int count = 0;
    do {
      times[count] = samples.timestamp();
      values[count++] = samples.value();
      pending = samples.next();
    } while (pending && count < MAX_SAMPLES && samples.kind() == SampleKind.FLOAT && !isStamped());
    xor.reset();
    xor.append(times, values, 0, count);
    chunk = xor;
  }

  private void encodeXor2() {
    Xor2Encoder to = xor2Floats;
    if (to == null) {
      to = new Xor2Encoder();
      xor2Floats = to;
    }
    chunk = to;
    to.reset();
    do {
      to.append(startTimestamp(), samples.timestamp(), samples.value());
    } while (advance(SampleKind.FLOAT));
  }

  private void encodeHistograms(boolean stamped) {
    HistogramEncoder to = histograms;
    if (to == null || to.hasStartTimestamps() != stamped) {
      to = new HistogramEncoder(stamped);
      histograms = to;
    }
    chunk = to;
    if (!refused) {
      to.reset();
    }
    to.startNext(startTimestamp(), samples.timestamp(), samples.histogram());
    refused = false;
    while (!refused && advance(SampleKind.HISTOGRAM) && isStamped() == stamped) {
      refused =
          to.append(startTimestamp(), samples.timestamp(), samples.histogram())
              == ChunkAppend.NEW_CHUNK;
    }
  }

  private void encodeFloatHistograms(boolean stamped) {
    FloatHistogramEncoder to = floatHistograms;
    if (to == null || to.hasStartTimestamps() != stamped) {
      to = new FloatHistogramEncoder(stamped);
      floatHistograms = to;
    }
    chunk = to;
    if (!refused) {
      to.reset();
    }
    to.startNext(startTimestamp(), samples.timestamp(), samples.floatHistogram());
    refused = false;
    while (!refused && advance(SampleKind.FLOAT_HISTOGRAM) && isStamped() == stamped) {
      refused =
          to.append(startTimestamp(), samples.timestamp(), samples.floatHistogram())
              == ChunkAppend.NEW_CHUNK;
    }
  }

  /// Moves to the next sample.
  ///
  /// @return false if it does not belong in the present chunk
  private boolean advance(SampleKind kind) {
    pending = samples.next();
    return pending && samples.kind() == kind && chunk.sampleCount() < MAX_SAMPLES;
  }

  private boolean isStamped() {
    return startTimestamp() != 0;
  }

  private long startTimestamp() {
    return writes(ChunkEncoding.of(samples.kind(), true, true)) ? samples.startTimestamp() : 0;
  }
}
