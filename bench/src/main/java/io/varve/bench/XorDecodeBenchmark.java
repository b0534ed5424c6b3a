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
///
/// What limits the counter is that its bits cannot be guessed. {@code bench/count-instructions
/// COUNTER} finds 57 instructions per sample, and 0.32 branches that go the rarer way: of the two
/// that ask whether the value stays (17 samples in 100 do) and whether its change has a new window
/// (13 do), in no order that any predictor could learn. On a processor that runs four instructions
/// per cycle and takes 20 cycles to go back (Zen's documentation says 13 and more, the queue
/// refilled after that) these are 14 and 6.4 cycles, 6.6 ns at 0.32 ns per cycle ({@link
/// ClockBenchmark}) or 150 M samples/s: 180 M are beyond it. {@code -p chunkCount=1} shows the same
/// chunk learned by heart in about half of the time. Masks instead of the branches make every
/// sample wait for the bits of the one before, and were slower. The gauge takes as many
/// instructions and 0.04 wrong guesses.
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
