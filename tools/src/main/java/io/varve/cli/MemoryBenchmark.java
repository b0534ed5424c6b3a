package io.varve.cli;

import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import java.util.SplittableRandom;

/// Gives a store made-up series with samples as they are found in Prometheus: a third of the series
/// are constant, a third are counters, a third are gauges. The same in every run. Keeps nothing of
/// what it made. Used once, by one thread.
final class MemoryBenchmark {
  private static final long SEED = 1;
  private static final int SERIES_PER_COMMIT = 1000;
  private static final long SCRAPE_INTERVAL_MILLIS = 15_000;

  private final Varve db;
  private final SeriesRef[] refs;
  private final double[] values;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private int known;

  MemoryBenchmark(Varve db, int series) {
    this.db = db;
    this.refs = new SeriesRef[series];
    this.values = new double[series];
  }

  void run(int scrapes) {
    try (var progress = Progress.of("samples", (long) scrapes * refs.length)) {
      first(progress);
      for (int scrape = 2; scrape <= scrapes; scrape++) {
        later(scrape * SCRAPE_INTERVAL_MILLIS, progress);
      }
    }
  }

  private void first(Progress progress) {
    try (Appender appender = db.appender()) {
      KubernetesSeries.generate(
          refs.length,
          labels -> {
            AppendResult result = appender.append(labels, SCRAPE_INTERVAL_MILLIS, nextValue(known));
            requireStored(result.outcome());
            refs[known++] = result.ref();
            commit(appender, known, progress);
          });
    }
  }

  private void later(long timestamp, Progress progress) {
    try (Appender appender = db.appender()) {
      for (int i = 0; i < refs.length; i++) {
        requireStored(appender.append(refs[i], timestamp, nextValue(i)));
        commit(appender, i + 1, progress);
      }
    }
  }

  private double nextValue(int i) {
    values[i] =
        switch (i % 3) {
          case 0 -> values[i] == 0 || random.nextInt(50) == 0 ? random.nextInt(1, 100) : values[i];
          case 1 -> values[i] + random.nextInt(6);
          default -> Math.rint(random.nextGaussian() * (1 << 24)) / (1 << 24);
        };
    return values[i];
  }

  private void commit(Appender appender, int done, Progress progress) {
    if (done % SERIES_PER_COMMIT == 0 || done == refs.length) {
      if (appender.commit().rejected() > 0) {
        throw new CommandException("samples were refused");
      }
      progress.add(done % SERIES_PER_COMMIT == 0 ? SERIES_PER_COMMIT : done % SERIES_PER_COMMIT);
    }
  }

  private static void requireStored(AppendOutcome outcome) {
    if (!outcome.stored()) {
      throw new CommandException("a sample was refused: " + outcome);
    }
  }
}
