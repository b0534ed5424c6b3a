package io.varve.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What a cycle of the processor lasts while other benchmarks run, in ns: a chain of
/// multiplications of which each needs the one before it, at the three cycles that one takes on
/// today's x86-64 and most ARM cores. No memory is touched and no branch is guessed, so where this
/// is slower than the clock of the machine, a neighbour on the same core has had the rest, from all
/// benchmarks alike.
///
/// ```
/// java -jar bench/target/varve-bench-*.jar -bm sample -opi 1 ClockBenchmark
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(3 * ClockBenchmark.MULTIPLICATIONS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ClockBenchmark {
  static final int MULTIPLICATIONS = 1000;

  private long seed = 0x9e37_79b9_7f4a_7c15L;

  @Benchmark
  public long cycle() {
    long product = seed;
    for (int i = 0; i < MULTIPLICATIONS; i++) {
      product *= product;
    }
    seed = product | 3;
    return product;
  }
}
