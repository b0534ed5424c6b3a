package io.varve.bench;

import io.varve.io.ByteReader;
import io.varve.io.ByteSink;
import io.varve.io.Compression;
import io.varve.io.Disk;
import io.varve.io.HeapByteSink;
import io.varve.io.LocalDisk;
import io.varve.model.FloatHistogram;
import io.varve.model.Histogram;
import io.varve.wal.RecordBatch;
import io.varve.wal.RecordDecoder;
import io.varve.wal.RecordEncoder;
import io.varve.wal.RecordHandler;
import io.varve.wal.Wal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/// The write-ahead log, in time per sample: encoding a record, decoding it, and a whole commit of
/// one record into a log on the file system of the working directory, without a sync.
///
/// Guards the loops of {@link RecordEncoder#samples} and {@link RecordDecoder} (3 to 8 ns per
/// sample, on 2 vCPUs of an AMD EPYC with JDK 25: the more the lengths of the varints vary, the
/// more).
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class WalRecordBenchmark {
  private static final int SAMPLES = 2000;

  /// `scrape`: neighbouring series, one time. `write`: a remote write, series from all over and
  /// times that differ.
  @Param({"scrape", "write"})
  public String shape = "";

  private final long[] refs = new long[SAMPLES];
  private final long[] timestamps = new long[SAMPLES];
  private final long[] values = new long[SAMPLES];
  private final HeapByteSink sink = ByteSink.onHeap(1 << 17);
  private final Sum sum = new Sum();
  private byte[] record = new byte[0];

  @Setup
  public void fill() {
    var random = new SplittableRandom(1);
    boolean isScrape = shape.equals("scrape");
    for (int i = 0; i < SAMPLES; i++) {
      refs[i] = isScrape ? 5_000_000 + i : random.nextInt(1_000_000);
      timestamps[i] = 1_700_000_000_000L + (isScrape ? 0 : 15_000 * (i % 4));
      values[i] = Double.doubleToRawLongBits(random.nextInt(100) < 50 ? i : random.nextDouble());
    }
    encode();
    record = sink.toByteArray();
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public HeapByteSink encode() {
    sink.clear();
    RecordEncoder.samples(sink, refs, timestamps, values, 0, SAMPLES);
    return sink;
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public long decode() {
    RecordDecoder.decode(new ByteReader(record, 0, record.length, "benchmark", 0), sum);
    return sum.value;
  }

  @Benchmark
  @OperationsPerInvocation(SAMPLES)
  public Wal commit(Log log) throws IOException {
    RecordBatch batch = log.batch;
    batch.clear();
    RecordEncoder.samples(batch.begin(), refs, timestamps, values, 0, SAMPLES);
    batch.end();
    log.wal.log(batch);
    if (log.wal.lastSegment() - log.wal.firstSegment() > 2) {
      log.wal.deleteSegmentsBelow(log.wal.lastSegment() - 1);
    }
    return log.wal;
  }

  /// A log that keeps its last segments only.
  @State(Scope.Thread)
  public static class Log {
    @Param({"NONE", "SNAPPY", "ZSTD"})
    public Compression compression;

    private final Disk disk = new LocalDisk();
    private final Path directory = Path.of("wal-benchmark").toAbsolutePath();
    private final RecordBatch batch = new RecordBatch();
    private Wal wal;

    @Setup(Level.Trial)
    public void open() throws IOException {
      disk.deleteRecursively(directory);
      wal = Wal.open(disk, directory, 128 << 20, compression);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
      wal.close();
      disk.deleteRecursively(directory);
    }
  }

  private static final class Sum implements RecordHandler {
    private long value;

    @Override
    public void series(long ref, byte[] buf, int offset, int length) {}

    @Override
    public void sample(long ref, long t, long st, long valueBits) {
      value += ref ^ t ^ valueBits;
    }

    @Override
    public void tombstone(long ref, long mint, long maxt) {}

    @Override
    public void histogram(long ref, long t, long st, Histogram histogram) {}

    @Override
    public void floatHistogram(long ref, long t, long st, FloatHistogram histogram) {}

    @Override
    public void exemplar(long ref, long t, long valueBits, byte[] buf, int offset, int length) {}

    @Override
    public void mmapMarker(long ref, long chunkRef) {}

    @Override
    public void metadata(long ref, int kind, String unit, String help) {}

    @Override
    public void unknown(int type, int length) {}

    @Override
    public void malformedSeries(long ref, String problem) {}

    @Override
    public void skipped(int type, long ref, long t, String problem) {}
  }
}
