package io.varve.bench;

import io.varve.chunk.ChunkBuffer;
import io.varve.chunk.XorCursor;
import io.varve.chunk.XorDecoder;
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

/// Decodes XOR chunks of 120 samples, in ns per sample.
///
/// ```
/// java -jar bench/target/varve-bench-*.jar XorDecodeBenchmark
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FloatCorpus.SAMPLES_PER_CHUNK)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class XorDecodeBenchmark {
  @Param FloatCorpus corpus = FloatCorpus.COUNTER;

  /// See {@link FloatCorpus#chunks}.
  @Param("1000")
  int chunkCount = 1000;

  private final XorCursor cursor = new XorCursor();
  private final XorDecoder decoder = new XorDecoder();
  private final long[] times = new long[FloatCorpus.SAMPLES_PER_CHUNK];
  private final double[] values = new double[FloatCorpus.SAMPLES_PER_CHUNK];
  private ChunkBuffer[] chunks = {};
  private int next;

  @Setup
  public void encode() {
    long[] sampleTimes = FloatCorpus.times();
    double[][] sampleValues = corpus.chunks(chunkCount);
    chunks = new ChunkBuffer[sampleValues.length];
    long bytes = 0;
    for (int i = 0; i < chunks.length; i++) {
      var encoder = new XorEncoder();
      for (int j = 0; j < sampleTimes.length; j++) {
        encoder.append(sampleTimes[j], sampleValues[i][j]);
      }
      chunks[i] = new ChunkBuffer();
      encoder.copyTo(chunks[i]);
      bytes += encoder.length();
    }
    System.out.printf(
        "%.1f bits per sample%n", 8.0 * bytes / chunks.length / FloatCorpus.SAMPLES_PER_CHUNK);
  }

  private ChunkBuffer nextChunk() {
    next = next + 1 == chunks.length ? 0 : next + 1;
    return chunks[next];
  }

  /// As a query does it.
  @Benchmark
  public double cursor() {
    cursor.reset(nextChunk(), "", 0);
    long time = 0;
    double sum = 0;
    while (cursor.next()) {
      time += cursor.timestamp();
      sum += cursor.value();
    }
    return sum + time;
  }

  /// Into arrays.
  @Benchmark
  public int arrays() {
    decoder.reset(nextChunk(), "", 0);
    return decoder.decode(times, values);
  }
}
