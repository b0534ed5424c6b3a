package io.varve.cli;

import io.varve.AppendOutcome;
import io.varve.AppendResult;
import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.model.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Appends to a store what `promtool tsdb bench write` appends: rounds of 100 scrapes 30 s apart;
/// in a round, batches of 1000 series each commit scrape after scrape, several batches at a time.
/// Every series starts each round at 123457789 and grows by 1000 with each sample.
///
/// The first scrape of a round names series by labels, the others by reference, as a scraper's
/// cache does. Threads: one per processor, where promtool leaves a goroutine per batch to Go's
/// scheduler.
final class WriteBenchmark {
  private static final int SERIES_PER_BATCH = 1000;
  private static final int SCRAPES_PER_ROUND = 100;
  private static final long SCRAPE_INTERVAL_MILLIS = 30_000;
  private static final long ROUND_MILLIS = SCRAPES_PER_ROUND * SCRAPE_INTERVAL_MILLIS;
  private static final double VALUE_BEFORE_FIRST = 123_456_789;
  private static final double VALUE_STEP = 1000;

  private final Varve db;
  private final List<List<Labels>> batches;
  private final long series;

  /// What was written and how long it took.
  ///
  /// @param steadySamples samples of the second half of the rounds, when the series are all known
  ///   and the code is compiled
  record Result(long samples, Duration elapsed, long steadySamples, Duration steadyElapsed) {
    double perSecond() {
      return samples * 1e9 / elapsed.toNanos();
    }

    double steadyPerSecond() {
      return steadySamples * 1e9 / steadyElapsed.toNanos();
    }
  }

  WriteBenchmark(Varve db, List<Labels> series) {
    this.db = db;
    this.series = series.size();
    this.batches = new ArrayList<>();
    for (int from = 0; from < series.size(); from += SERIES_PER_BATCH) {
      batches.add(series.subList(from, Math.min(from + SERIES_PER_BATCH, series.size())));
    }
  }

  /// Scrapes that {@link #run} makes of `scrapes`: it does not begin rounds that it does not end.
  static long wholeRounds(int scrapes) {
    return (long) Math.ceilDiv(scrapes, SCRAPES_PER_ROUND) * SCRAPES_PER_ROUND;
  }

  Result run(int scrapes) {
    long samples = wholeRounds(scrapes) * series;
    int rounds = Math.ceilDiv(scrapes, SCRAPES_PER_ROUND);
    long start = System.nanoTime();
    long half = start;
    try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var progress = Progress.of("samples", samples)) {
      for (int round = 0; round < rounds; round++) {
        if (round == rounds / 2) {
          half = System.nanoTime();
        }
        ingest(threads, round, progress);
      }
    }
    long end = System.nanoTime();
    long steady = (long) (rounds - rounds / 2) * SCRAPES_PER_ROUND * series;
    return new Result(samples, Duration.ofNanos(end - start), steady, Duration.ofNanos(end - half));
  }

  private void ingest(ExecutorService threads, int round, Progress progress) {
    var tasks = new ArrayList<Callable<Void>>();
    for (List<Labels> batch : batches) {
      tasks.add(() -> new Batch(batch, round, progress).ingest());
    }
    try {
      for (Future<Void> task : threads.invokeAll(tasks)) {
        task.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted");
    }
  }

  /// One batch of series during one round; confined to its thread.
  private final class Batch {
    private final List<Labels> batch;
    private final SeriesRef[] refs;
    private final Progress progress;
    private long timestamp;
    private double value = VALUE_BEFORE_FIRST;

    Batch(List<Labels> batch, int round, Progress progress) {
      this.batch = batch;
      this.refs = new SeriesRef[batch.size()];
      this.progress = progress;
      this.timestamp = round * ROUND_MILLIS;
    }

    Void ingest() {
      try (Appender appender = db.appender()) {
        for (int scrape = 0; scrape < SCRAPES_PER_ROUND; scrape++) {
          timestamp += SCRAPE_INTERVAL_MILLIS;
          value += VALUE_STEP;
          if (scrape == 0) {
            scrapeByLabels(appender);
          } else {
            scrapeByReference(appender);
          }
          if (appender.commit().rejected() > 0) {
            throw new CommandException("samples were refused at " + timestamp);
          }
          progress.add(batch.size());
        }
      }
      return null;
    }

    private void scrapeByLabels(Appender appender) {
      for (int i = 0; i < refs.length; i++) {
        AppendResult result = appender.append(batch.get(i), timestamp, value);
        refs[i] = result.ref();
        requireStored(result.outcome(), i);
      }
    }

    private void scrapeByReference(Appender appender) {
      for (int i = 0; i < refs.length; i++) {
        requireStored(appender.append(refs[i], timestamp, value), i);
      }
    }

    private void requireStored(AppendOutcome outcome, int i) {
      if (!outcome.stored()) {
        throw new CommandException(batch.get(i) + " at " + timestamp + ": " + outcome);
      }
    }
  }
}
