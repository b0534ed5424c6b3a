package io.varve.bench;

import io.varve.Appender;
import io.varve.SeriesRef;
import io.varve.Varve;
import io.varve.VarveOptions;
import io.varve.io.Compression;
import io.varve.io.LocalDisk;
import io.varve.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Appends a scrape of 1000 series by reference and commits it: the head, the log and the chunk
/// files together, on one thread, in ns per sample. `varve bench write` measures the whole process.
///
/// ```
/// java -jar bench/target/varve-bench-*.jar AppendBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(AppendBenchmark.SERIES)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class AppendBenchmark {
  static final int SERIES = 1000;

  private static final long INTERVAL_MILLIS = 15_000;

  @Param({"NONE", "SNAPPY"})
  public Compression compression = Compression.NONE;

  private final LocalDisk disk = new LocalDisk();
  private final SeriesRef[] refs = new SeriesRef[SERIES];
  private Path directory = Path.of("");
  private Varve db;
  private Appender appender;
  private long time;

  @Setup
  public void open() throws IOException {
    directory =
        Path.of(
            System.getProperty("java.io.tmpdir"), "varve-append-" + ProcessHandle.current().pid());
    db =
        Varve.open(
            directory,
            VarveOptions.defaults().withMaintenance(false).withWalCompression(compression));
    appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      refs[i] =
          appender
              .append(Labels.of("__name__", "requests_total", "instance", "i" + i), time, 0)
              .ref();
    }
    appender.commit();
  }

  @Benchmark
  public long scrape() {
    time += INTERVAL_MILLIS;
    for (SeriesRef ref : refs) {
      appender.append(ref, time, time * 0.001);
    }
    return appender.commit().accepted();
  }

  @TearDown
  public void close() throws IOException {
    appender.close();
    db.close();
    disk.deleteRecursively(directory);
  }
}
