package io.varve.chunk;

/// When a series of floats gets its next chunk, by the rules of Prometheus 3: a chunk never crosses
/// the end of a block range, so that a block is written by copying chunks; the samples of a range
/// are spread evenly over its chunks, about {@link #SAMPLES_PER_CHUNK} each; and a chunk stays
/// within a kilobyte.
///
/// Each chunk has a time at which it is left at the latest, here called `nextAt`. It starts as
/// {@link #endOf} the range of the first sample and is set again by {@link #nextAt} before each
/// append. A sample goes to a new chunk if {@link #mustCut} says so.
///
/// Prometheus 2.42 divides whole numbers in {@link #computeNextAt}, so that its chunks may end
/// earlier, and has no limit in bytes: readers meet chunks of more than a kilobyte.
///
/// Static and stateless.
public final class FloatCutting {
  /// Samples aimed at.
  public static final int SAMPLES_PER_CHUNK = 120;

  /// Samples at which a chunk is left even though its end was predicted to be later.
  public static final int MAX_SAMPLES = 2 * SAMPLES_PER_CHUNK;

  /// Bytes up to which a chunk takes another sample: a kilobyte, less the 19 bytes of the longest
  /// sample.
  public static final int MAX_BYTES_BEFORE_APPEND = 1024 - 19;

  /// Samples after which the rate is known well enough to predict where the chunk should end.
  public static final int PREDICTION_SAMPLES = SAMPLES_PER_CHUNK / 4;

  /// Bytes of the longest sample.
  private static final int LONGEST_SAMPLE = 1024 - MAX_BYTES_BEFORE_APPEND;

  /// Samples that tell how many bytes others will take.
  private static final int LEAST_TELLING_SAMPLES = 4;

  /// Bytes of the header and the first sample.
  private static final int FIRST_SAMPLE_BYTES = 16;

  private static final double RATIO_TO_FULL = 4;

  private FloatCutting() {}

  /// End, exclusive, of the range that {@code t} lies in.
  ///
  /// @param t milliseconds since the epoch; rounded towards it, so that the two ranges around it
  ///   are one
  /// @param range milliseconds
  public static long endOf(long t, long range) {
    return t / range * range + range;
  }

  /// When to leave a chunk that has {@code samples} samples. Changes once, when a quarter of the
  /// samples aimed at has arrived.
  ///
  /// @param nextAt what has been known so far
  public static long nextAt(int samples, long chunkStart, long chunkLast, long nextAt) {
    return samples == PREDICTION_SAMPLES ? computeNextAt(chunkStart, chunkLast, nextAt) : nextAt;
  }

  /// Divides the time from the start of the chunk to the end of the range into as many equal parts
  /// as there will be whole chunks at the present rate, if a quarter of the chunk lies between the
  /// given times.
  ///
  /// @param chunkStart time of the first sample
  /// @param chunkLast time of the newest sample
  /// @return the end of the first part, exclusive
  public static long computeNextAt(long chunkStart, long chunkLast, long rangeEnd) {
    return computeNextAt(chunkStart, chunkLast, rangeEnd, RATIO_TO_FULL);
  }

  /// As {@link #computeNextAt(long, long, long)} for another part of the chunk.
  ///
  /// @param ratioToFull how many times what lies between the given times the whole chunk is
  static long computeNextAt(long chunkStart, long chunkLast, long rangeEnd, double ratioToFull) {
    double parts = (rangeEnd - chunkStart) / ((chunkLast - chunkStart + 1) * ratioToFull);
    if (parts <= 1) {
      return rangeEnd;
    }
    return (long) (chunkStart + (rangeEnd - chunkStart) / Math.floor(parts));
  }

  /// Whether a sample at {@code t} must go to a new chunk.
  ///
  /// @param samples samples in the present chunk, at least one
  /// @param bytes its length
  /// @param nextAt as of {@link #nextAt}
  public static boolean mustCut(int samples, int bytes, long t, long nextAt) {
    return t >= nextAt || samples >= MAX_SAMPLES || bytes > MAX_BYTES_BEFORE_APPEND;
  }

  /// How many bytes a chunk will have with as many samples as are aimed at, if it goes on like
  /// this; 0 if it has too few for that to be known.
  ///
  /// @param samples samples in the present chunk
  /// @param bytes its length
  static int expectedBytes(int samples, int bytes) {
    return samples < LEAST_TELLING_SAMPLES
        ? 0
        : FIRST_SAMPLE_BYTES
            + (bytes - FIRST_SAMPLE_BYTES) * Math.max(SAMPLES_PER_CHUNK, samples) / samples;
  }

  /// How many samples a chunk takes for certain, the next one included, before the others of these
  /// rules are to be asked again, as long as they are older than `nextAt`. At least one.
  ///
  /// @param samples samples in the present chunk, which has not to be left before the next one
  /// @param bytes its length
  public static int samplesBeforeNextLook(int samples, int bytes) {
    int look = samples < PREDICTION_SAMPLES ? PREDICTION_SAMPLES : MAX_SAMPLES;
    return Math.min(look - samples, (MAX_BYTES_BEFORE_APPEND - bytes) / LONGEST_SAMPLE + 1);
  }
}
