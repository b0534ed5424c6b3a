package io.varve.cli;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.model.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Some writers, each of which commits a batch of its own series, waits until it is acknowledged,
/// and goes on with the next.
final class SyncBenchmark {
  private static final long INTERVAL_MILLIS = 15_000;

  private final Varve db;
  private final int writers;
  private final int batch;

  /// @param batch samples of a commit
  SyncBenchmark(Varve db, int writers, int batch) {
    this.db = db;
    this.writers = writers;
    this.batch = batch;
  }

  /// How it went.
  ///
  /// @param commits how many were acknowledged
  /// @param syncs of the log
  /// @param half half of the commits were acknowledged within that time, appends included
  /// @param most 99 of 100 were
  record Result(long commits, int batch, long syncs, Duration took, Duration half, Duration most) {
    double samplesPerSecond() {
      return commits * batch * 1e9 / took.toNanos();
    }

    double commitsPerSync() {
      return (double) commits / Math.max(1, syncs);
    }
  }

  Result run(Duration duration) {
    var all = new ArrayList<Writer>();
    for (int i = 0; i < writers; i++) {
      all.add(new Writer(i));
    }
    all.forEach(Writer::begin);
    long syncs = db.stats().walFsyncs();
    long start = System.nanoTime();
    runAll(all, start + duration.toNanos());
    var took = Duration.ofNanos(System.nanoTime() - start);
    long[] times = all.stream().flatMapToLong(each -> Arrays.stream(each.times())).toArray();
    Arrays.sort(times);
    return new Result(
        times.length,
        batch,
        db.stats().walFsyncs() - syncs,
        took,
        quantile(times, 0.5),
        quantile(times, 0.99));
  }

  private static Duration quantile(long[] sorted, double q) {
    return Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (q * sorted.length))]);
  }

  private static void runAll(List<Writer> writers, long end) {
    try (var threads = Executors.newFixedThreadPool(writers.size())) {
      var tasks = new ArrayList<Callable<Void>>();
      writers.forEach(writer -> tasks.add(() -> writer.run(end)));
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

  /// Confined to one thread at a time.
  private final class Writer {
    private final int number;
    private final SeriesRef[] series = new SeriesRef[batch];
    private long timestamp;
    private long[] times = new long[1024];
    private int count;

    Writer(int number) {
      this.number = number;
    }

    /// Makes its series.
    void begin() {
      try (Appender appender = db.appender()) {
        for (int i = 0; i < batch; i++) {
          Labels labels = Labels.of("__name__", "bench", "writer", "" + number, "series", "" + i);
          series[i] = appender.append(labels, timestamp, i).ref();
        }
        appender.commit();
      }
    }

    Void run(long end) {
      try (Appender appender = db.appender()) {
        for (long now = System.nanoTime(); now - end < 0; ) {
          commit(appender);
          long done = System.nanoTime();
          add(done - now);
          now = done;
        }
      }
      return null;
    }

    private void commit(Appender appender) {
      timestamp += INTERVAL_MILLIS;
      for (int i = 0; i < batch; i++) {
        var ignored = appender.append(series[i], timestamp, (double) (timestamp + i));
      }
      if (appender.commit().accepted() != batch) {
        throw new CommandException("samples were refused at " + timestamp);
      }
    }

    private void add(long nanos) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = nanos;
    }

    long[] times() {
      return Arrays.copyOf(times, count);
    }
  }
}
