package io.varve.cli;

import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/// Gives a store made-up series with samples as they are found in Prometheus, scrape after scrape:
/// a third of the series are constant, a third are counters, a third are gauges. The same in every
/// run. Keeps references and newest values, nothing else. Used by one thread.
final class MadeUpScrapes {
  static final long INTERVAL_MILLIS = 15_000;

  private static final long SEED = 1;
  private static final int SERIES_PER_COMMIT = 1000;

  private final Varve db;
  private final SeriesRef[] refs;
  private final double[] values;
  private final IntConsumer committed;
  private final SplittableRandom random = new SplittableRandom(SEED);

  private long timestamp;
  private int known;

  /// @param committed told after each commit how many samples were in it
  MadeUpScrapes(Varve db, int series, IntConsumer committed) {
    this.db = db;
    this.refs = new SeriesRef[series];
    this.values = new double[series];
    this.committed = committed;
  }

  /// Appends a sample to each series, {@link #INTERVAL_MILLIS} after the one before.
  void scrape() {
    timestamp += INTERVAL_MILLIS;
    try (Appender appender = db.appender()) {
      if (known == 0) {
        KubernetesSeries.generate(
            refs.length,
            labels -> {
              AppendResult result = appender.append(labels, timestamp, nextValue(known));
              requireStored(result.outcome());
              refs[known++] = result.ref();
              commit(appender, known);
            });
      } else {
        for (int i = 0; i < refs.length; i++) {
          requireStored(appender.append(refs[i], timestamp, nextValue(i)));
          commit(appender, i + 1);
        }
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

  private void commit(Appender appender, int done) {
    int open = (done - 1) % SERIES_PER_COMMIT + 1;
    if (open == SERIES_PER_COMMIT || done == refs.length) {
      if (appender.commit().rejected() > 0) {
        throw new CommandException("samples were refused");
      }
      committed.accept(open);
    }
  }

  private static void requireStored(AppendOutcome outcome) {
    if (!outcome.stored()) {
      throw new CommandException("a sample was refused: " + outcome);
    }
  }
}
