package io.varve.chunk;

/// When a series of native histograms gets its next chunk although the encoder would take the
/// sample, by the rules of Prometheus 3. As with {@link FloatCutting} a chunk never crosses the end
/// of a block range, and what arrives within a range is spread evenly over its chunks; but what
/// counts is bytes, of which a sample may have few or thousands: about {@link #TARGET_BYTES}, twice
/// that at most, and {@link #MIN_SAMPLES} whatever their size.
///
/// Prometheus 2.42 cuts histograms as it cuts floats, by the number of samples: readers meet chunks
/// of any length.
///
/// One for each series that has an open chunk of histograms. Guarded by what guards the chunk.
public final class HistogramCutting {
  /// Bytes aimed at.
  public static final int TARGET_BYTES = 1024;

  /// Bytes at which a chunk is left even though its end was predicted to be later.
  public static final int MAX_BYTES = 2 * TARGET_BYTES;

  /// Samples before which a chunk is not left within a range: fewer would hardly be smaller
  /// together than each alone.
  public static final int MIN_SAMPLES = 10;

  /// Bytes from which on the rate is known well enough to predict where the chunk should end.
  public static final int PREDICTION_BYTES = TARGET_BYTES / 4;

  private long rangeEnd;
  private long nextAt;
  private boolean predicted;

  /// A chunk starts, the first one or because {@link #mustCut} said so.
  ///
  /// @param t time of its first sample, milliseconds since the epoch
  /// @param chunkRange milliseconds
  public void start(long t, long chunkRange) {
    startRefused(t, chunkRange);
    predicted = false;
  }

  /// A chunk starts because the encoder refused the sample. If the end of the chunk before was
  /// predicted, that of this one is not: Prometheus forgets to, and the same samples should give
  /// the same chunks.
  public void startRefused(long t, long chunkRange) {
    rangeEnd = FloatCutting.endOf(t, chunkRange);
    nextAt = rangeEnd;
  }

  /// Whether a sample at {@code t} must go to a new chunk. To be asked once before each append.
  ///
  /// @param chunk the present one, with a sample at least
  public boolean mustCut(ChunkEncoder chunk, long t) {
    int bytes = chunk.length();
    if (!predicted && bytes >= PREDICTION_BYTES) {
      double ratioToFull = (double) TARGET_BYTES / bytes;
      nextAt = FloatCutting.computeNextAt(chunk.minTime(), chunk.lastTime(), nextAt, ratioToFull);
      predicted = true;
    }
    return (t >= nextAt || bytes >= MAX_BYTES)
        && (chunk.sampleCount() >= MIN_SAMPLES || t >= rangeEnd);
  }

  /// One that goes on where another was.
  public static HistogramCutting resume(long rangeEnd, long nextAt, boolean predicted) {
    var cutting = new HistogramCutting();
    cutting.rangeEnd = rangeEnd;
    cutting.nextAt = nextAt;
    cutting.predicted = predicted;
    return cutting;
  }

  /// End of the range that the present chunk is in, milliseconds, exclusive.
  public long rangeEnd() {
    return rangeEnd;
  }

  /// Whether {@link #nextAt} was predicted by the bytes of a chunk.
  public boolean predicted() {
    return predicted;
  }

  /// Time at which the present chunk is left at the latest, as far as is known.
  public long nextAt() {
    return nextAt;
  }
}
