package io.varve.bench;

import io.varve.chunk.XorEncoder;
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
import org.openjdk.jmh.annotations.Warmup;

/// Encodes XOR chunks of 120 samples, in ns per sample.
///
/// ```
/// java -jar bench/target/varve-bench-*.jar XorEncodeBenchmark
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FloatCorpus.SAMPLES_PER_CHUNK)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class XorEncodeBenchmark {
  @Param FloatCorpus corpus = FloatCorpus.COUNTER;

  /// See {@link FloatCorpus#chunks}.
  @Param("1000")
  int chunkCount = 1000;

  private final XorEncoder reused = new XorEncoder();
  private final long[] times = FloatCorpus.times();
  private double[][] chunks = {};
  private int next;

  @Setup
  public void generate() {
    chunks = corpus.chunks(chunkCount);
  }

  /// From arrays, in memory that is there already: as samples are written anew.
  @Benchmark
  public int arrays() {
    reused.reset();
    reused.append(times, nextChunk(), 0, times.length);
    return reused.length();
  }

  /// One by one, in memory that is there already: as the head does it.
  @Benchmark
  public int reset() {
    reused.reset();
    return encode(reused);
  }

  /// One by one, in a new array, which grows with the chunk.
  @Benchmark
  public int fresh() {
    return encode(new XorEncoder());
  }

  private double[] nextChunk() {
    next = next + 1 == chunks.length ? 0 : next + 1;
    return chunks[next];
  }

  private int encode(XorEncoder encoder) {
    double[] values = nextChunk();
    for (int i = 0; i < times.length; i++) {
      encoder.append(times[i], values[i]);
    }
    return encoder.length();
  }
}
