package io.varve.bench;

import java.util.SplittableRandom;

/// Kinds of float series, scraped every 15 s, as they are found in Prometheus. The same samples in
/// every run.
public enum FloatCorpus {
  /// A gauge that changes once in fifty samples: 3.5 bits per sample in an XOR chunk.
  CONSTANT_SPARSE {
    @Override
    void fill(double[] values, SplittableRandom random) {
      double value = random.nextInt(100);
      for (int i = 0; i < values.length; i++) {
        value = random.nextInt(50) == 0 ? random.nextInt(100) : value;
        values[i] = value;
      }
    }
  },

  /// A counter of a few events per scrape: 11 bits per sample.
  COUNTER {
    @Override
    void fill(double[] values, SplittableRandom random) {
      double value = random.nextInt(100_000);
      for (int i = 0; i < values.length; i++) {
        value += random.nextInt(6);
        values[i] = value;
      }
    }
  },

  /// A measurement with 28 random bits: 33 bits per sample.
  NOISY_GAUGE {
    @Override
    void fill(double[] values, SplittableRandom random) {
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.rint((48 + 4 * random.nextGaussian()) * (1 << 24)) / (1 << 24);
      }
    }
  };

  static final int SAMPLES_PER_CHUNK = 120;

  private static final long START = 1_700_000_000_000L;
  private static final long INTERVAL = 15_000;

  abstract void fill(double[] values, SplittableRandom random);

  /// Times of the samples of every chunk.
  static long[] times() {
    long[] times = new long[SAMPLES_PER_CHUNK];
    for (int i = 0; i < times.length; i++) {
      times[i] = START + i * INTERVAL;
    }
    return times;
  }

  /// Values of some chunks. A thousand are more than a branch predictor learns, and still in a
  /// second-level cache; one is learned by heart.
  double[][] chunks(int count) {
    var random = new SplittableRandom(42);
    double[][] chunks = new double[count][SAMPLES_PER_CHUNK];
    for (double[] chunk : chunks) {
      fill(chunk, random);
    }
    return chunks;
  }
}
